/**
 * ZMTP 3.0, the protocol under ZeroMQ's sockets: bytes to messages and back, in bounded memory; pure. Source:
 * https://rfc.zeromq.org/spec/23/
 */

const GREETING_BYTES = 64;
const COMMAND_BYTES = 4096;
/** Jupyter's messages have seven frames, and one for each binary buffer of a widget. */
const FRAMES = 256;
/** Most messages fit into it; the memory of a connection that receives only small ones stays at the first size. */
const ROOM_BYTES = 256 * 1024;
const FIRST_ROOM_BYTES = 16 * 1024;
const MORE = 1;
const LONG = 2;
const COMMAND = 4;

export interface FrameMessage {
  /** Those before the message exceeded its limits. Their memory is reused for the next message. */
  readonly frames: readonly Uint8Array[];
  /** Size of all its frames. */
  readonly sizeBytes: number;
  /** False if frames were left out. */
  readonly isWhole: boolean;
  /** The part of the first left-out frame that fitted. Its memory is reused for the next message, too. */
  readonly cut?: Uint8Array;
}

export interface FrameListener {
  onGreeting(): void;
  /** `body`: the bytes after the name. */
  onCommand(name: string, body: Uint8Array): void;
  onMessage(message: FrameMessage): void;
}

/** The other side does not speak ZMTP 3 without authentication. */
export class FrameError extends Error {}

/** The greeting of both sides: version 3.0, no authentication. */
export function greeting(): Uint8Array {
  const bytes = Buffer.alloc(GREETING_BYTES);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = 3;
  bytes.write('NULL', 12, 'latin1');
  return bytes;
}

/** A `READY` command: the type of this socket. */
export function readyCommand(properties: Readonly<Record<string, string>>): Uint8Array {
  const parts = Object.entries(properties).map(([name, value]) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(Buffer.byteLength(value));
    return Buffer.concat([Buffer.from([name.length]), Buffer.from(name, 'latin1'), size, Buffer.from(value)]);
  });
  return frame(COMMAND, Buffer.concat([Buffer.from('\x05READY', 'latin1'), ...parts]));
}

/** Answers a `PING`; `context` is the data after its time to live. */
export function pongCommand(context: Uint8Array): Uint8Array {
  return frame(COMMAND, Buffer.concat([Buffer.from('\x04PONG', 'latin1'), context]));
}

export function encodeFrames(frames: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(frames.map((body, index) => frame(index < frames.length - 1 ? MORE : 0, body)));
}

function frame(flags: number, body: Uint8Array): Uint8Array {
  if (body.length < 256) return Buffer.concat([Buffer.from([flags, body.length]), body]);
  const head = Buffer.alloc(9);
  head[0] = flags | LONG;
  head.writeBigUInt64BE(BigInt(body.length), 1);
  return Buffer.concat([head, body]);
}

/**
 * Reads data that arrives in pieces. A message of more than `limitBytes`, or of more frames than any of Jupyter's, is
 * skipped as it arrives: what fits is delivered at its end. Throws `FrameError` from `push`; then the connection is
 * unusable.
 */
export function createFrameReader(limitBytes: number, listener: FrameListener): { push(chunk: Uint8Array): void } {
  const room = createMessageRoom();
  let message = emptyMessage();
  let read: (chunk: Buffer, at: number) => number = gather(GREETING_BYTES, (bytes) => {
    if (bytes[0] !== 0xff || (bytes[9]! & 1) === 0 || bytes[10]! < 3) throw new FrameError('not ZMTP 3');
    if (bytes.toString('latin1', 12, 17) !== 'NULL\0') throw new FrameError('it asks for authentication');
    listener.onGreeting();
    nextFrame();
  });

  function nextFrame(): void {
    read = gather(1, ([flags = 0]) => {
      read = gather((flags & LONG) === 0 ? 1 : 8, (size) => {
        begin(flags, size.length === 1 ? size[0]! : Number(size.readBigUInt64BE()));
      });
    });
  }

  function begin(flags: number, sizeBytes: number): void {
    if ((flags & COMMAND) !== 0) return beginCommand(sizeBytes);
    const roomBytes = message.isWhole ? limitBytes - message.sizeBytes : 0;
    message.sizeBytes += sizeBytes;
    message.isWhole &&= message.sizeBytes <= limitBytes && message.frames.length < FRAMES;
    const end = (body?: Uint8Array) => {
      if (body !== undefined) message.frames.push(body);
      nextFrame();
      if ((flags & MORE) !== 0) return;
      const done = message;
      message = emptyMessage();
      listener.onMessage(done);
      room.clear();
    };
    // no data follows for an empty frame: it is complete already
    if (sizeBytes === 0) end(message.isWhole ? Buffer.alloc(0) : undefined);
    else if (message.isWhole) read = gather(sizeBytes, end, room.take);
    else if (roomBytes > 0 && message.frames.length < FRAMES)
      readBeginning(Math.min(sizeBytes, roomBytes), sizeBytes, end);
    else read = passOver(sizeBytes, end);
  }

  function readBeginning(keptBytes: number, sizeBytes: number, end: () => void): void {
    read = gather(
      keptBytes,
      (bytes) => {
        message.cut = bytes;
        read = passOver(sizeBytes - keptBytes, end);
      },
      room.take,
    );
  }

  function beginCommand(sizeBytes: number): void {
    if (sizeBytes === 0 || sizeBytes > COMMAND_BYTES) throw new FrameError('a command of no or too great length');
    read = gather(sizeBytes, (body) => {
      const end = 1 + (body[0] ?? 0);
      listener.onCommand(body.toString('latin1', 1, end), body.subarray(end));
      nextFrame();
    });
  }

  return {
    push(piece) {
      const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
      for (let at = 0; at < chunk.length;) at = read(chunk, at);
    },
  };
}

function emptyMessage(): { frames: Uint8Array[]; sizeBytes: number; isWhole: boolean; cut?: Uint8Array } {
  return { frames: [], sizeBytes: 0, isWhole: true };
}

/** Returns how far it has read. `room`: where the bytes are put. */
function gather(
  sizeBytes: number,
  done: (bytes: Buffer) => void,
  room: (sizeBytes: number) => Buffer = Buffer.allocUnsafe,
): (chunk: Buffer, at: number) => number {
  let filled = 0;
  let bytes: Buffer | undefined;
  return (chunk, at) => {
    const end = Math.min(chunk.length, at + sizeBytes - filled);
    bytes ??= room(sizeBytes);
    filled += chunk.copy(bytes, filled, at, end);
    if (filled === sizeBytes) done(bytes);
    return end;
  };
}

/**
 * The same memory for one message after the other: a flood would leave garbage as large as itself. It grows with the
 * messages: a hundred kernels have four hundred connections, and reserved memory makes the garbage collector run.
 */
function createMessageRoom() {
  let block = Buffer.alloc(0);
  let used = 0;
  return {
    take(sizeBytes: number): Buffer {
      if (used + sizeBytes > block.length) {
        // what was taken before stays where it is
        const grown = Math.min(ROOM_BYTES, Math.max(FIRST_ROOM_BYTES, 2 * block.length));
        block = Buffer.allocUnsafeSlow(Math.max(grown, sizeBytes));
        used = 0;
      }
      used += sizeBytes;
      return block.subarray(used - sizeBytes, used);
    },
    /** What was taken is no longer needed. */
    clear(): void {
      used = 0;
      if (block.length > ROOM_BYTES) block = Buffer.allocUnsafeSlow(ROOM_BYTES);
    },
  };
}

function passOver(sizeBytes: number, done: () => void): (chunk: Buffer, at: number) => number {
  let left = sizeBytes;
  return (chunk, at) => {
    const end = Math.min(chunk.length, at + left);
    left -= end - at;
    if (left === 0) done();
    return end;
  };
}
