/** How long the steps of runs took, from their logs. */
import { setImmediate as otherWork } from 'node:timers/promises';
import { sql } from 'kysely';
import type { RunEvent } from '../../domain/run/run-event.ts';
import type { RunStore, StepTime } from '../../domain/run/run-store.ts';
import type { StoreContext } from '../store-context.ts';

/** Events of all logs together; runs whose logs have no room in this are left out. */
const EVENTS = 100_000;
/** Of the logs that one query reads: other requests are answered between two. */
const EVENTS_AT_ONCE = 5_000;
/** The events of cells are far shorter; the bytes of longer ones need not be read. */
const BODY_BYTES = 400;

export function runStep(context: StoreContext): Pick<RunStore, 'stepTimes'> {
  const { db } = context.engine;
  return {
    async stepTimes(ids) {
      if (ids.length === 0) return new Map();
      const rows = await db.selectFrom('runs').select(['id', 'number', 'last_seq']).where('id', 'in', ids).execute();
      const known = new Map(rows.map((row) => [row.id, row]));
      const times = new Map<string, readonly StepTime[]>();
      for (const batch of batchesOf(ids.flatMap((id) => known.get(id) ?? []))) {
        const events = await cellEvents(context, batch);
        for (const { id, number } of batch) times.set(id, timesOf(events.get(number) ?? []));
        await otherWork();
      }
      return times;
    },
  };
}

interface Log {
  readonly id: string;
  readonly number: number;
  readonly last_seq: number;
}

function* batchesOf(logs: readonly Log[]): Generator<readonly Log[]> {
  let batch: Log[] = [];
  let [all, inBatch] = [0, 0];
  for (const log of logs) {
    if (all + log.last_seq > EVENTS) continue;
    all += log.last_seq;
    if (inBatch + log.last_seq > EVENTS_AT_ONCE && batch.length > 0) {
      yield batch;
      [batch, inBatch] = [[], 0];
    }
    batch.push(log);
    inBatch += log.last_seq;
  }
  if (batch.length > 0) yield batch;
}

/** By run. */
async function cellEvents(
  { engine: { db } }: StoreContext,
  logs: readonly Log[],
): Promise<ReadonlyMap<number, readonly RunEvent[]>> {
  const rows = await db
    .selectFrom('events')
    .select(['run_number', 'body'])
    .where(
      'run_number',
      'in',
      logs.map(({ number }) => number),
    )
    // in this order, which “and” does not promise
    .where(
      sql<boolean>`case when octet_length(body) > ${sql.lit(BODY_BYTES)} then 0 when body like '{"type":"cell-%' then 1 else 0 end = 1`,
    )
    .orderBy('run_number')
    .orderBy('seq')
    .execute();
  const events = new Map<number, RunEvent[]>();
  for (const { run_number, body } of rows) {
    const event = JSON.parse(body) as RunEvent;
    const own = events.get(run_number);
    if (own === undefined) events.set(run_number, [event]);
    else own.push(event);
  }
  return events;
}

/** Steps that a snapshot had executed are counted, but their time is not the run's. */
function timesOf(events: readonly RunEvent[]): StepTime[] {
  const recorded = new Set<number>();
  const times: StepTime[] = [];
  let step = 0;
  for (const event of events) {
    if (event.type === 'cell-started' && event.fromSnapshot === true) recorded.add(event.cell);
    if (event.type !== 'cell-finished' || event.injected === true) continue;
    step += 1;
    if (event.status !== 'skipped' && !recorded.has(event.cell)) times.push({ step, ms: event.ms });
  }
  return times;
}
