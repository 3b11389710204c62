/** State shared by the files of the run store. */
import type { AuditEntry } from '../domain/audit.ts';
import { diskFull } from '../domain/disk.ts';
import type { Engine } from './engine/engine.ts';
import type { RetainTimes } from './run/run-row.ts';
import type { SecretBox } from './secret.ts';
import type { Notifier } from './notifier.ts';

export interface StoreContext extends RetainTimes {
  readonly engine: Engine;
  readonly secrets: SecretBox;
  readonly notifier: Notifier;
  /** Called with what was added to the audit, after its commit. */
  readonly onAudited?: ((entries: readonly AuditEntry[]) => void) | undefined;
}

/** Topic for new and re-queued runs; all other topics are ids of runs. */
export const QUEUED = 'queued';

/** Runs the operation; a full disk becomes `unavailable`. */
export async function orUnavailable<T>({ engine }: Pick<StoreContext, 'engine'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw engine.isFull(error) ? diskFull(error) : error;
  }
}
