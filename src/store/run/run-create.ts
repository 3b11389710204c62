/** Adds a new run to the queue. */
import { sql, type Insertable, type Transaction } from 'kysely';
import { defined } from '../../domain/defined.ts';
import type { AuditEntry } from '../../domain/audit.ts';
import { AppError } from '../../domain/error.ts';
import type { RunEvent } from '../../domain/run/run-event.ts';
import type { Claim, NewRun, RunStore } from '../../domain/run/run-store.ts';
import { appendAudit } from '../audit-chain.ts';
import { addOwned } from '../blob/blob-owner.ts';
import { lockRow, writeEvents } from '../log.ts';
import type { Engine } from '../engine/engine.ts';
import { addBundle } from '../bundle-owner.ts';
import { checkQuotas } from '../quota.ts';
import { lockUser, newTurns, takeNext } from './run-queue.ts';
import { newRow, readRow, type RunRow } from './run-row.ts';
import type { RunTable, Tables } from '../schema.ts';
import type { StoreContext } from '../store-context.ts';
import { orUnavailable, QUEUED } from '../store-context.ts';

const RETRY_AFTER_S = 10;

export function runCreate(context: StoreContext): Pick<RunStore, 'create'> {
  const { engine, notifier } = context;
  return {
    async create(run, atMs, queueLimit, userQueueLimit = Infinity) {
      let audited: readonly AuditEntry[] = [];
      let begun: RunRow | undefined;
      const known = (row: RunRow | undefined) => {
        if (row === undefined) throw new Error('A run was not inserted, and there is none with its key.');
        return { run: readRow(row, context), created: false };
      };
      const add = async (db: Transaction<Tables>, mayBeDone: boolean) => {
        const own = mayBeDone ? await findById(db, run) : undefined;
        if (own !== undefined) return { run: readRow(own, context), created: true };
        [audited, begun] = [[], undefined];
        const earlier = await findByKey(db, run);
        if (earlier !== undefined) return known(earlier);
        await lockUser(engine, db, run);
        await checkQueue(db, queueLimit);
        await checkUser(db, run, userQueueLimit);
        await checkQuotas(engine, db, run, atMs);
        const fresh = await insertRow(db, {
          ...newRow(run, atMs, sealed(run, context)),
          ...(await newTurns(db, run)),
        });
        if (fresh === undefined) return known(await findByKey(db, run));
        await addOwned(db, fresh.number, [
          { hash: run.revision, sizeBytes: run.revisionBytes },
          ...(run.sidecar === undefined ? [] : [run.sidecar]),
          ...(run.files ?? []),
        ]);
        if (run.bundle !== undefined) await addBundle(db, run.bundle, atMs);
        begun = await takeOwn(engine, db, run, fresh.number);
        await writeEvents(db, begun ?? fresh, firstEvents(run, begun !== undefined), atMs);
        const row = await lockRow(engine, db, run.id);
        audited = run.audit === undefined ? [] : await appendAudit(engine, db, [run.audit]);
        return { run: readRow(row, context), created: true };
      };
      // a worker asks for its kernel, or prepares its start, while it is brought to the disk
      const onCommit = () => {
        const started = begun;
        if (started === undefined) return notifier.notify(QUEUED);
        queueMicrotask(() => run.atOnce?.onStart(ownClaim(run, started, context), creating));
      };
      const creating = orUnavailable(context, () => engine.transaction(add, { onCommit }));
      const result = await creating;
      if (audited.length > 0) context.onAudited?.(audited);
      return result;
    },
  };
}

/** Undefined if it is not the run's turn. */
async function takeOwn(engine: Engine, db: Transaction<Tables>, { atOnce }: NewRun, only: number) {
  if (atOnce === undefined || engine.isShared) return undefined;
  return takeNext(engine, db, atOnce.worker, { ...atOnce.limits, only });
}

function firstEvents({ script, revision, parameters, retries, atOnce }: NewRun, isTaken: boolean): RunEvent[] {
  const queued = { type: 'run-queued', script, revision, parameters, ...defined({ retries }) } as const;
  return isTaken && atOnce !== undefined ? [queued, atOnce.started] : [queued];
}

function ownClaim({ secrets, person }: NewRun, row: RunRow, context: StoreContext): Claim {
  return { run: readRow(row, context), attempt: row.attempt, secrets, ...defined({ person }) };
}

function sealed({ secrets, id }: NewRun, context: StoreContext): string | null {
  return Object.keys(secrets).length === 0 ? null : context.secrets.seal(secrets, id);
}

/** Undefined if another process has submitted a run with this key since `findByKey` looked. */
function insertRow(db: Transaction<Tables>, row: Insertable<RunTable>): Promise<RunRow | undefined> {
  return db
    .insertInto('runs')
    .values(row)
    .onConflict((conflict) => conflict.columns(['submitted_by', 'idempotency_key']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

function findById(db: Transaction<Tables>, { id }: NewRun) {
  return db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
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
  throw tooMany(`${waiting} reports are already waiting, and no more than ${queueLimit} may wait.`);
}

async function checkUser(db: Transaction<Tables>, { by }: NewRun, limit: number): Promise<void> {
  if (!Number.isFinite(limit)) return;
  const { waiting } = await db
    .selectFrom('runs')
    .select((select) => select.fn.countAll().as('waiting'))
    .where('status', '=', sql.lit('queued'))
    .where('submitted_by', '=', by)
    .executeTakeFirstOrThrow();
  if (Number(waiting) < limit) return;
  throw tooMany(`${waiting} of your reports are already waiting, and no more than ${limit} of one user may wait.`);
}

function tooMany(message: string): AppError {
  return new AppError('unavailable', `${message} Try again in a moment.`, { retryAfterS: RETRY_AFTER_S });
}
