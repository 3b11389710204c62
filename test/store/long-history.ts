/** Many runs, and what pages ask for. Scripts, users and outcomes are spread unevenly: planners expect the contrary. */
import { sql } from 'kysely';
import type { RunQuery, RunStore } from '../../src/domain/run/run-store.ts';
import type { Engine } from '../../src/store/engine/engine.ts';
import { storeOn } from './contract-list.ts';
import { newRun } from './contract.ts';

const RUNS = 40_000;
/** Runs with smaller numbers are of a retired script or of a person who has left, and deleted; a third has failed. */
const OLD = RUNS / 2;
const SECOND_MS = 1_000;

/** As `addHistory`; closes the store. */
export async function fillHistory(engine: Engine): Promise<void> {
  const store = await addHistory(engine);
  await store.close();
}

/** Copies of one executed run, a second apart. */
export async function addHistory(engine: Engine): Promise<RunStore> {
  const store = await storeOn(engine);
  await store.create(newRun('first', { script: 'new-0', by: 'user-0' }), SECOND_MS, 10);
  await store.claim('w', SECOND_MS);
  await store.append('first', 1, [{ type: 'run-started', attempt: 1, worker: 'w', cells: 1 }], SECOND_MS);
  await store.append('first', 1, [{ type: 'run-finished', outcome: { type: 'succeeded' } }], SECOND_MS);
  const values: Record<string, string> = {
    id: `'run-' || n`,
    script: `case when n % 2 = 0 and n < ${OLD} then 'retired' else 'new-' || (n % 20) end`,
    submitted_by: `case when n % 3 = 0 and n < ${OLD} then 'left' else 'user-' || (n % 50) end`,
    status: `case when n % 3 = 1 and n < ${OLD} then 'failed' else 'succeeded' end`,
    created_at_ms: `n * ${SECOND_MS}`,
    ended_at_ms: `n * ${SECOND_MS} + 100`,
    deleted_at_ms: `case when n < ${OLD} then ${RUNS * SECOND_MS} end`,
  };
  const table = (await engine.db.introspection.getTables()).find(({ name }) => name === 'runs');
  const names = (table?.columns ?? []).map(({ name }) => name).filter((name) => name !== 'number');
  const columns = sql.join(names.map((name) => sql.ref(name)));
  const chosen = sql.join(names.map((name) => (name in values ? sql.raw(values[name] ?? '') : sql.ref(name))));
  await sql`insert into runs (${columns})
    with recursive numbers(n) as (select 2 union all select n + 1 from numbers where n < ${sql.lit(RUNS)})
    select ${chosen} from (select * from runs) as one, numbers`.execute(engine.db);
  return store;
}

interface Look {
  readonly work: (store: RunStore) => Promise<unknown>;
  /** How many rows may be read. */
  readonly rows: number;
}

/** What pages and the API ask for. */
export function historyLooks(): Readonly<Record<string, Look>> {
  const page = (query: Partial<RunQuery>, rows = 100): Look => ({
    work: (store) => store.list({ limit: 50, withDeleted: true, ...query }),
    rows,
  });
  const scripts = ['retired', ...Array.from({ length: 20 }, (_, n) => `new-${n}`)];
  const old = (OLD / 2) * SECOND_MS;
  /** A page may begin within one period of numbers; see `run-period`. */
  const period = 9_000;
  return {
    'the catalogue': { work: (store) => Promise.all([store.latest(scripts), store.usualMs(scripts)]), rows: 500 },
    'a script': { work: (store) => Promise.all([store.latest(['retired']), store.usualMs(['retired'])]), rows: 50 },
    'the history': page({}),
    'its last page': page({ cursor: (30).toString(36) }),
    'a retired script': page({ script: 'retired' }),
    'somebody who has left': page({ by: 'left' }),
    'outcomes of earlier times': page({ status: ['failed'] }),
    'kept reports of a retired script': page({ script: 'retired', withDeleted: false }),
    'kept reports of somebody who has left': page({ by: 'left', withDeleted: false }),
    'kept failed reports': page({ status: ['failed', 'timed-out', 'lost'], withDeleted: false }),
    'unfinished runs': page({ status: ['queued', 'starting', 'running'] }),
    'two filters': page({ script: 'retired', by: 'left' }),
    'two filters without a common run': page({ script: 'retired', by: 'user-1' }),
    'an outcome of a script': page({ script: 'retired', status: ['failed'] }),
    'an outcome of a person': page({ by: 'left', status: ['failed'] }),
    'before a time': page({ untilMs: old }, period),
    'before all runs': page({ untilMs: 1 }),
    'after all runs': page({ sinceMs: RUNS * SECOND_MS + 1 }),
    'a time': page({ sinceMs: old, untilMs: old + 1_000 * SECOND_MS }, period),
    'a script before a time': page({ script: 'new-3', untilMs: old }, period),
    'a person before a time': page({ by: 'user-1', untilMs: old }, period),
    'an outcome before a time': page({ status: ['failed'], untilMs: old }, period),
    'a script after a time': page({ script: 'retired', sinceMs: 2 * old }, period),
    'all filters': page({ script: 'retired', by: 'left', status: ['failed'], sinceMs: old, untilMs: 2 * old }),
  };
}
