/** Reads files that authors put into the project: only plain files, without waiting, in bounded memory. */
import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { descriptorPath } from '../system/proc.ts';
import { lookAtOnce } from './file-system.ts';

/** Why a file was not read. `other`: a pipe, a device, a socket, a folder. */
export type PlainFileReason = 'other' | 'large';

/** The file exists, but is not to be read; errors of the system are thrown unchanged. */
export class PlainFileError extends Error {
  readonly reason: PlainFileReason;
  /** In bytes; 0 if it is not a plain file. */
  readonly sizeBytes: number;
  constructor(reason: PlainFileReason, sizeBytes: number) {
    super(reason === 'other' ? 'It is not a plain file' : `It is larger than the server allows (${sizeBytes} bytes)`);
    this.reason = reason;
    this.sizeBytes = sizeBytes;
  }
}

/** The end of a sentence such as “… cannot be read: it is a pipe, …”, for an error of reading a file here. */
export function plainFileReason(error: unknown): string {
  if (error instanceof PlainFileError && error.reason === 'large') return 'it is larger than the server allows';
  const { code = '', message = String(error) } = error as { code?: string; message?: string };
  // a socket cannot even be opened
  if (error instanceof PlainFileError || code === 'ENXIO' || code === 'ENODEV')
    return 'it is a pipe, a device, a socket or a folder, not a file';
  if (code === 'ENOENT') return 'there is no such file';
  return message;
}

export interface PlainFile {
  readonly bytes: Uint8Array;
  readonly modifiedAtMs: number;
}

/** Opening a pipe does not wait for its other end, opening a terminal does not make it the controlling one. */
const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
const CHUNK_BYTES = 1 << 20;
/** Read at once from a disk of this machine. */
const AT_ONCE_BYTES = 200_000;

/**
 * The file's bytes, with links followed. Type and size are those of the opened file, not of the name, and a file that
 * grows meanwhile, or has more than its size says, like those in `/proc`, is read only to the limit. Throws
 * `PlainFileError` and the system's errors.
 */
export async function readPlainFile(path: string, limitBytes: number): Promise<PlainFile> {
  if ((await lookAtOnce(path)) === 'there') {
    const small = readSmallFile(path, limitBytes);
    if (small !== undefined) return small;
  }
  const handle = await open(path, READ);
  try {
    const stats = await handle.stat();
    refuse(stats.isFile(), stats.size, limitBytes);
    let bytes = roomFor(stats.size);
    for (let read = 0; ;) {
      const { bytesRead } = await handle.read(bytes, read, Math.min(CHUNK_BYTES, bytes.length - read));
      if (bytesRead === 0) return { bytes: bytes.subarray(0, read), modifiedAtMs: Math.round(stats.mtimeMs) };
      read += bytesRead;
      refuse(true, read, limitBytes);
      bytes = withRoom(bytes, read);
    }
  } finally {
    await handle.close();
  }
}

/** As `readPlainFile`, without another thread; undefined if the file is too large for that. */
function readSmallFile(path: string, limitBytes: number): PlainFile | undefined {
  const file = openSync(path, READ);
  try {
    const stats = fstatSync(file);
    if (stats.isFile() && stats.size > AT_ONCE_BYTES) return undefined;
    return { bytes: readWhole(file, stats, limitBytes), modifiedAtMs: Math.round(stats.mtimeMs) };
  } finally {
    closeSync(file);
  }
}

/** As `readPlainFile`, synchronous, as UTF-8. */
export function readPlainTextSync(path: string, limitBytes: number): string {
  return readPlainBytesSync(path, limitBytes).toString('utf8');
}

/** As `readPlainFile`, synchronous. */
export function readPlainBytesSync(path: string, limitBytes: number): Buffer {
  const file = openSync(path, READ);
  try {
    return readWhole(file, fstatSync(file), limitBytes);
  } finally {
    closeSync(file);
  }
}

function readWhole(file: number, stats: Stats, limitBytes: number): Buffer {
  refuse(stats.isFile(), stats.size, limitBytes);
  let bytes = roomFor(stats.size);
  for (let read = 0; ;) {
    const count = readSync(file, bytes, read, Math.min(CHUNK_BYTES, bytes.length - read), null);
    if (count === 0) return bytes.subarray(0, read);
    read += count;
    refuse(true, read, limitBytes);
    bytes = withRoom(bytes, read);
  }
}

/** Returns the memory of a file's bytes at once, not when the engine gets to it; they are empty afterwards. */
export function freeBytes({ buffer, byteLength }: Uint8Array): void {
  // smaller ones may share their buffer with others
  if (buffer instanceof ArrayBuffer && byteLength > CHUNK_BYTES) buffer.transfer(0);
}

/** For a file of so many bytes, with one for its end, so that a large file is in memory only once. */
function roomFor(sizeBytes: number): Buffer<ArrayBuffer> {
  return Buffer.allocUnsafeSlow(sizeBytes + 1);
}

/** The same buffer, or a larger one with its content if a file has more bytes than its size says. */
function withRoom(bytes: Buffer<ArrayBuffer>, read: number): Buffer<ArrayBuffer> {
  if (read < bytes.length) return bytes;
  const larger = Buffer.allocUnsafeSlow(read * 2 + CHUNK_BYTES);
  bytes.copy(larger);
  return larger;
}

/**
 * An open plain file of the folder, for reading; undefined if there is none, or it may not be read. Links are followed,
 * but not out of the folder: the location of the opened file counts, not what the name says before or after. Close it.
 */
export async function openPlainFileIn(folder: string, path: string): Promise<FileHandle | undefined> {
  const named = join(folder, path);
  let handle: FileHandle | undefined;
  try {
    // opening some devices has effects
    if (!(await stat(named)).isFile()) return undefined;
    handle = await open(named, READ);
    const [place, root] = [await placeOf(handle, named), await realpath(folder)];
    if ((await handle.stat()).isFile() && place.startsWith(root + sep)) return handle;
  } catch {
    // treated as if it did not exist
  }
  await handle?.close();
  return undefined;
}

/** Location of the open file, links resolved. */
async function placeOf(handle: FileHandle, named: string): Promise<string> {
  if (process.platform === 'linux') return readlink(descriptorPath(handle));
  const place = await realpath(named);
  const [opened, found] = await Promise.all([handle.stat({ bigint: true }), stat(place, { bigint: true })]);
  return opened.ino === found.ino && opened.dev === found.dev ? place : '';
}

/** The bytes from here to the end of the file, a megabyte at a time. */
export async function* chunksOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

function refuse(isFile: boolean, sizeBytes: number, limitBytes: number): void {
  if (!isFile) throw new PlainFileError('other', 0);
  if (sizeBytes > limitBytes) throw new PlainFileError('large', sizeBytes);
}
