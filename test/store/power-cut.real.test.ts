/** A power cut: the disk as it is in the moment, without what only the system's memory has of it. */
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openSqlite, openSqliteReader } from '../../src/store/engine/sqlite.ts';
import type { Engine } from '../../src/store/engine/engine.ts';
import { createCheckpointClient } from '../../src/thread/checkpoint-client.ts';

const DISK_BYTES = 32 * 1024 ** 2;
const folder = mkdtempSync(join(tmpdir(), 'power-cut-'));
const image = join(folder, 'disk');
const canMount =
  process.getuid?.() === 0 &&
  makeDisk() &&
  spawnSync('unshare', ['--mount', 'mount', '-o', 'loop', image, folder]).status === 0;

function makeDisk(): boolean {
  writeFileSync(image, '');
  truncateSync(image, DISK_BYTES);
  return spawnSync('mkfs.ext4', ['-q', '-F', image]).status === 0;
}

function mount(disk: string, at: string): string {
  mkdirSync(at);
  execFileSync('mount', ['-o', 'loop', disk, at]);
  onTestFinished(() => void execFileSync('umount', ['--lazy', at]));
  return join(at, 'runs.db');
}

async function count({ db }: Pick<Engine, 'db'>): Promise<number> {
  return (await sql<{ rows: number }>`select count(*) as rows from t`.execute(db)).rows[0]!.rows;
}

afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!canMount)('a power cut (needs root and loop mounts)', () => {
  it.each([
    ['a commit moves the log into the database', undefined],
    ['another thread does', createCheckpointClient()],
  ])('loses nothing that was acknowledged, and nothing that anybody was shown, where %s', async (how, thread) => {
    const disk = join(folder, how);
    copyFileSync(image, disk);
    const path = mount(disk, `${disk}-mounted`);
    const move = vi.fn(thread?.move);
    onTestFinished(() => thread?.close());
    const engine = openSqlite(path, thread && move);
    onTestFinished(() => engine.close());
    await sql`create table t (a integer primary key, b text)`.execute(engine.db);
    const reader = openSqliteReader(path, { isLive: true });
    onTestFinished(() => reader.close());
    const add = () => engine.transaction((db) => sql`insert into t (b) values (${'x'.repeat(20_000)})`.execute(db));
    let cuts = 0;
    const afterCut = async () => {
      const copy = `${disk}-copy-${(cuts += 1)}`;
      copyFileSync(disk, copy);
      const after = openSqlite(mount(copy, `${copy}-mounted`));
      onTestFinished(() => after.close());
      return count(after);
    };
    // once in the log only, and once it has been moved into the database
    for (const rows of [3, 300]) {
      await Promise.all(Array.from({ length: rows }, add));
      expect(await afterCut()).toBe(await count(engine));
    }
    if (thread !== undefined) {
      await expect.poll(() => move.mock.settledResults[0]?.type, { timeout: 30_000 }).toBe('fulfilled');
      expect(await afterCut()).toBe(await count(engine));
    }
    await engine.unsynced((db) => sql`insert into t (b) values ('soon')`.execute(db));
    expect(await count(reader)).toBe(304);
    expect(await afterCut()).toBe(304);
  });
});
