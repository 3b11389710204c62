/** Small files of the data folder: read without waiting for a pipe, and without end for a device. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { AppError } from '../domain/error.ts';

/** Sizes beyond are no small files of ours. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Undefined where there is none. Throws `conflict` for what is no plain file of at most 16 MB, or may not be read. */
export function readDataFile(path: string): Buffer | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw dataFileProblem(path, error);
  }
  try {
    const found = fstatSync(file);
    if (!found.isFile()) throw misplaced(path, found.isDirectory() ? 'is a folder' : 'is not a plain file');
    if (found.size > MOST_BYTES) throw misplaced(path, 'is too large');
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** The system’s refusal as a sentence; any other error stays what it is. */
export function dataFileProblem(path: string, error: unknown): unknown {
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'may not be used by this user',
    EPERM: 'may not be used by this user',
    EISDIR: 'is a folder',
    ERR_FS_EISDIR: 'is a folder',
    ENOTDIR: 'is a file where a folder is needed',
    EEXIST: 'is a file where a folder is needed',
    ELOOP: 'is a link that leads back to itself',
    ENXIO: 'is not a plain file',
  };
  const reason = reasons[(error as { code?: string }).code ?? ''];
  return reason === undefined ? error : misplaced(path, reason, error);
}

function misplaced(path: string, reason: string, cause?: unknown): AppError {
  return new AppError('conflict', `${path} ${reason}. Script Runner stores its own data there: move it away.`, {
    cause,
  });
}
