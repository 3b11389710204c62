/** The values of a run, including passwords, in a file that only its kernel's user can read. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../domain/text/json.ts';

/** For `SCRIPT_RUNNER_PARAMS_FILE`. */
export function paramsPath(directory: string): string {
  return join(directory, 'params.json');
}

/**
 * For the folder of a kernel that has not started; a waiting kernel writes its file itself. Returns the path. Rejects
 * if anything, including a link, is in the file's place.
 */
export async function writeParams(directory: string, params: JsonObject): Promise<string> {
  const file = paramsPath(directory);
  await writeFile(file, JSON.stringify(params), { mode: 0o600, flag: 'wx' });
  return file;
}
