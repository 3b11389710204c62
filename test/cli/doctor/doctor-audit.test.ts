/** What `doctor` says about the audit. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkAudit } from '../../../src/cli/doctor/doctor-audit.ts';
import { createAuditStore } from '../../../src/store/audit.ts';
import { openSqlite } from '../../../src/store/engine/sqlite.ts';
import { migrate } from '../../../src/store/migrate.ts';

it('verifies the newest entries; nothing if there is none, or no database', async () => {
  const data = await mkdtemp(join(tmpdir(), 'doctor-'));
  onTestFinished(() => rm(data, { recursive: true }));
  const check = () => checkAudit({ data, database: undefined });
  expect(await check()).toEqual([]);
  const engine = openSqlite(join(data, 'runs.db'));
  onTestFinished(() => engine.close());
  await migrate(engine);
  expect(await check()).toEqual([]);
  const store = createAuditStore({ engine });
  for (let at = 1; at <= 3; at += 1) await store.add({ atMs: at, action: 'ran', actor: 'ana' });
  expect(await check()).toMatchObject([{ state: 'ok', text: 'the newest 3 entries are as they were written' }]);
  await engine.db.updateTable('audit').set({ actor: 'eve' }).where('number', '=', 2).execute();
  expect(await check()).toMatchObject([{ state: 'problem', text: expect.stringContaining('entry 2') }]);
});
