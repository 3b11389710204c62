/** The operator's token: whoever can read the data folder is the operator. */
import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readDataFile } from './data-file.ts';

/** In the data folder. */
export const OPERATOR_TOKEN = 'operator-token';
const SHAPE = /^[\w-]{43}$/;

/** 256 random bits in `operator-token` (0600) of the folder, which exists; the same one at every start. */
export function readOperatorToken(directory: string): string {
  const path = join(directory, OPERATOR_TOKEN);
  const known = findOperatorToken(directory);
  const token = known ?? randomBytes(32).toString('base64url');
  if (known === undefined) writeFileSync(path, `${token}\n`, { mode: 0o600 });
  else chmodSync(path, 0o600);
  return token;
}

/** Undefined if none has been made yet. */
export function findOperatorToken(directory: string): string | undefined {
  const token = readDataFile(join(directory, OPERATOR_TOKEN))?.toString('utf8').trim() ?? '';
  return SHAPE.test(token) ? token : undefined;
}
