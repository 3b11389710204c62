/**
 * One ZeroMQ client socket over a Unix or TCP socket. It is our own, because libzmq reads ahead by messages, not by
 * bytes: one message of many frames, or a few large ones, would fill the server's memory before anyone could refuse
 * them.
 */
import { connect, type Socket } from 'node:net';
import { defined } from '../../domain/defined.ts';
import {
  createFrameReader,
  encodeFrames,
  greeting,
  pongCommand,
  readyCommand,
  type FrameMessage,
} from './zmtp-frame.ts';

export interface ZmtpOptions {
  readonly type: 'SUB' | 'DEALER';
  /** How the other side recognises the sender again. */
  readonly identity?: string;
  /** Limit of one message; of longer ones, what fits is delivered. */
  readonly limitBytes: number;
  readonly onMessage: (message: FrameMessage) => void;
  /** Data arrived: also for a part of a message. */
  readonly onBytes?: () => void;
  /** The other side closed the connection after it had accepted it. */
  readonly onDisconnect?: () => void;
}

export interface ZmtpSocket {
  /** Tries until the other side listens, and again whenever the connection is lost. */
  connect(): void;
  /** What is sent before there is a connection waits. False: too much waits, and this was dropped. */
  send(frames: readonly Uint8Array[]): boolean;
  /** Reads nothing while held: data waits on the other side. */
  hold(held: boolean): void;
  close(): void;
}

/** Short: a kernel may not yet listen on all channels when we connect, and each missed attempt costs this. */
const RECONNECT_MS = 3;
/** Delay after a connection that was accepted and lost. */
const LOST_MS = 100;
/** Code of cells and small requests: a kernel that reads none of them gets no more. */
const UNSENT_BYTES = 128 * 1024 * 1024;
/**
 * What is read lies there until it is taken, which happens at once, so that all sockets share it. Reading into the same
 * memory leaves no garbage, and a connection reserves none.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);
const SUBSCRIBE_ALL = Buffer.from([1]);

/** `endpoint`: `ipc:///path` or `tcp://host:port`. */
export function createZmtpSocket(endpoint: string, options: ZmtpOptions): ZmtpSocket {
  const target = targetOf(endpoint);
  let waiting: Uint8Array[] = options.type === 'SUB' ? [encodeFrames([SUBSCRIBE_ALL])] : [];
  let waitingBytes = 0;
  let socket: Socket | undefined;
  let isReady = false;
  let isHeld = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  function open(): void {
    const reading: { take: (bytes: Uint8Array) => void } = { take: () => undefined };
    const opened = connect({ ...target, onread: readInto(reading) });
    socket = opened;
    if ('port' in target) opened.setNoDelay(true);
    if (isHeld) opened.pause();
    opened.write(greeting());
    reading.take = frameReader(opened, options, () => begin(opened));
    opened.on('close', () => {
      if (isClosed) return;
      const wasReady = isReady;
      isReady = false;
      if (wasReady) options.onDisconnect?.();
      if (wasReady && options.type === 'SUB') waiting = [encodeFrames([SUBSCRIBE_ALL])];
      timer = setTimeout(open, wasReady ? LOST_MS : RECONNECT_MS);
    });
  }

  function begin(opened: Socket): void {
    isReady = true;
    for (const bytes of waiting) opened.write(bytes);
    waiting = [];
    waitingBytes = 0;
  }

  return {
    connect: open,
    send(frames) {
      const bytes = encodeFrames(frames);
      if (waitingBytes + (socket?.writableLength ?? 0) + bytes.length > UNSENT_BYTES) return false;
      if (isReady) socket?.write(bytes);
      else {
        waiting.push(bytes);
        waitingBytes += bytes.length;
      }
      return true;
    },
    hold(held) {
      isHeld = held;
      if (held) socket?.pause();
      else socket?.resume();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      socket?.destroy();
    },
  };
}

function readInto(reading: { readonly take: (bytes: Uint8Array) => void }) {
  return {
    buffer: READ_BUFFER,
    callback(bytes: number): boolean {
      reading.take(READ_BUFFER.subarray(0, bytes));
      return true;
    },
  };
}

/** Reads what arrives. Data that is not ZMTP ends the connection. */
function frameReader(socket: Socket, options: ZmtpOptions, onReady: () => void): (bytes: Uint8Array) => void {
  const reader = createFrameReader(options.limitBytes, {
    onGreeting: () => void socket.write(readyCommand(propertiesOf(options))),
    onCommand(name, body) {
      if (name === 'READY') onReady();
      if (name === 'PING') socket.write(pongCommand(body.subarray(2)));
    },
    onMessage(message) {
      if (!socket.destroyed) options.onMessage(message);
    },
  });
  socket.on('error', () => undefined); // "close" comes after it
  return (bytes) => {
    options.onBytes?.();
    try {
      reader.push(bytes);
    } catch {
      socket.destroy();
    }
  };
}

function propertiesOf({ type, identity }: ZmtpOptions): Record<string, string> {
  return { 'Socket-Type': type, ...defined({ Identity: identity }) };
}

function targetOf(endpoint: string): { path: string } | { host: string; port: number } {
  const path = /^ipc:\/\/(.+)$/.exec(endpoint)?.[1];
  if (path !== undefined) return { path };
  const { hostname, port } = new URL(endpoint.replace(/^tcp:/, 'http:'));
  return { host: hostname, port: Number(port) };
}
