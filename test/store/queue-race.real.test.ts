/** Workers in processes of their own take the runs of one PostgreSQL database. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunStore } from '../../src/domain/run/run-store.ts';
import { openPostgres } from '../../src/store/engine/postgres.ts';
import { createNotifier } from '../../src/store/notifier.ts';
import { createRunStore } from '../../src/store/run/run-store.ts';
import { createSecretBox } from '../../src/store/secret.ts';
import { findPostgres, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { newRun } from './contract.ts';

const COUNT = 1000;
const AT_ONCE = 50;
let server: PostgresServer;
let url: string;
let store: RunStore;

beforeAll(async () => {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  server = await startPostgres(bin);
  url = await server.address();
  store = await createRunStore({
    engine: openPostgres({ url }),
    secrets: createSecretBox(randomBytes(32)),
    notifier: createNotifier(),
    retainMs: Infinity,
  });
});
afterAll(async () => {
  await store.close();
  await server.stop();
});

it('three workers take 1,000 runs, each once, also when one of them is killed', { timeout: 120_000 }, async () => {
  for (let from = 0; from < COUNT; from += AT_ONCE)
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) =>
        store.create(newRun(`r${from + index}`, { by: `user${index % 7}`, script: `script${index % 3}` }), 1000, COUNT),
      ),
    );
  const taken: string[] = [];
  const workers = ['w0', 'w1', 'w2'].map((name) => {
    const path = fileURLToPath(new URL('queue-worker.ts', import.meta.url));
    const worker = spawn(process.execPath, [path, name, url], { stdio: ['ignore', 'pipe', 'inherit'] });
    let count = 0;
    createInterface(worker.stdout).on('line', (line) => {
      taken.push(line);
      count += 1;
      if (name === 'w0' && count === 50) worker.kill('SIGKILL');
    });
    return once(worker, 'close') as Promise<[number | null, string | null]>;
  });
  expect(await Promise.all(workers)).toEqual([
    [null, 'SIGKILL'],
    [0, null],
    [0, null],
  ]);

  // its lease is over: what it had taken and not started waits again, what others had is left alone
  await store.renewLease('w0', 0);
  await store.renewLease('test', 60_000);
  const { lost, requeued } = await store.recover('test', 2000);
  expect([lost, requeued.length <= 3]).toEqual([[], true]);
  for (let claim = await store.claim('test', 3000); claim !== undefined; claim = await store.claim('test', 3000)) {
    expect(claim.attempt).toBe(2);
    taken.push(`${claim.run.id} 2`);
    const outcome = { type: 'succeeded' } as const;
    await expect(store.append(claim.run.id, 1, [{ type: 'run-finished', outcome }], 3000)).rejects.toThrow(
      'taken over',
    );
    await store.append(claim.run.id, 2, [{ type: 'run-finished', outcome }], 3000);
  }
  // the killed one may have taken one more than it could say
  const said = new Set(taken);
  expect([taken.length, COUNT + requeued.length - said.size]).toEqual([
    said.size,
    expect.toSatisfy((left) => left <= 3),
  ]);
  const logs = await Promise.all(Array.from({ length: COUNT }, (_, index) => store.events(`r${index}`, 0, 10)));
  expect(logs.filter(({ events }) => events.length === 2 && events[1]?.event.type === 'run-finished')).toHaveLength(
    COUNT,
  );
});

it('workers that look at the same time take one run of a script that runs once at a time', async () => {
  for (const id of ['one', 'two', 'three']) await store.create(newRun(id, { scriptLimit: 1 }), 1000, COUNT);
  const workers = ['a', 'b', 'c'];
  for (const worker of workers) await store.renewLease(worker, 60_000);
  const claims = await Promise.all(workers.map((worker) => store.claim(worker, 2000)));
  expect(claims.map((claim) => claim?.run.id).filter((id) => id !== undefined)).toEqual(['one']);
});
