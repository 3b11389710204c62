/** Sends messages to a syslog server; they wait while it is away, up to a bound, and what is beyond it is counted. */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { SyslogAddress } from '../domain/syslog.ts';

/** Some ten thousand entries. */
const WAITING_BYTES = 8_000_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const CONNECT_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;

export interface SyslogSender {
  /** False: too much waits already, and this is not sent. */
  send(frame: Uint8Array): boolean;
  close(): void;
}

export interface SyslogOptions {
  readonly waitingBytes?: number;
  /** The server is away, as a sentence; undefined: it is there again, and all that waited is sent. */
  readonly onState: (problem: string | undefined) => void;
}

/** `onReady`: called when something can be sent. */
export function connectSyslog({ protocol, host, port }: SyslogAddress, onReady: () => void): Socket {
  const socket =
    protocol === 'tls'
      ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) })
      : connectPlain({ host, port });
  return socket.once(protocol === 'tls' ? 'secureConnect' : 'connect', onReady);
}

/** Connects when something is to be sent. Never keeps the process alive. */
export function createSyslogSender(
  address: SyslogAddress,
  { waitingBytes = WAITING_BYTES, onState }: SyslogOptions,
): SyslogSender {
  /** The oldest first; the first `given` of them have been handed to the socket. */
  const waiting: Uint8Array[] = [];
  let [given, bytes, waitMs] = [0, 0, FIRST_WAIT_MS];
  let [isAway, isReady, isClosed] = [false, false, false];
  let socket: Socket | undefined;
  let timer: NodeJS.Timeout | undefined;

  const open = () => {
    timer = undefined;
    const made = connectSyslog(address, () => {
      made.setTimeout(0);
      [isReady, waitMs] = [true, FIRST_WAIT_MS];
      pump();
    });
    let problem = 'it has closed the connection';
    socket = made;
    made.unref();
    made.setKeepAlive(true, KEEP_ALIVE_MS);
    made.setTimeout(CONNECT_MS, () => made.destroy(new Error('it does not answer')));
    made.on('drain', pump).resume();
    made.on('error', ({ message }) => void (problem = message));
    made.on('close', () => {
      // what was not handed over whole is sent again
      [isReady, given, socket] = [false, 0, undefined];
      if (isClosed) return;
      if (!isAway) onState(problem);
      isAway = true;
      if (waiting.length > 0) later();
    });
  };
  const later = () => {
    timer ??= setTimeout(open, waitMs).unref();
    waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
  };
  const pump = () => {
    const to = socket;
    if (!isReady || to === undefined) return;
    for (let mayWrite = true; mayWrite && given < waiting.length;) {
      mayWrite = to.write(waiting[given]!, (error) => {
        if (error == null && to === socket) done();
      });
      given += 1;
    }
  };
  const done = () => {
    bytes -= waiting[0]?.length ?? 0;
    waiting.shift();
    given -= 1;
    if (waiting.length > 0 || !isAway) return;
    isAway = false;
    onState(undefined);
  };
  return {
    send(frame) {
      if (isClosed || bytes + frame.length > waitingBytes) return false;
      waiting.push(frame);
      bytes += frame.length;
      if (isReady) pump();
      else if (socket === undefined && timer === undefined) open();
      return true;
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      socket?.destroy();
    },
  };
}
