/** One WebSocket to a kernel that is made again when it is lost: same kernel, same session, within a limit of time. */
import { WebSocket } from 'ws';
import { AppError } from '../../domain/error.ts';
import { V1 } from './gateway-frame.ts';
import { gatewayHeaders, type GatewayAddress } from './gateway-http.ts';

const GAP_MS = 60_000;
/** Between attempts to connect: doubled each time. */
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;
const CONNECT_MS = 10_000;
/** A server that has neither sent anything nor answered a ping in this time is gone. */
const PING_MS = 15_000;
/** Requests that wait for a connection. */
const UNSENT = 100;

export interface GatewayLink {
  readonly address: GatewayAddress;
  readonly kernelId: string;
  /** A message beyond it is not received: the connection is made again, and what follows may be missing. */
  readonly receivedBytes: number;
  /** Whether the gateway still has the kernel, asked before connecting again. Rejects if it cannot be asked. */
  readonly isThere: () => Promise<boolean>;
  /** Longest time without a working connection; then the kernel is given up. Default 60,000. */
  readonly gapMs?: number;
  /** The kernel is lost: a sentence for the reader of the run. Called once. */
  readonly onLost: (reason: string) => void;
}

interface SocketListener {
  /** `isV1`: in the newer form. */
  onData(data: Buffer, form: { readonly isBinary: boolean; readonly isV1: boolean }): void;
  /** As that of the channels. */
  onGap(reason: 'link' | 'size'): void;
}

export interface GatewaySocket {
  /** Sends what `encode` makes; later, while there is no connection. */
  send(encode: (isV1: boolean) => Uint8Array | string): void;
  /** Reads nothing while held. */
  hold(isHeld: boolean): void;
  /** As if the gateway had said that the kernel is lost. */
  giveUp(reason: string): void;
  close(): void;
}

export function openGatewaySocket(link: GatewayLink, session: string, listener: SocketListener): GatewaySocket {
  const unsent: (() => void)[] = [];
  const gapMs = link.gapMs ?? GAP_MS;
  const retrying = createRetrying(gapMs);
  let socket: WebSocket | undefined;
  let protocols = [V1];
  let isHeld = false;
  let isClosed = false;
  let gap: 'link' | 'size' = 'link';
  const stopWatching = watchPeer(() => socket);

  function close(): void {
    isClosed = true;
    retrying.stop();
    stopWatching();
    socket?.terminate();
  }

  function giveUp(reason: string): void {
    if (isClosed) return;
    close();
    link.onLost(reason);
  }

  function connect(): void {
    const current = (socket = openSocket(link, session, protocols));
    current.on('open', () => {
      if (retrying.wasOpen()) listener.onGap(gap);
      retrying.opened();
      gap = 'link';
      for (const send of unsent.splice(0)) send();
      if (isHeld) current.pause();
    });
    current.on('message', (data: Buffer, isBinary) =>
      listener.onData(data, { isBinary, isV1: current.protocol === V1 }),
    );
    current.on('error', (error: NodeJS.ErrnoException) => {
      if (error.message === 'Server sent no subprotocol') protocols = [];
      if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') gap = 'size';
    });
    current.on('close', () => void (isClosed || retrying.later(() => void connectAgain())));
  }

  async function connectAgain(): Promise<void> {
    const at = link.address.shown;
    if (retrying.isOver())
      return giveUp(`The connection to the gateway ${at} was lost and could not be restored within ${gapMs / 1000} s.`);
    const isThere = await link.isThere().catch((error: unknown) => (error instanceof AppError ? undefined : true));
    if (isClosed) return;
    if (isThere === false) giveUp(`The gateway ${at} no longer has the kernel of this run.`);
    else connect();
  }

  connect();
  return {
    send(encode) {
      const send = () => socket?.send(encode(socket.protocol === V1), () => undefined);
      if (socket?.readyState === WebSocket.OPEN) send();
      else if (unsent.length < UNSENT) unsent.push(send);
    },
    hold(held) {
      isHeld = held;
      if (socket?.readyState !== WebSocket.OPEN) return;
      if (held) socket.pause();
      else socket.resume();
    },
    giveUp,
    close,
  };
}

function openSocket(link: GatewayLink, session: string, protocols: readonly string[]): WebSocket {
  const url = new URL(`api/kernels/${link.kernelId}/channels?session_id=${session}`, link.address.url);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return new WebSocket(url, [...protocols], {
    headers: gatewayHeaders(link.address),
    maxPayload: link.receivedBytes,
    handshakeTimeout: CONNECT_MS,
    perMessageDeflate: false,
    // the token is for this address only
    followRedirects: false,
  });
}

/** When to connect again, and for how long. */
function createRetrying(gapMs: number) {
  let wasOpen = false;
  let isOpen = false;
  let lostAtMs = performance.now();
  let delayMs = FIRST_RETRY_MS;
  let timer: NodeJS.Timeout | undefined;
  return {
    wasOpen: () => wasOpen,
    opened() {
      wasOpen = isOpen = true;
      delayMs = FIRST_RETRY_MS;
    },
    later(connect: () => void) {
      if (isOpen) lostAtMs = performance.now();
      isOpen = false;
      timer = setTimeout(connect, delayMs);
      delayMs = Math.min(delayMs * 2, LAST_RETRY_MS);
    },
    isOver: () => performance.now() - lostAtMs > gapMs,
    stop: () => clearTimeout(timer),
  };
}

/** Cuts a connection whose other end is silent. One that is held back is not read, so its silence means nothing. */
function watchPeer(current: () => WebSocket | undefined): () => void {
  let asked: WebSocket | undefined;
  let hasSpoken = false;
  const hear = () => {
    hasSpoken = true;
  };
  const timer = setInterval(() => {
    const socket = current();
    const isRead = socket?.readyState === WebSocket.OPEN && !socket.isPaused;
    if (isRead && socket === asked && !hasSpoken) return socket.terminate();
    if (isRead && socket !== asked) socket.on('pong', hear).on('message', hear).on('ping', hear);
    asked = isRead ? socket : asked;
    hasSpoken = !isRead;
    if (isRead) socket.ping();
  }, PING_MS).unref();
  return () => clearInterval(timer);
}
