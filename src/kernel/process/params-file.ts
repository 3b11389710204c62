/** The values of a run, passwords included, in a file that only its kernel's user can read. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../domain/text/json.ts';

/** Returns the path, for `SCRIPT_RUNNER_PARAMS_FILE`. */
export async function writeParams(directory: string, params: JsonObject): Promise<string> {
  const file = join(directory, 'params.json');
  await writeFile(file, JSON.stringify(params), { mode: 0o600 });
  return file;
}
