/** Sends the files of a run to its kernel of a gateway: those beside the script, and those that were given to it. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../domain/error.ts';
import type { FilesToSend, GivenFolder } from '../../domain/kernel/kernel.ts';
import type { FilePiece } from '../../domain/parameter/folder-source.ts';
import { sizeWords } from '../../domain/text/size.ts';

/** Bytes that one message carries; Jupyter servers refuse messages above 10 MB. */
const MESSAGE_BYTES = 1024 * 1024;
const NAMES_SHOWN = 5;
const PROGRAM = 0o700;
const READ_ONLY = 0o400;

/** Appends the pieces to their files there, in order. */
export type SendPieces = (pieces: readonly FilePiece[]) => Promise<void>;

/** Files that cannot be read any more are left out; returns the names of all that are. */
export async function sendFiles({ files, left }: FilesToSend, send: SendPieces): Promise<readonly string[]> {
  const unread: string[] = [];
  const batch = createBatch(send);
  for (const { path, isProgram, read } of files) {
    const content = await read().catch(() => undefined);
    if (content === undefined) {
      unread.push(path);
      continue;
    }
    for (let at = 0; at === 0 || at < content.length; at += MESSAGE_BYTES)
      await batch.add({
        path,
        bytes: content.subarray(at, at + MESSAGE_BYTES),
        ...(isProgram ? { mode: PROGRAM } : {}),
      });
  }
  await batch.flush();
  return [...left, ...unread];
}

/** The files that were given to the run; throws if one cannot be read, and `unavailable` if they have more bytes. */
export async function sendUploads(
  { folder, place }: GivenFolder,
  send: SendPieces,
  limitBytes = Infinity,
): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const sources = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const sizes = await Promise.all(sources.map(async (source) => (await stat(source)).size));
  const sizeBytes = sizes.reduce((sum, size) => sum + size, 0);
  if (sizeBytes > limitBytes)
    throw new AppError(
      'unavailable',
      `The files have ${sizeWords(sizeBytes)} together; at most ${sizeWords(limitBytes)} can be given to a run of this language on a gateway.`,
    );
  const batch = createBatch(send);
  for (const source of sources) {
    const path = `${place}${source.slice(folder.length)}`;
    for await (const bytes of createReadStream(source, { highWaterMark: MESSAGE_BYTES }))
      await batch.add({ path, bytes: bytes as Uint8Array });
    await batch.add({ path, bytes: new Uint8Array(), mode: READ_ONLY });
  }
  await batch.flush();
}

/** Collects pieces until they fill a message. */
function createBatch(send: SendPieces) {
  let pieces: FilePiece[] = [];
  let sizeBytes = 0;
  async function flush(): Promise<void> {
    if (pieces.length > 0) await send(pieces);
    [pieces, sizeBytes] = [[], 0];
  }
  return {
    flush,
    async add(piece: FilePiece): Promise<void> {
      if (sizeBytes + piece.bytes.length > MESSAGE_BYTES) await flush();
      pieces.push(piece);
      sizeBytes += piece.bytes.length + piece.path.length;
    },
  };
}

/** For the details of a run; `unsent` undefined: none could be sent. */
export function unsentWords(unsent: readonly string[] | undefined): string {
  if (unsent === undefined) return ' Files beside the script are not there.';
  if (unsent.length === 0) return '';
  const more = unsent.length > NAMES_SHOWN ? ` and ${unsent.length - NAMES_SHOWN} more` : '';
  return ` Files beside the script that are not there: ${unsent.slice(0, NAMES_SHOWN).join(', ')}${more}.`;
}
