/**
 * Jupyter messages to and from ZeroMQ frames, signed by HMAC-SHA256; pure.
 * Source: https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { isJsonObject, type JsonObject } from '../../domain/text/json.ts';
import { parseWellFormed } from '../../domain/text/json-parse.ts';
import { Allow, parse } from 'partial-json';
import { defined } from '../../domain/defined.ts';
import { jsonMemory } from '../../domain/text/json-memory.ts';
import { DEPTH, isDeeper } from '../../domain/text/json-depth.ts';

/**
 * What the values of a content may take in memory, beside its texts: that of 270,000 rows, or of five million numbers.
 */
const MEMORY_BYTES = 80_000_000;
/** A shorter one takes less in any case. */
const MEASURED_BYTES = 2_000_000;
/** Limit of each part before the content; kernels send a few hundred bytes. */
const HEADER_BYTES = 1024 * 1024;
/** Between the routing prefix and the message. */
export const DELIMITER = Buffer.from('<IDS|MSG>');

export interface Message {
  /** Routing prefix: the frames before the delimiter (on iopub, the topic). */
  readonly identities: readonly Uint8Array[];
  readonly header: JsonObject;
  /** `{}` if the message is not a reply. */
  readonly parent: JsonObject;
  readonly metadata: JsonObject;
  readonly content: JsonObject;
  /**
   * Why the content is `{}` here: the message was too long, nested too deeply, or took too long to decode. A printed
   * text that is too long has its beginning.
   */
  readonly lost?: 'size' | 'depth' | 'effort';
  /** Formats of an output that are long JSON, as text; they are not in the content. */
  readonly long?: readonly (readonly [mime: string, text: string])[];
  readonly buffers: readonly Uint8Array[];
}

/** A list of frames that is not a Jupyter message, or has a wrong signature. */
export class WireError extends Error {}

/** Frames of the message; an empty key sends it unsigned, as the protocol says. */
export function encodeMessage(message: Message, key: string): Uint8Array[] {
  const parts = [message.header, message.parent, message.metadata, message.content].map((part) =>
    Buffer.from(JSON.stringify(part)),
  );
  return [...message.identities, DELIMITER, Buffer.from(sign(parts, key)), ...parts, ...message.buffers];
}

/** As `decodeMessage`, on another thread. Rejects with `WireError`. */
export type MessageDecoder = (
  frames: readonly Uint8Array[],
  key: string,
  completeness: Completeness,
) => Promise<Message>;

export interface Completeness {
  /** False if frames were left out. */
  readonly isWhole?: boolean;
  /** The beginning of the first frame that was left out. */
  readonly cut?: Uint8Array;
}

/** Without its content if that is beyond the limits; see `Message.lost`. Throws `WireError`. */
export function decodeMessage(
  frames: readonly Uint8Array[],
  key: string,
  { isWhole = true, cut }: Completeness = {},
): Message {
  const at = delimiterOf(frames);
  const signature = frames[at + 1];
  const parts = frames.slice(at + 2, at + 6);
  if (at < 0 || signature === undefined || parts.length < (isWhole ? 4 : 2))
    throw new WireError('not a Jupyter message');
  if (parts.slice(0, 3).some(({ length }) => length > HEADER_BYTES)) throw new WireError('a long header');
  // The signature of a cut message cannot be checked, so only its type is reported.
  if (isWhole) checkSignature(signature, parts, key);
  const [header = {}, parent = {}, metadata = {}] = parts.slice(0, isWhole ? 3 : 2).map(parseObject);
  const isCutText = cut !== undefined && parts.length === 3 && header['msg_type'] === 'stream';
  const lost = isWhole ? lossOf(parts[3]!) : 'size';
  return {
    identities: frames.slice(0, at),
    header,
    parent,
    metadata,
    content: lost === undefined ? parseObject(parts[3]!) : isCutText ? parseBeginning(cut) : {},
    ...defined({ lost }),
    buffers: buffersOf(frames),
  };
}

/** A message of which only header and parent are decoded, because the rest takes too long. Throws `WireError`. */
export function decodeLost(frames: readonly Uint8Array[], key: string): Message {
  return { ...decodeMessage(frames.slice(0, delimiterOf(frames) + 4), key, { isWhole: false }), lost: 'effort' };
}

/** Copies of the frames behind the content: their memory is reused for the next message. */
export function buffersOf(frames: readonly Uint8Array[]): readonly Uint8Array[] {
  return frames.slice(delimiterOf(frames) + 6).map((frame) => Buffer.from(frame));
}

/** The frames up to the content. */
export function withoutBuffers(frames: readonly Uint8Array[]): readonly Uint8Array[] {
  return frames.slice(0, delimiterOf(frames) + 6);
}

function delimiterOf(frames: readonly Uint8Array[]): number {
  return frames.findIndex((frame) => DELIMITER.equals(frame));
}

/** Of a whole message; measured before anything is built of it. */
function lossOf(content: Uint8Array): Message['lost'] {
  if (isDeeper(content, DEPTH)) return 'depth';
  return content.length > MEASURED_BYTES && jsonMemory(content, MEMORY_BYTES) >= MEMORY_BYTES ? 'effort' : undefined;
}

function checkSignature(signature: Uint8Array, parts: readonly Uint8Array[], key: string): void {
  const expected = Buffer.from(sign(parts, key));
  if (signature.length !== expected.length || !timingSafeEqual(signature, expected))
    throw new WireError('wrong signature');
}

function sign(parts: readonly Uint8Array[], key: string): string {
  if (key === '') return '';
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

/** A printed text whose end is missing. `{}` if it does not begin as one: the rest may be anything, of any depth. */
function parseBeginning(frame: Uint8Array): JsonObject {
  const json = Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString();
  const [head = '', name = ''] = /^\{"name": ?"(\w{1,10})", ?"text": ?(?=")/.exec(json) ?? [];
  if (head === '') return {};
  try {
    return { name, text: String(parse(json.slice(head.length), Allow.STR)).replace(/\ufffd$/, '') };
  } catch {
    return {};
  }
}

function parseObject(frame: Uint8Array): JsonObject {
  let value: unknown;
  try {
    value = parseWellFormed(Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString());
  } catch (cause) {
    throw new WireError('a part is not JSON', { cause });
  }
  if (!isJsonObject(value)) throw new WireError('a part is not an object');
  return value;
}
