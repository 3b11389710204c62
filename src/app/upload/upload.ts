/**
 * Files that people upload before they submit a run, or with it: the bytes go to the blob store, the sender gets a text
 * that stands for them. The text is sealed: nobody can guess or make one, and only its sender can use it.
 */
import type { Actor } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import { joinBytes } from '../../domain/joined-bytes.ts';
import { isJsonObject, type Json } from '../../domain/text/json.ts';
import { sizeWords } from '../../domain/text/size.ts';
import { safeFileName } from '../../domain/run/artifact.ts';
import type { Blob } from '../../domain/run/blob.ts';
import { type FileValue, readFileValue, UPLOAD_LIMITS, UPLOAD_VALID_MS } from '../../domain/upload/upload.ts';
import { typeOfContent } from '../../domain/upload/upload-type.ts';
import type { AppContext } from '../context.ts';
import { roomRefusal } from '../run/run-refusal.ts';

export interface Uploader {
  readonly actor: Actor;
  /** Of the actor's session; another one cannot use what this one uploads. */
  readonly session: string;
  /** Whose uploads are counted together. */
  readonly person: string;
}

/** A file that was stored, and the text that stands for it. */
export interface Uploaded {
  readonly upload: string;
  readonly file: FileValue;
}

type UploadContext = Pick<
  AppContext,
  'blobs' | 'uploads' | 'seals' | 'limits' | 'now' | 'freeBytes' | 'storageProblem' | 'descriptors'
>;
type Chunks = AsyncIterable<Uint8Array>;

/** How often the disk is looked at while bytes come. */
const LOOK_BYTES = 16_000_000;

/** Stores a whole file. Throws `invalid` (empty, too large) and `unavailable` (no room), and what `chunks` throws. */
export async function uploadFile(
  ctx: UploadContext,
  uploader: Uploader,
  sent: { readonly name: string; readonly chunks: Chunks },
): Promise<Uploaded> {
  const head = createHead();
  const blob = await receive(ctx, uploader, { chunks: head.watch(sent.chunks), limitBytes: ctx.limits.uploadBytes });
  return sealFile(ctx, uploader, fileOf(sent.name, blob, head.bytes()));
}

/** Stores a part of a file and returns the text that stands for it. Throws as `uploadFile`. */
export async function uploadPart(ctx: UploadContext, uploader: Uploader, chunks: Chunks): Promise<string> {
  const blob = await receive(ctx, uploader, { chunks, limitBytes: UPLOAD_LIMITS.partBytes });
  return seal(ctx, uploader, 'part', { hash: blob.hash, sizeBytes: blob.sizeBytes });
}

/** Puts the parts of a file together. Throws `invalid` for parts of somebody else, and if bytes are missing. */
export async function joinParts(
  ctx: UploadContext,
  uploader: Uploader,
  sent: { readonly name: string; readonly sizeBytes: number; readonly parts: readonly string[] },
): Promise<Uploaded> {
  const parts = sent.parts.map((text) => openPart(ctx, uploader, text));
  const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (sizeBytes !== sent.sizeBytes)
    throw new AppError(
      'invalid',
      `Of “${safeFileName(sent.name)}”, ${sizeWords(sizeBytes)} of ${sizeWords(sent.sizeBytes)} have arrived. Upload it again.`,
    );
  if (sizeBytes > ctx.limits.uploadBytes) throw tooLarge(ctx.limits.uploadBytes);
  const [only, ...more] = parts;
  const head = createHead();
  const bytes = head.watch(readParts(ctx, parts));
  if (only !== undefined && more.length === 0) {
    for await (const _chunk of bytes) break;
    return sealFile(ctx, uploader, fileOf(sent.name, only, head.bytes()));
  }
  const refusal = await roomRefusal(ctx);
  if (refusal !== undefined) throw refusal;
  const blob = await ctx.blobs.putStream(bytes);
  return sealFile(ctx, uploader, fileOf(sent.name, blob, head.bytes()));
}

/** The file for which the text stands; undefined if it is somebody else's, too old, or no such text. */
export function openUpload(ctx: UploadContext, uploader: Uploader, text: string): FileValue | undefined {
  return readFileValue(open(ctx, uploader, 'file', text));
}

function sealFile(ctx: UploadContext, uploader: Uploader, file: FileValue): Uploaded {
  return { upload: seal(ctx, uploader, 'file', { ...file }), file };
}

function openPart(ctx: UploadContext, uploader: Uploader, text: string): Blob {
  const part = open(ctx, uploader, 'part', text);
  if (isJsonObject(part) && typeof part['hash'] === 'string' && typeof part['sizeBytes'] === 'number')
    return { hash: part['hash'], sizeBytes: part['sizeBytes'] };
  throw new AppError('invalid', 'A part of this upload is unknown or too old. Upload the file again.');
}

function seal({ seals, now }: UploadContext, uploader: Uploader, kind: 'file' | 'part', value: Json): string {
  const untilMs = String(now() + UPLOAD_VALID_MS);
  return seals.seal({ value: JSON.stringify(value), untilMs }, contextOf(uploader, kind));
}

function open({ seals, now }: UploadContext, uploader: Uploader, kind: 'file' | 'part', text: string) {
  try {
    const { value = '', untilMs } = seals.open(text, contextOf(uploader, kind));
    return Number(untilMs) < now() ? undefined : (JSON.parse(value) as Json);
  } catch (error) {
    if (error instanceof AppError) throw error;
    return undefined;
  }
}

/** Unlike the id of any run, by which passwords are sealed. */
function contextOf({ actor, session }: Uploader, kind: string): string {
  return JSON.stringify(['upload', kind, actor.id, session]);
}

async function receive(
  ctx: UploadContext,
  uploader: Uploader,
  { chunks, limitBytes }: { readonly chunks: Chunks; readonly limitBytes: number },
): Promise<Blob> {
  if (ctx.limits.uploadBytes === 0)
    throw new AppError('invalid', 'This server accepts no files (the setting upload_limit).');
  const refusal = await roomRefusal(ctx);
  if (refusal !== undefined) throw refusal;
  if (ctx.uploads === undefined) throw new AppError('unavailable', 'Files cannot be uploaded here.');
  const entrance = ctx.uploads.enter(uploader.person, ctx.limits.uploadBytes, ctx.now());
  try {
    const blob = await ctx.blobs.putStream(bounded(ctx, chunks, { limitBytes, count: entrance.count }));
    return blob;
  } finally {
    entrance.leave();
  }
}

async function* bounded(
  ctx: UploadContext,
  chunks: Chunks,
  { limitBytes, count }: { readonly limitBytes: number; readonly count: (bytes: number) => void },
): Chunks {
  let sizeBytes = 0;
  let looked = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > limitBytes) throw tooLarge(limitBytes);
    count(chunk.byteLength);
    if (sizeBytes - looked > LOOK_BYTES) {
      looked = sizeBytes;
      const refusal = await roomRefusal(ctx);
      if (refusal !== undefined) throw refusal;
    }
    yield chunk;
  }
  if (sizeBytes === 0) throw new AppError('invalid', 'This file is empty. Choose another one.');
}

function tooLarge(limitBytes: number): AppError {
  return new AppError('invalid', `This file is too large: at most ${sizeWords(limitBytes)} can be uploaded.`);
}

function fileOf(name: string, { hash, sizeBytes }: Blob, head: Uint8Array): FileValue {
  const safe = safeFileName(name.slice(0, UPLOAD_LIMITS.nameChars));
  return { name: safe, sizeBytes, sha256: hash, type: typeOfContent(head, safe) };
}

async function* readParts({ blobs }: UploadContext, parts: readonly Blob[]): Chunks {
  for (const { hash } of parts) {
    const found = await blobs.open(hash);
    if (found === undefined) throw new AppError('invalid', 'A part of this upload is gone. Upload the file again.');
    yield* found.stream;
  }
}

/** Remembers the first bytes of what passes. */
function createHead() {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  return {
    async *watch(chunks: Chunks): Chunks {
      for await (const chunk of chunks) {
        if (sizeBytes < UPLOAD_LIMITS.headBytes) {
          const part = chunk.slice(0, UPLOAD_LIMITS.headBytes - sizeBytes);
          parts.push(part);
          sizeBytes += part.byteLength;
        }
        yield chunk;
      }
    },
    bytes: () => joinBytes(parts),
  };
}
