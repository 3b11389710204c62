/**
 * Notifies systemd of the server's state, if it asks for that (sd_notify(3)): Node has no Unix datagram sockets, so
 * this uses `systemd-notify`.
 */
import { spawn } from 'node:child_process';

export interface Supervisor {
  ready(): void;
  stopping(): void;
  close(): void;
}

/** Does nothing without `NOTIFY_SOCKET`. Pings twice in the time after which `WATCHDOG_USEC` restarts the server. */
export function createSupervisor(environment: Readonly<Record<string, string | undefined>>): Supervisor {
  const socket = environment['NOTIFY_SOCKET'];
  if (socket === undefined) return { ready() {}, stopping() {}, close() {} };
  const tell = (word: string) => {
    spawn('systemd-notify', [word], { stdio: 'ignore', env: { PATH: environment['PATH'], NOTIFY_SOCKET: socket } }).on(
      'error',
      (error) => {
        console.error(`systemd could not be notified of ${word}: ${error.message}`);
      },
    );
  };
  const beatMs = Number(environment['WATCHDOG_USEC'] ?? 0) / 2000;
  const beats =
    beatMs > 0
      ? setInterval(() => {
          tell('WATCHDOG=1');
        }, beatMs)
      : undefined;
  return {
    ready: () => {
      tell('READY=1');
    },
    stopping: () => {
      tell('STOPPING=1');
    },
    close: () => {
      clearInterval(beats);
    },
  };
}
