/** The operator's token: whoever can read the data folder is the operator. */
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SHAPE = /^[\w-]{43}$/;

/** 256 random bits in `operator-token` (0600) of the folder, which exists; the same one at every start. */
export function readOperatorToken(directory: string): string {
  const path = join(directory, 'operator-token');
  try {
    const token = readFileSync(path, 'utf8').trim();
    chmodSync(path, 0o600);
    if (SHAPE.test(token)) return token;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const token = randomBytes(32).toString('base64url');
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  return token;
}
