/** What `doctor` says about scripts that are rolled back. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkRollbacks } from '../../../src/cli/doctor/doctor-rollback.ts';
import { openSqlite } from '../../../src/store/engine/sqlite.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { createRollbackStore } from '../../../src/store/rollback.ts';

it('names each script, who rolled it back and when; nothing if there is none, or no database', async () => {
  const data = await mkdtemp(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rm(data, { recursive: true }));
  const check = () => checkRollbacks({ data, database: undefined });
  expect(await check()).toEqual([]);
  const engine = openSqlite(join(data, 'runs.db'));
  await migrate(engine);
  expect(await check()).toEqual([]);
  const over = { revision: 'a', sidecar: '' };
  const atMs = Date.now() - 3 * 3_600_000;
  await createRollbackStore({ engine }).put({
    script: 'sales',
    id: '1',
    over,
    by: 'ada',
    atMs,
    bytes: Buffer.from('x'),
  });
  await engine.close();
  expect(await check()).toEqual([{ name: 'Rolled back', state: 'ok', text: 'sales, by ada 3 hr. ago' }]);
});
