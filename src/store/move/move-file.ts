/** Copies the files of reports, and reads each one back. */
import { AppError } from '../../domain/error.ts';
import type { Blob, BlobReader, BlobStore } from '../../domain/run/blob.ts';
import { eachOf, isDamage, isWhole, readable } from '../blob/blob-check.ts';
import type { MoveSource } from './move-source.ts';
import type { MoveState } from './move-mark.ts';

/** Copied and read back before the mark moves on, whichever comes first. */
const FILES_AT_ONCE = 200;
const BYTES_AT_ONCE = 500_000_000;
/** With more, the files are probably elsewhere. */
const MOST_BAD = 1_000;

export interface FileWay {
  readonly from: BlobReader;
  readonly to: BlobStore;
}

export interface FilesTo extends FileWay {
  /** Called after each batch; what it describes is stored by then. */
  readonly save: (state: MoveState) => Promise<void>;
  readonly progress: FileProgress;
}

export type FileProgress = (done: { readonly files: number; readonly bytes: number }) => void;

/** Copies what is missing, and returns the state then. Throws `conflict` if very many files are missing. */
export async function copyFiles(source: MoveSource, start: MoveState, target: FilesTo): Promise<MoveState> {
  const again = new Set(start.bad);
  const left = again.size === 0 ? [] : [...source.files('')].filter(({ hash }) => again.has(hash));
  let state: MoveState = {
    ...start,
    bad: await eachOf(
      left,
      (blob) => copyFile(target, blob),
      () => undefined,
    ),
  };
  let { files, bytes } = doneBefore(source, start.filesUntil);
  for (const batch of batchesOf(source.files(start.filesUntil))) {
    const bad = await eachOf(
      batch,
      (blob) => copyFile(target, blob),
      ({ sizeBytes }) => target.progress({ files: (files += 1), bytes: (bytes += sizeBytes) }),
    );
    state = { ...state, filesUntil: batch.at(-1)?.hash ?? '', bad: [...state.bad, ...bad] };
    await target.save(state);
    if (state.bad.length > MOST_BAD) throw tooMany(state.bad.length);
  }
  return state;
}

/** Reads all files again; returns the hashes of those that are missing or damaged. */
export async function checkFiles(source: MoveSource, to: BlobReader, progress: FileProgress): Promise<string[]> {
  const bad: string[] = [];
  let [files, bytes] = [0, 0];
  for (const batch of batchesOf(source.files('')))
    bad.push(
      ...(await eachOf(
        batch,
        ({ hash }) => isWhole(to, hash),
        ({ sizeBytes }) => progress({ files: (files += 1), bytes: (bytes += sizeBytes) }),
      )),
    );
  return bad;
}

function doneBefore(source: MoveSource, until: string) {
  let [files, bytes] = [0, 0];
  for (const { hash, sizeBytes } of source.files('')) {
    if (hash > until) break;
    files += 1;
    bytes += sizeBytes;
  }
  return { files, bytes };
}

/** False if the source does not have the bytes of this name. Throws what the target throws. */
export async function copyFile({ from, to }: FileWay, { hash }: Blob): Promise<boolean> {
  const found = await readable(() => from.open(hash));
  if (found === undefined) return false;
  const failed: { error?: unknown } = {};
  const stored = await to.putStream(noting(found.stream, failed)).catch((error: unknown) => {
    if (failed.error !== error || !isDamage(error)) throw error;
    return undefined;
  });
  // bytes of another name are left: no report has them, so the first cleanup deletes them
  if (stored?.hash !== hash) return false;
  if (await isWhole(to, hash)) return true;
  throw new AppError('internal', `The file ${hash} was stored, but cannot be read back: its checksum differs.`);
}

/** Notes an error of the source, so that it is told from one of the target. */
async function* noting(chunks: AsyncIterable<Uint8Array>, failed: { error?: unknown }) {
  try {
    yield* chunks;
  } catch (error) {
    failed.error = error;
    throw error;
  }
}

function* batchesOf(files: Iterable<Blob>): Generator<readonly Blob[]> {
  let batch: Blob[] = [];
  let bytes = 0;
  for (const file of files) {
    batch.push(file);
    bytes += file.sizeBytes;
    if (batch.length < FILES_AT_ONCE && bytes < BYTES_AT_ONCE) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

function tooMany(count: number): AppError {
  return new AppError(
    'conflict',
    `More than ${count} files of reports are missing or damaged in the source. Look where they are, and execute the command again.`,
  );
}
