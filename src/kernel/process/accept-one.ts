/** Lets another process connect to a socket of ours, once. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { AppError } from '../../domain/error.ts';

/** A living process answers within milliseconds, on a very busy machine within seconds. */
const TIMEOUT_MS = 30_000;

interface AcceptOptions {
  /** Asks the other side to connect. */
  notify(path: string): void;
  /** Rejects when the other side has ended. */
  readonly ended: Promise<never>;
  /** For messages: `The fork server`. */
  readonly who: string;
  readonly timeoutMs?: number;
  /** Ends the wait. */
  readonly signal?: AbortSignal;
}

/**
 * Listens until the other side, told the path, has connected or ended; afterwards nobody can connect. Throws
 * `unavailable`.
 */
export async function acceptOne(
  path: string,
  { notify, ended, who, timeoutMs = TIMEOUT_MS, signal }: AcceptOptions,
): Promise<Socket> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    const limit = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])]);
    const connected = once(server, 'connection', { signal: limit }) as Promise<[Socket]>;
    notify(path);
    const [socket] = await Promise.race([connected, ended]).catch((error: unknown) => {
      connected.then(
        ([late]) => late.destroy(),
        () => undefined,
      );
      throw error;
    });
    return socket;
  } catch (cause) {
    throw new AppError('unavailable', `${who} did not answer.`, { cause });
  } finally {
    server.close();
  }
}
