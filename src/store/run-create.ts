/** Adds a new run to the queue. */
import type { Transaction } from 'kysely';
import { AppError } from '../domain/error.ts';
import type { NewRun, RunStore } from '../domain/run/run-store.ts';
import { addOwned } from './blob-owner.ts';
import { lockRow, writeEvents } from './log.ts';
import { newRow, readRow } from './run-row.ts';
import type { Tables } from './schema.ts';
import type { StoreContext } from './store-context.ts';
import { orUnavailable, QUEUED } from './store-context.ts';

const RETRY_AFTER_S = 10;

export function runCreate(context: StoreContext): Pick<RunStore, 'create'> {
  const { engine, notifier } = context;
  return {
    async create(run, atMs, queueLimit) {
      const result = await orUnavailable(context, () =>
        engine.transaction(async (db) => {
          const earlier = await findByKey(db, run);
          if (earlier !== undefined) return { run: readRow(earlier, context), created: false };
          await checkQueue(db, queueLimit);
          const sealed = Object.keys(run.secrets).length === 0 ? null : context.secrets.seal(run.secrets, run.id);
          await db
            .insertInto('runs')
            .values(newRow(run, atMs, sealed))
            .execute();
          const { script, revision, parameters } = run;
          const fresh = await lockRow(engine, db, run.id);
          await addOwned(db, fresh.number, [
            { hash: revision, sizeBytes: run.revisionBytes },
            ...(run.sidecar === undefined ? [] : [run.sidecar]),
          ]);
          await writeEvents(db, fresh, [{ type: 'run-queued', script, revision, parameters }], atMs);
          const row = await lockRow(engine, db, run.id);
          return { run: readRow(row, context), created: true };
        }),
      );
      if (result.created) notifier.notify(QUEUED);
      return result;
    },
  };
}

async function findByKey(db: Transaction<Tables>, { by, idempotencyKey }: NewRun) {
  if (idempotencyKey === undefined) return undefined;
  return db
    .selectFrom('runs')
    .selectAll()
    .where('submitted_by', '=', by)
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst();
}

async function checkQueue(db: Transaction<Tables>, queueLimit: number): Promise<void> {
  const { waiting } = await db
    .selectFrom('runs')
    .select((select) => select.fn.countAll().as('waiting'))
    .where('status', '=', 'queued')
    .executeTakeFirstOrThrow();
  if (Number(waiting) < queueLimit) return;
  throw new AppError('unavailable', `${waiting} reports are already waiting. Try again in a moment.`, {
    retryAfterS: RETRY_AFTER_S,
  });
}
