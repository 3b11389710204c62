/**
 * Messages of a kernel in WebSocket frames, in both forms that Jupyter servers use, as the frames of ZeroMQ; pure.
 * Source: https://jupyter-server.readthedocs.io/en/stable/developers/websocket-protocols.html
 */
import { DELIMITER, WireError } from '../protocol/wire.ts';

/** The subprotocol of the newer form; servers without it use the form called `default`. */
export const V1 = 'v1.kernel.websocket.jupyter.org';
/** Limit of the parts of one message: five, and its buffers. */
const PARTS = 10_000;

export interface ChannelFrames {
  readonly channel: string;
  /** As ZeroMQ delivers them, without a signature. */
  readonly frames: readonly Uint8Array[];
}

/** Header, parent, metadata and content as JSON. */
export type MessageParts = readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array];

/** One message for the server. */
export function encodeV1(channel: string, parts: MessageParts): Uint8Array {
  const all = [Buffer.from(channel), ...parts];
  const starts = [8 * (all.length + 2)];
  for (const part of all) starts.push(starts.at(-1)! + part.byteLength);
  const head = Buffer.alloc(8 * (starts.length + 1));
  [starts.length, ...starts].forEach((value, at) => head.writeBigUInt64LE(BigInt(value), at * 8));
  return Buffer.concat([head, ...all]);
}

/** Throws `WireError`. */
export function decodeV1(data: Buffer): ChannelFrames {
  const count = data.byteLength < 8 ? 0 : Number(data.readBigUInt64LE(0));
  if (count < 6 || count > PARTS || data.byteLength < 8 * (count + 1)) throw new WireError('not a Jupyter message');
  const starts = Array.from({ length: count }, (_, at) => Number(data.readBigUInt64LE(8 * (at + 1))));
  const [channel, ...parts] = slices(data, starts);
  return { channel: channel!.toString(), frames: [DELIMITER, Buffer.alloc(0), ...parts] };
}

/** One message for a server of the older form. */
export function encodeDefault(channel: string, parts: MessageParts): string {
  const [header, parent, metadata, content] = parts.map((part) => Buffer.from(part).toString());
  return `{"channel":${JSON.stringify(channel)},"header":${header},"parent_header":${parent},"metadata":${metadata},"content":${content},"buffers":[]}`;
}

/** `isText`: JSON alone; else JSON with buffers behind it. Nothing but the channel is parsed. Throws `WireError`. */
export function decodeDefault(data: Buffer, isText: boolean): ChannelFrames {
  const [json, ...buffers] = isText ? [data] : binaryParts(data);
  const members = membersOf(json!);
  const part = (name: string) => members.get(name) ?? Buffer.from('{}');
  return {
    channel: part('channel').toString().replaceAll('"', ''),
    frames: [
      DELIMITER,
      Buffer.alloc(0),
      part('header'),
      part('parent_header'),
      part('metadata'),
      part('content'),
      ...buffers,
    ],
  };
}

function binaryParts(data: Buffer): Buffer[] {
  const count = data.byteLength < 4 ? 0 : data.readUInt32BE(0);
  if (count < 1 || count > PARTS || data.byteLength < 4 * (count + 1)) throw new WireError('not a Jupyter message');
  const starts = Array.from({ length: count }, (_, at) => data.readUInt32BE(4 * (at + 1)));
  return slices(data, [...starts, data.byteLength]);
}

function slices(data: Buffer, starts: readonly number[]): Buffer[] {
  return starts.slice(0, -1).map((start, at) => {
    const end = starts[at + 1]!;
    if (start > end || end > data.byteLength) throw new WireError('a part lies outside of its message');
    return data.subarray(start, end);
  });
}

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];
const OPEN: readonly number[] = [0x7b, 0x5b];
const CLOSE: readonly number[] = [0x7d, 0x5d];

/**
 * The members of a JSON object as the bytes of their values. What is long, deep or wrong in a value is found by whoever
 * decodes it.
 */
export function membersOf(json: Buffer): Map<string, Buffer> {
  const members = new Map<string, Buffer>();
  let depth = 0;
  let keyStart = 0;
  let valueStart = 0;
  let key = '';
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at]!;
    if (byte === QUOTE) {
      const start = at;
      at = endOfText(json, at);
      if (depth === 1 && valueStart === 0) [keyStart, key] = [start, json.toString('utf8', start + 1, at)];
    } else if (byte === COLON && depth === 1 && valueStart === 0 && keyStart > 0) valueStart = at + 1;
    else if (OPEN.includes(byte)) depth += 1;
    else if (CLOSE.includes(byte) || byte === COMMA) {
      if (depth === 1 && valueStart > 0) {
        members.set(key, json.subarray(valueStart, at));
        [keyStart, valueStart] = [0, 0];
      }
      if (byte !== COMMA) depth -= 1;
    }
  }
  return members;
}

/** The place of the quotation mark that ends the text which begins at `start`. */
function endOfText(json: Buffer, start: number): number {
  let at = start;
  for (;;) {
    at = json.indexOf(QUOTE, at + 1);
    if (at < 0) throw new WireError('a text does not end');
    let before = at - 1;
    while (json[before] === BACKSLASH) before -= 1;
    if ((at - before) % 2 === 1) return at;
  }
}
