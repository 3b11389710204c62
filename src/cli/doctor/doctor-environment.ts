/** `script-runner doctor`: the environments of scripts that declare packages. */
import type { Config } from '../../config/config.ts';
import { sizeWords } from '../../domain/text/size.ts';
import { problemText } from '../../domain/problem.ts';
import { environmentRule } from '../../compose/compose-environment.ts';
import { findEnvironment } from '../../python/environment-build.ts';
import { environmentsFolder, listEnvironments } from '../../python/environment-cache.ts';
import { readScripts } from '../check/check-read.ts';
import type { DoctorFinding } from './doctor-check.ts';

/** None if no script declares packages. */
export async function checkEnvironments(config: Config, python: string | undefined): Promise<DoctorFinding[]> {
  const environmentFor = environmentRule(config);
  const { environments, environment } = config;
  const scripts = (await readScripts(config)).filter(({ state }) => state === 'ready');
  const declaring = scripts.filter(
    (script) => script.environment !== undefined || script.environmentProblem !== undefined,
  );
  if (declaring.length === 0) return [];
  const name = 'Packages';
  if (environments === undefined || environmentFor === undefined || python === undefined)
    return [
      { name, state: 'ok', text: `${declaring.length} scripts declare packages, and run in the default environment` },
    ];
  const options = { ...environments, python, environment, inUse: () => new Set<string>() };
  const lines = declaring.map((script) => {
    const { file, environmentProblem } = script;
    if (environmentProblem !== undefined) return `${file}: ${problemText(environmentProblem)}`;
    const declared = environmentFor(script);
    if (declared === undefined) return `${file}: ${script.environment?.file ?? ''} is not used`;
    const built = findEnvironment(declared, options);
    return `${file}: ${declared.file}, ${built === undefined ? 'not installed yet' : `installed for ${built.library === undefined ? 'Python' : 'R'} ${built.version}`}`;
  });
  const folder = environmentsFolder(environment);
  const stored = listEnvironments(folder);
  const bytes = stored.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const isBroken = declaring.some(({ environmentProblem }) => environmentProblem !== undefined);
  return [
    {
      name,
      state: isBroken ? 'warning' : 'ok',
      text: [...lines, `${stored.length} environments in ${folder}, ${sizeWords(bytes)}`].join('\n'),
    },
  ];
}
