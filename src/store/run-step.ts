/** How long the steps of runs took, from their logs. */
import { setImmediate as otherWork } from 'node:timers/promises';
import { sql } from 'kysely';
import type { RunEvent } from '../domain/run/run-event.ts';
import type { RunStore, StepTime } from '../domain/run/run-store.ts';
import type { StoreContext } from './store-context.ts';

/** Events of all logs together; runs whose logs have no room in this are left out. */
const EVENTS = 100_000;
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
      let left = EVENTS;
      for (const id of ids) {
        const row = known.get(id);
        if (row === undefined || row.last_seq > left) continue;
        left -= row.last_seq;
        times.set(id, timesOf(await cellEvents(context, row.number)));
        await otherWork();
      }
      return times;
    },
  };
}

async function cellEvents({ engine: { db } }: StoreContext, number: number): Promise<readonly RunEvent[]> {
  const rows = await db
    .selectFrom('events')
    .select('body')
    .where('run_number', '=', number)
    // in this order, which “and” does not promise
    .where(
      sql<boolean>`case when octet_length(body) > ${sql.lit(BODY_BYTES)} then 0 when body like '{"type":"cell-%' then 1 else 0 end = 1`,
    )
    .orderBy('seq')
    .execute();
  return rows.map(({ body }) => JSON.parse(body) as RunEvent);
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
