/** The five ZeroMQ sockets of one kernel. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { Context, Dealer, Request, Subscriber } from 'zeromq';
import type { JsonObject } from '../../domain/text/json.ts';
import type { Channel, Connection } from './connection-file.ts';
import { decodeMessage, encodeMessage, WireError, type Message } from './wire.ts';

export interface Channels {
  /** Sends a request and returns its id. `id`: answers to it carry this as their parent's `msg_id`. */
  send(channel: 'shell' | 'control' | 'stdin', type: string, content: JsonObject, parent?: JsonObject): string;
  /** True when the kernel's heartbeat echoed in time. */
  beats(timeoutMs: number): Promise<boolean>;
  close(): void;
}

export interface ChannelListener {
  /** `sizeBytes`: of the whole message. iopub messages come in the kernel's order. */
  onMessage(channel: 'shell' | 'control' | 'stdin' | 'iopub', message: Message, sizeBytes: number): void;
  /** The kernel closed its end of the shell channel. */
  onDisconnect(): void;
}

/** Short: a kernel may not listen on all channels yet when we connect, and each missed try costs this. */
const RECONNECT_MS = 3;
/**
 * To look for its socket's file, where it is one, costs a hundredth of a try to connect, which ZeroMQ would repeat on
 * each channel.
 */
const LOOK_MS = 3;
/** Beyond this many unread messages the kernel's side waits; the rest of the flow control is `delivery.ts`. */
const UNREAD_MESSAGES = 256;

interface Connecting {
  connect(endpoint: string): void;
}

const context = new Context({ maxSockets: 8192 });

/** Connects all channels as soon as the kernel is there; until then, what is sent waits. */
export function openChannels(connection: Connection, listener: ChannelListener): Channels {
  const session = randomUUID();
  const options = { context, linger: 0, reconnectInterval: RECONNECT_MS };
  const dealer = () => new Dealer({ ...options, routingId: session });
  const sockets = { shell: dealer(), control: dealer(), stdin: dealer() };
  const iopub = new Subscriber({ ...options, receiveHighWaterMark: UNREAD_MESSAGES });
  const outbox = { shell: Promise.resolve(), control: Promise.resolve(), stdin: Promise.resolve() };
  let closed = false;

  iopub.subscribe();
  sockets.shell.events.on('disconnect', () => {
    if (!closed) listener.onDisconnect();
  });
  const stopLooking = connectWhenThere(connection.endpoints, { ...sockets, iopub });

  async function read(channel: 'shell' | 'control' | 'stdin' | 'iopub', socket: Dealer | Subscriber): Promise<void> {
    for await (const frames of socket) {
      if (closed) return;
      try {
        listener.onMessage(
          channel,
          decodeMessage(frames, connection.key),
          frames.reduce((sum, frame) => sum + frame.length, 0),
        );
      } catch (error) {
        // Not signed with our key, or no message at all: not from our kernel, so it is as if it had not come.
        if (!(error instanceof WireError)) throw error;
      }
    }
  }
  for (const [channel, socket] of Object.entries({ ...sockets, iopub }))
    void read(channel as 'iopub', socket).catch(() => undefined);

  return {
    send(channel, type, content, parent = {}) {
      const id = randomUUID();
      const header = {
        msg_id: id,
        msg_type: type,
        session,
        username: 'script-runner',
        date: new Date().toISOString(),
        version: '5.3',
      };
      const frames = encodeMessage(
        { identities: [], header, parent, metadata: {}, content, buffers: [] },
        connection.key,
      );
      // One send at a time per socket: zeromq refuses a second one while the first waits.
      outbox[channel] = outbox[channel].then(() => sockets[channel].send(frames as Buffer[])).catch(() => undefined);
      return id;
    },
    beats: (timeoutMs) => beats(connection.endpoints.hb, timeoutMs),
    close() {
      closed = true;
      stopLooking();
      for (const socket of [...Object.values(sockets), iopub]) socket.close();
    },
  };
}

/** Connects each socket once the kernel listens. Answers how to stop looking. */
function connectWhenThere(
  endpoints: Connection['endpoints'],
  sockets: Readonly<Partial<Record<Channel, Connecting>>>,
): () => void {
  const file = /^ipc:\/\/(.+)$/.exec(endpoints.iopub)?.[1];
  const waiting = Object.entries(sockets) as [Channel, Connecting][];
  const timer = setInterval(() => {
    if (file !== undefined && !existsSync(file)) return;
    try {
      for (; waiting[0] !== undefined; waiting.shift()) waiting[0][1].connect(endpoints[waiting[0][0]]);
      clearInterval(timer);
    } catch {
      // A signal to this process interrupted it, a profiler's for example: the next look goes on here.
    }
  }, LOOK_MS);
  return () => clearInterval(timer);
}

async function beats(endpoint: string, timeoutMs: number): Promise<boolean> {
  const socket = new Request({
    context,
    linger: 0,
    reconnectInterval: RECONNECT_MS,
    receiveTimeout: timeoutMs,
    sendTimeout: timeoutMs,
  });
  try {
    socket.connect(endpoint);
    await socket.send('ping');
    await socket.receive();
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}
