/** Small files of the data folder: read without waiting for a pipe, and without reading a device for ever. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { AppError } from '../domain/error.ts';

/** Larger files are not written by Script Runner. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Undefined if there is none. Throws `conflict` for anything but a plain file of at most 16 MB, or if it may not be
 * read.
 */
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

/** The system’s refusal as a message; any other error is returned unchanged. */
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
