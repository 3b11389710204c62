/** The channels of one kernel, but for its heartbeat, which the control channel replaces. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { defined } from '../../domain/defined.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import type { KernelConnection } from './connection-file.ts';
import { createMessageOrder } from './message-order.ts';
import { encodeMessage, type Message, type MessageDecoder } from './wire.ts';
import type { FrameMessage } from './zmtp-frame.ts';
import { createZmtpSocket } from './zmtp-socket.ts';

export interface Channels {
  /** A request that reaches the kernel in another way than by its channels; its answers come by them. */
  compose(type: string, content: JsonObject): Message;
  /** Sends a request and returns its id. */
  send(channel: 'shell' | 'control' | 'stdin', type: string, content: JsonObject, parent?: JsonObject): string;
  /** Reads no outputs while held: they wait in the kernel. */
  hold(held: boolean): void;
  /** Whether a long message is being decoded. */
  isDecoding(): boolean;
  /** Settles when it is not. */
  decoded(): Promise<void>;
  close(): void;
}

export interface ChannelListener {
  /** `sizeBytes`: size of the whole message, including what was cut. iopub messages are in the kernel's order. */
  onMessage(channel: 'shell' | 'control' | 'stdin' | 'iopub', message: Message, sizeBytes: number): void;
  /** A part of an output arrived. */
  onBytes(): void;
  /** The kernel closed its end of the shell channel. */
  onDisconnect(): void;
  /**
   * Messages may be missing: the connection was lost and made again (`link`), or one message was beyond the limit and
   * could not be read in part (`size`).
   */
  onGap(reason: 'link' | 'size'): void;
}

export interface ChannelOptions {
  /** Of a longer message only the header is delivered, and the beginning if it is printed text. */
  readonly limitBytes: number;
  /** Where long messages are decoded; absent: here. */
  readonly decodeLong?: MessageDecoder;
}

/**
 * Checking for the socket's file, if there is one, costs a hundredth of an attempt to connect, which would be repeated
 * on each channel.
 */
const LOOK_MS = 3;

type MessageChannel = 'shell' | 'control' | 'stdin' | 'iopub';

/** Connects all channels as soon as the kernel is there; until then, sent messages wait. */
export function openChannels(
  connection: KernelConnection,
  { limitBytes, decodeLong }: ChannelOptions,
  listener: ChannelListener,
): Channels {
  const session = randomUUID();
  const { endpoints, key } = connection;
  let closed = false;
  let isHeld = false;

  const order = createMessageOrder({ key, ...defined({ decodeLong }) }, () =>
    sockets.iopub.hold(isHeld || order.isBusy()),
  );
  const read = (channel: MessageChannel) => {
    const receive = order.channel((message, sizeBytes) => {
      if (!closed) listener.onMessage(channel, message, sizeBytes);
    });
    return (message: FrameMessage) => {
      if (!closed) receive(message);
    };
  };
  const dealer = (channel: 'shell' | 'control' | 'stdin') =>
    createZmtpSocket(endpoints[channel], {
      type: 'DEALER',
      identity: session,
      limitBytes,
      onMessage: read(channel),
      ...(channel === 'shell' ? { onDisconnect: () => void (closed || listener.onDisconnect()) } : {}),
    });
  const sockets = {
    shell: dealer('shell'),
    control: dealer('control'),
    stdin: dealer('stdin'),
    iopub: createZmtpSocket(endpoints.iopub, {
      type: 'SUB',
      limitBytes,
      onMessage: read('iopub'),
      onBytes: () => listener.onBytes(),
    }),
  };
  const stopLooking = whenThere(endpoints, () => Object.values(sockets).forEach((socket) => socket.connect()));

  return {
    compose: (type, content) => composeRequest(session, type, content),
    send(channel, type, content, parent) {
      const message = composeRequest(session, type, content, parent);
      sockets[channel].send(encodeMessage(message, key));
      return idOf(message);
    },
    hold(held) {
      isHeld = held;
      sockets.iopub.hold(isHeld || order.isBusy());
    },
    isDecoding: () => order.isBusy(),
    decoded: () => order.done(),
    close() {
      closed = true;
      stopLooking();
      for (const socket of Object.values(sockets)) socket.close();
    },
  };
}

export function composeRequest(session: string, type: string, content: JsonObject, parent: JsonObject = {}): Message {
  const [id, date] = [randomUUID(), new Date().toISOString()];
  const header = { msg_id: id, msg_type: type, session, username: 'script-runner', date, version: '5.3' };
  return { identities: [], header, parent, metadata: {}, content, buffers: [] };
}

/** Answers to it carry this as their parent's `msg_id`. */
export function idOf({ header }: Message): string {
  return String(header['msg_id']);
}

/** Calls once the kernel listens, as far as that can be seen. Returns a function that stops checking. */
function whenThere(endpoints: KernelConnection['endpoints'], connect: () => void): () => void {
  const file = /^ipc:\/\/(.+)$/.exec(endpoints.iopub)?.[1];
  const timer = setInterval(() => {
    if (file !== undefined && !existsSync(file)) return;
    clearInterval(timer);
    connect();
  }, LOOK_MS);
  return () => clearInterval(timer);
}
