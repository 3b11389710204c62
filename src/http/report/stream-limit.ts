/** How many event streams may be open: each uses a socket and a little memory. */
import { AppError } from '../../domain/error.ts';

const STREAMS = 500;
/** Limit per address, or per user if a proxy names users. */
const CLIENT_STREAMS = 100;
const RETRY_S = 10;

/** One client follows too many runs at once; answered with 429. */
export class TooManyStreamsError extends AppError {}

export interface StreamLimit {
  /**
   * Counts a stream of this client; returns a function that ends it. Throws `TooManyStreamsError`, and `unavailable`.
   */
  enter(client: string): () => void;
}

export function createStreamLimit(): StreamLimit {
  const open = new Map<string, number>();
  let all = 0;
  return {
    enter(client) {
      const own = open.get(client) ?? 0;
      if (own >= CLIENT_STREAMS) {
        throw new TooManyStreamsError(
          'unavailable',
          `You already follow ${String(CLIENT_STREAMS)} reports. Close some, or poll the run instead.`,
          { retryAfterS: RETRY_S },
        );
      }
      if (all >= STREAMS) {
        throw new AppError(
          'unavailable',
          `${String(STREAMS)} reports are already being followed. Try again, or poll the run instead.`,
          { retryAfterS: RETRY_S },
        );
      }
      open.set(client, own + 1);
      all += 1;
      return () => {
        const left = (open.get(client) ?? 1) - 1;
        if (left === 0) open.delete(client);
        else open.set(client, left);
        all -= 1;
      };
    },
  };
}
