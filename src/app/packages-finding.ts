/** The finding for packages that cannot be installed. */
import { type Finding, findingOf } from '../domain/finding.ts';
import type { ScriptEnvironment } from '../domain/script/script-environment.ts';
import type { Script } from '../domain/script/script.ts';

/** Of the message; its end says what is wrong. */
const MOST_CHARS = 1500;

/** `message`: of the resolver, lines of text. None if the author wants to hear nothing of it. */
export function packagesFinding(
  { ignored }: Pick<Script, 'ignored'>,
  { file }: ScriptEnvironment,
  message: string,
): readonly Finding[] {
  if (ignored?.includes('uninstallable-packages') === true) return [];
  const reason = message.replace(/\s+/g, ' ').trim();
  const shown = reason.length > MOST_CHARS ? `… ${reason.slice(-MOST_CHARS)}` : reason;
  const remedy = `Correct ${file}, or make the packages available to the server.`;
  return [
    findingOf('uninstallable-packages', { what: `Its packages cannot be installed: ${shown}`, where: file, remedy }),
  ];
}
