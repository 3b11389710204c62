/**
 * `script-runner prepare`: prepares the Python environment now, and those of scripts that declare packages, for image
 * builds and first starts without a wait.
 */
import { environmentRule } from '../compose/compose-environment.ts';
import { defined } from '../domain/defined.ts';
import { pythonRequest } from '../compose/compose-kernel.ts';
import { readConfig } from '../config/config.ts';
import type { Config, ConfigSources } from '../config/config.ts';
import { AppError } from '../domain/error.ts';
import { problemText } from '../domain/problem.ts';
import type { ScriptEnvironment } from '../domain/script/script-environment.ts';
import { createEnvironments } from '../python/environments.ts';
import { preparePython } from '../python/prepare.ts';
import { readScripts } from './check/check-read.ts';

interface Progress {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Standard output contains only the interpreter's path. Throws `unavailable` with the remedy, or with the scripts whose
 * packages could not be installed.
 */
export async function prepare(folder: string, flags: ConfigSources['flags'], yes: boolean): Promise<void> {
  const config = readConfig({ target: folder, ...defined({ flags }) });
  const stop = new AbortController();
  process.once('SIGINT', () => {
    stop.abort(new Error('Interrupted.'));
  });
  process.once('SIGTERM', () => {
    stop.abort(new Error('Interrupted.'));
  });
  const say = (line: string) => {
    console.error(line);
  };
  const { path } = await preparePython({ ...pythonRequest(config, { say, yes }), signal: stop.signal });
  const failures = await prepareEnvironments(config, path, { say, signal: stop.signal });
  console.log(path);
  if (failures.length > 0) throw new AppError('unavailable', failures.join('\n'));
}

/** Returns what could not be installed, as sentences. */
async function prepareEnvironments(config: Config, python: string, { say, signal }: Progress): Promise<string[]> {
  const environmentFor = environmentRule(config);
  if (config.environments === undefined || environmentFor === undefined) return [];
  const ready = (await readScripts(config)).filter(({ state }) => state === 'ready');
  const failures = ready.flatMap(({ file, environmentProblem }) =>
    environmentProblem === undefined ? [] : [`${file}: ${problemText(environmentProblem)}`],
  );
  const declared = new Map<string, ScriptEnvironment>();
  for (const script of ready) {
    const environment = environmentFor(script);
    if (environment !== undefined)
      declared.set(environment.file.startsWith('the ') ? script.file : environment.file, environment);
  }
  const { environment } = config;
  const source = createEnvironments({ ...config.environments, python: Promise.resolve(python), environment, say });
  try {
    for (const [place, each] of declared) {
      say(`Installing the packages of ${place}`);
      const failed = await source.ready(each, signal).then(
        () => undefined,
        (error: Error) => error.message,
      );
      signal.throwIfAborted();
      if (failed !== undefined) failures.push(`${place}: ${failed}`);
    }
  } finally {
    await source.close();
  }
  return failures;
}
