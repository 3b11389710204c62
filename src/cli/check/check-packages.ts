/** Whether the packages can be installed that the scripts declare which `check` reads. */
import { packagesFinding } from '../../app/packages-finding.ts';
import { environmentRule } from '../../compose/compose-environment.ts';
import type { Config } from '../../config/config.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Script } from '../../domain/script/script.ts';
import { environmentText } from '../../domain/script/script-environment.ts';
import { checkInstallable, type Installability } from '../../python/environment-build.ts';

/** To resolve what one declares. */
const RESOLVE_MS = 60_000;

/** By file. Each declaration is resolved once; says on standard error where that was not possible. */
export async function readPackageFindings(
  scripts: readonly Script[],
  config: Config,
  python: string | undefined,
): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const { environments, environment } = config;
  const rule = environmentRule(config);
  const found = new Map<string, readonly Finding[]>();
  if (environments === undefined || rule === undefined) return found;
  const options = { ...environments, python: python ?? '', environment, inUse: () => new Set<string>() };
  const answers = new Map<string, Installability>();
  for (const script of scripts) {
    const declared = script.state === 'ready' && script.environmentProblem === undefined ? rule(script) : undefined;
    if (declared === undefined || (declared.kind !== 'renv' && python === undefined)) continue;
    const text = environmentText(declared);
    const known = answers.get(text);
    const signal = AbortSignal.timeout(RESOLVE_MS);
    const answer =
      known ??
      (await checkInstallable(declared, options, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
        return { type: 'unknown' } as const;
      }));
    answers.set(text, answer);
    if (answer.type === 'failed') found.set(script.file, packagesFinding(script, declared, answer.message));
    if (answer.type === 'unknown' && known === undefined)
      console.error(
        `Whether the packages of ${declared.file} can be installed is not known: ${declared.kind === 'conda' ? 'py-rattler' : 'uv'} is missing, or no index answers.`,
      );
  }
  return found;
}
