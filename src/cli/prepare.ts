/** `script-runner prepare`: prepares the Python environment now, for image builds and first starts without a wait. */
import { defined } from '../domain/defined.ts';
import { pythonRequest } from '../compose/compose-kernel.ts';
import { readConfig } from '../config/config.ts';
import type { ConfigSources } from '../config/config.ts';
import { preparePython } from '../python/prepare.ts';

/** Standard output contains only the interpreter's path. Throws `unavailable` with the remedy. */
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
  console.log(path);
}
