/** The findings for packages that cannot be installed, or are not installed here. */
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

/**
 * For a declaration that the server reads and does not install. `isBuilt`: as
 * `AppContext.environmentFor`; absent: no script has packages of its own, which is the operator's choice.
 */
export function unbuiltFinding(script: Script, isBuilt: ((script: Script) => unknown) | undefined): readonly Finding[] {
  const { ignored, environment } = script;
  if (isBuilt === undefined || environment === undefined || environment.kind === 'python') return [];
  if (isBuilt(script) !== undefined) return [];
  if (ignored?.includes('unbuilt-environment') === true) return [];
  const [what, remedy] = UNBUILT[environment.kind];
  return [findingOf('unbuilt-environment', { what, where: environment.file, remedy })];
}

const UNBUILT = {
  conda: [
    'It declares a conda environment, which this server builds only for Python: its runs have the packages of the kernel that is installed.',
    'Declare the packages of R in renv.lock, or install them for that kernel.',
  ],
  renv: [
    'The packages of R that it declares are not installed, since that executes their code: its runs have those of the installed R.',
    'Set environments_build = true, or install them in R.',
  ],
} as const;
