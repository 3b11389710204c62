/** What the files of the run store share. */
import { AppError } from '../domain/error.ts';
import type { Engine } from './engine/engine.ts';
import type { SecretBox } from './secret.ts';
import type { Wake } from './wake.ts';

export interface StoreContext {
  readonly engine: Engine;
  readonly secrets: SecretBox;
  readonly wake: Wake;
  /** Default of the settings; a run's own time goes before it. Infinity: for ever. */
  readonly retainMs: number;
}

/** Topic of the wake-up for new and re-queued runs; all other topics are runs' ids. */
export const QUEUED = 'queued';

/** Does the work; a full disk becomes `unavailable`. */
export async function orUnavailable<T>({ engine }: StoreContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!engine.isFull(error)) throw error;
    throw new AppError('unavailable', 'The server’s disk is full. Ask whoever runs it to make room.', { cause: error, retryAfterS: 60 });
  }
}
