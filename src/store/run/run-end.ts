/** Ends a run in place of its worker. */
import type { RunEvent } from '../../domain/run/run-event.ts';
import { isFinal, type Outcome } from '../../domain/run/run.ts';
import { lockRow, writeEvents } from '../log.ts';
import { giveTurnBack } from './run-queue.ts';
import type { RunRow } from './run-row.ts';
import type { StoreContext } from '../store-context.ts';

/** False if the run, once it is locked, is not as `isMeant` wants it: it has changed meanwhile. */
export async function endRun(
  { engine, notifier }: StoreContext,
  id: string,
  { outcome, atMs }: { readonly outcome: Outcome; readonly atMs: number },
  isMeant: (row: RunRow) => boolean = () => true,
): Promise<boolean> {
  const finished: RunEvent = { type: 'run-finished', outcome };
  const isEnded = await engine.transaction(async (db, mayBeDone) => {
    const row = await lockRow(engine, db, id);
    if (mayBeDone && isFinal(row.status)) return true;
    const isSame = isMeant(row);
    if (isSame) await writeEvents(db, row, [finished], atMs);
    if (isSame && row.status === 'queued') await giveTurnBack(engine, db, row);
    return isSame;
  });
  if (isEnded) notifier.notify(id);
  return isEnded;
}
