import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { openStore } from '../../src/store/open.ts';
import { newRun } from './contract.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'shrink-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const TEXT = 'x'.repeat(100_000);
const bytes = () => statSync(join(folder, 'runs.db')).size;

async function fill(runs: Awaited<ReturnType<typeof openStore>>['runs'], count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, (_, index) => `r${index}`);
  for (const id of ids) {
    await runs.create(newRun(id), 1, 1e6);
    const attempt = (await runs.claim('w', 1))?.attempt ?? 0;
    await runs.append(
      id,
      attempt,
      [
        { type: 'stream-appended', cell: 0, name: 'stdout', text: TEXT },
        { type: 'run-finished', outcome: { type: 'succeeded' } },
      ],
      2,
    );
  }
  return ids;
}

it('gives the room of deleted reports back to the disk, a step at a time', async () => {
  const store = await openStore(folder, { retainMs: 1 });
  const ids = await fill(store.runs, 100);
  expect(await store.runs.shrink()).toBe(false);
  await store.runs.expire(ids.slice(0, 90), 3);
  let steps = 1;
  while (await store.runs.shrink()) steps += 1;
  expect(steps).toBeGreaterThan(3);
  await store.close();
  expect(bytes()).toBeLessThan(2_000_000);
  const again = await openStore(folder, { retainMs: 1 });
  expect((await again.runs.find('r95'))?.status).toBe('succeeded');
  await again.close();
});

it('teaches that to a database that was made without it', async () => {
  const path = join(folder, 'runs.db');
  const old = new Database(path);
  old.exec('create table t (x text)');
  for (let row = 0; row < 50; row += 1) old.prepare('insert into t values (?)').run(TEXT);
  old.exec('delete from t');
  expect(old.pragma('auto_vacuum', { simple: true })).toBe(0);
  old.close();
  const before = bytes();
  const engine = openSqlite(path);
  await engine.close();
  expect(bytes()).toBeLessThan(before / 10);
  const now = new Database(path, { readonly: true });
  expect(now.pragma('auto_vacuum', { simple: true })).toBe(2);
  now.close();
});
