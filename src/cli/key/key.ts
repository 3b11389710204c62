/** `script-runner key new|token`: a new key for the setting `server_key`, and the operator's token. */
import { randomBytes } from 'node:crypto';
import { readConfig } from '../../config/config.ts';
import type { ConfigSources } from '../../config/config.ts';
import { AppError } from '../../domain/error.ts';
import { findToken } from '../../store/server-key.ts';

export async function newKey(): Promise<void> {
  console.log(randomBytes(32).toString('base64url'));
}

/** Throws `not-found` where no server has made a key yet. */
export async function printToken(folder: string, flags: NonNullable<ConfigSources['flags']>): Promise<void> {
  const { data, serverKeys } = readConfig({ target: folder, flags });
  const token = findToken(data, serverKeys);
  if (token === undefined)
    throw new AppError(
      'not-found',
      `There is no key in ${data}: the first start of a server makes one. Or set SCRIPT_RUNNER_SERVER_KEY.`,
    );
  console.log(token);
}
