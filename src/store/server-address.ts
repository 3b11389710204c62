/**
 * The address at which the server of a data folder listens: `server-address` beside the operator's token. It is valid
 * while the folder is locked, and whoever takes the lock removes what a killed server left: it never belongs to another
 * server.
 */
import { rmSync, statSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../domain/error.ts';
import { dataFileProblem } from './data-file.ts';
import { isLocked } from './lock.ts';

const fileOf = (directory: string) => join(directory, 'server-address');
const WRITABLE_BY_OTHERS = 0o022;

/** For the process that holds the folder's lock. */
export function tellAddress(directory: string, url: string): void {
  writeFileSync(fileOf(directory), `${url}\n`, { mode: 0o600 });
}

/** As `tellAddress`. */
export function forgetAddress(directory: string): void {
  try {
    rmSync(fileOf(directory), { force: true });
  } catch (error) {
    throw dataFileProblem(fileOf(directory), error);
  }
}

/**
 * Undefined if no server listens. Throws `forbidden` when this user may not read it, or others may write it: they would
 * receive the token.
 */
export function findAddress(directory: string): string | undefined {
  const file = fileOf(directory);
  try {
    const { mode, uid } = statSync(file);
    if (!isLocked(directory)) return undefined;
    const isForeign =
      process.getuid !== undefined && (uid !== statSync(directory).uid || (mode & WRITABLE_BY_OTHERS) !== 0);
    if (isForeign)
      throw new AppError(
        'forbidden',
        `${file} may have been written by others, so the server is not asked. Restart it, or restrict the file again: chmod 600.`,
      );
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (code === 'EACCES' || code === 'EPERM')
      throw new AppError(
        'forbidden',
        `This user may not read ${directory}, so the server is not asked. Run this as the server’s user.`,
      );
    throw error;
  }
}
