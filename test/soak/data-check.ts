/** Checks a data folder that no server uses: everything that clients were told must be there, and be true. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { blobsOf } from '../../src/domain/run/run-blob.ts';
import type { StoredEvent } from '../../src/domain/run/run-event.ts';
import { projectRun } from '../../src/domain/run/run-project.ts';
import { isFinal, type Run } from '../../src/domain/run/run.ts';
import { openStore, type OpenStore } from '../../src/store/open.ts';

/** What clients were told. */
export interface Told {
  readonly acknowledged: Set<string>;
  /** Run -> sequence number of the last event they were given. */
  readonly seen: Map<string, number>;
  readonly cancelled: Set<string>;
}

/** Counts by status, after recovery. Throws an AssertionError that names the run. */
export async function inspect(data: string, told: Told, when: string): Promise<Readonly<Record<string, number>>> {
  const store = await openStore(data, { retainMs: Infinity });
  try {
    await store.runs.recover('check', Date.now());
    const counts: Record<string, number> = {};
    for (const id of told.acknowledged) {
      const run = await store.runs.find(id);
      assert(run !== undefined, `run ${id} is forgotten ${when}`);
      const log = await readLog(store.runs, id);
      checkLog(run, log, told);
      if (told.cancelled.has(id)) assert.equal(run.status, 'cancelled', `run ${id} was cancelled`);
      if (when === 'at the end') {
        assert(isFinal(run.status), `run ${id} has no outcome`);
        await checkBlobs(store, log);
      }
      counts[run.status] = (counts[run.status] ?? 0) + 1;
    }
    return counts;
  } finally {
    await store.close();
  }
}

function checkLog(run: Run, log: readonly StoredEvent[], told: Told): void {
  const types = log.map(({ event }) => event.type);
  assert.deepEqual(
    log.map(({ seq }) => seq),
    log.map((_, index) => index + 1),
    `run ${run.id}: gaps in the log`,
  );
  assert(log.length >= (told.seen.get(run.id) ?? 0), `run ${run.id}: an event that was shown is gone`);
  const { status, outcome, cells } = log.reduce(projectRun, {
    ...run,
    status: 'queued',
    outcome: undefined,
    cells: { total: 0, done: 0 },
  } as unknown as Run);
  assert.deepEqual(
    { status, outcome, cells },
    { status: run.status, outcome: run.outcome, cells: run.cells },
    `run ${run.id}: row and log differ`,
  );
  assert(types.filter((type) => type === 'run-finished').length <= 1, `run ${run.id} ended twice`);
  assert(
    ['queued', 'cancelled', 'lost', 'succeeded'].includes(run.status),
    `run ${run.id} is ${run.status}: ${JSON.stringify(run.outcome)}`,
  );
  if (run.status === 'queued') assert.deepEqual(types, ['run-queued'], `run ${run.id} waits though it had started`);
  if (run.status === 'lost') assert(types.includes('run-started'), `run ${run.id} is lost though it had not started`);
  if (run.status === 'succeeded')
    assert.equal(types.filter((type) => type === 'cell-finished').length, 3, `run ${run.id}: cells are missing`);
}

async function checkBlobs(store: OpenStore, log: readonly StoredEvent[]): Promise<void> {
  for (const { hash } of log.flatMap(({ event }) => blobsOf(event))) {
    const bytes = await store.blobs.get(hash);
    assert(bytes !== undefined, `blob ${hash} is gone`);
    assert.equal(createHash('sha256').update(bytes).digest('hex'), hash, 'a blob is not whole');
  }
}

async function readLog(runs: OpenStore['runs'], id: string): Promise<StoredEvent[]> {
  const log: StoredEvent[] = [];
  for (;;) {
    const { events, isLast } = await runs.events(id, log.at(-1)?.seq ?? 0, 1_000);
    log.push(...events);
    if (isLast) return log;
  }
}
