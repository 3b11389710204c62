/** Open files and sockets: how many a process may have, and the messages when they run short. */
import { AppError } from './error.ts';

export interface Descriptors {
  readonly limit: number;
  readonly used: number;
}

const LEAST = 256;
/** For the sockets and pipes of one more kernel; without them the messaging library would end the process. */
const RESERVE = 48;
/** For everything except requests: the database, kernels, the watched scripts. */
const OWN = 160;
const RETRY_AFTER_S = 30;

/** Why the server must not start; undefined when it may. */
export function descriptorShortage({ limit }: Descriptors): string | undefined {
  if (limit >= LEAST) return undefined;
  return `This process may have ${limit} files open at once, and the server needs ${LEAST}. Raise the limit with ulimit -n 4096 in the shell that starts it, LimitNOFILE= in a systemd unit, or ulimits in a compose file.`;
}

/** Simultaneous requests, including open streams; more are refused. */
export function mostConnections({ limit }: Descriptors): number {
  return limit - OWN;
}

/** Why no run may start now; undefined if there is room. */
export function descriptorProblem({ limit, used }: Descriptors): AppError | undefined {
  if (limit - used >= RESERVE) return undefined;
  return new AppError(
    'unavailable',
    `The server has ${used} files open, and may have ${limit}. Try again soon; if this persists, ask whoever runs it to raise the limit.`,
    { retryAfterS: RETRY_AFTER_S },
  );
}
