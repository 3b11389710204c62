/**
 * Tells systemd how the server is, where it asks (sd_notify(3)): Node speaks no datagram sockets of its own, so by
 * `systemd-notify`.
 */
import { spawn } from 'node:child_process';

export interface Supervisor {
  ready(): void;
  stopping(): void;
  close(): void;
}

/**
 * Does nothing without `NOTIFY_SOCKET`. Beats twice in the time after which `WATCHDOG_USEC` has the server restarted.
 */
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
