/**
 * `script-runner key rotate FILE STEP`: a new key in the file of the setting `server_key`, in steps between which all
 * processes are restarted, so that nobody is signed out.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, chownSync, existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readConfig, type ConfigSources } from '../../config/config.ts';
import { AppError } from '../../domain/error.ts';
import { plainFileReason, readPlainTextSync } from '../../disk/plain-file.ts';
import { DATABASE } from '../../store/database-check.ts';
import { openPostgres } from '../../store/engine/postgres.ts';
import { openSqliteReader } from '../../store/engine/sqlite.ts';
import { countClosed } from '../../store/key-check.ts';
import { findKeys } from '../../store/server-key.ts';

const STEPS = ['add', 'use', 'remove'] as const;
type Step = (typeof STEPS)[number];
/** As the setting allows. */
const MOST_KEYS = 5;
const FILE_BYTES = 10_000;

export interface RotateOptions {
  /** Project folder. */
  readonly folder: string;
  /** A key is removed although runs need it. */
  readonly yes: boolean;
}

/** Throws `invalid` for a step that does not fit, and `conflict` for a key that runs still need. */
export async function rotateKey(
  file: string,
  step: string,
  flags: NonNullable<ConfigSources['flags']>,
  { folder, yes }: RotateOptions,
): Promise<void> {
  if (!isStep(step)) throw new AppError('invalid', `There is no step “${step}”. The steps are ${STEPS.join(', ')}.`);
  const path = resolve(file);
  const keys = keysOf(path);
  const next = after(step, keys, path);
  if (step === 'remove' && !yes) await refuseNeeded(next, { folder, flags });
  replace(path, `${next.join('\n')}\n`);
  console.log(sentenceOf(step, path, next.length));
}

function isStep(word: string): word is Step {
  return (STEPS as readonly string[]).includes(word);
}

function keysOf(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  try {
    return [...new Set(readPlainTextSync(path, FILE_BYTES).split(/\s+/).filter(Boolean))];
  } catch (error) {
    throw new AppError('invalid', `The file ${path} cannot be read: ${plainFileReason(error)}.`);
  }
}

/** The keys after the step, newest first. */
function after(step: Step, keys: readonly string[], path: string): readonly string[] {
  if (step === 'add') {
    if (keys.length >= MOST_KEYS)
      throw new AppError(
        'invalid',
        `${path} has ${String(MOST_KEYS)} keys already. Remove the oldest: the step remove.`,
      );
    return [...keys, randomBytes(32).toString('base64url')];
  }
  if (keys.length < 2)
    throw new AppError('invalid', `${path} has ${keys.length === 0 ? 'no key' : 'one key only'}. First: the step add.`);
  return step === 'use' ? [...keys.slice(-1), ...keys.slice(0, -1)] : keys.slice(0, -1);
}

/** Runs that wait with a password would end. */
async function refuseNeeded(
  left: readonly string[],
  { folder, flags }: { readonly folder: string; readonly flags: NonNullable<ConfigSources['flags']> },
): Promise<void> {
  const { data, database } = readConfig({ target: folder, flags });
  const keys = findKeys(data, left);
  const path = join(data, DATABASE);
  if (keys === undefined || (database === undefined && !existsSync(path))) return;
  const engine = database === undefined ? openSqliteReader(path) : openPostgres({ url: database.url, role: 'key' }, 1);
  const closed = await countClosed(engine, keys).finally(() => engine.close());
  if (closed > 0)
    throw new AppError(
      'conflict',
      `${String(closed)} waiting or running run(s) have passwords under the key that would be removed, and would end. Wait until they have ended, or add --yes.`,
    );
}

/** By one rename: no process ever reads half of it. Rights and owner stay; a new file is for its user alone. */
function replace(path: string, text: string): void {
  const known = statSync(path, { throwIfNoEntry: false });
  const temporary = `${path}.${randomUUID()}`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx', flush: true });
    if (known !== undefined) {
      chmodSync(temporary, known.mode & 0o777);
      if (process.getuid?.() === 0) chownSync(temporary, known.uid, known.gid);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new AppError('invalid', `${path} cannot be written (${code}). Nothing was changed there.`, { cause: error });
  }
}

function sentenceOf(step: Step, path: string, count: number): string {
  const again = `script-runner key rotate ${path}`;
  switch (step) {
    case 'add':
      return count === 1
        ? `${path} has its first key. Let SCRIPT_RUNNER_SERVER_KEY_FILE name it, and restart all processes one after the other.`
        : `A new key is the last one of ${path}: it verifies and decrypts. Restart all processes one after the other, then: ${again} use`;
    case 'use':
      return `The new key is the first one of ${path}: it signs and encrypts. Restart all processes one after the other. After 30 days, when all sessions of the earlier key have expired, or at once if it leaked: ${again} remove`;
    case 'remove':
      return `The oldest key was removed from ${path}, which has ${String(count)} now. Restart all processes one after the other: its sessions end.`;
  }
}
