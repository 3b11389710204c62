/** The sums of what reports take, over more rows than are read at once, on every engine. */
import { setImmediate as otherWork } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../src/store/engine/engine.ts';
import { addHistory } from './long-history.ts';

const BLOBS = 12_000;

export function testHoldings(name: string, open: () => Promise<Engine>): void {
  describe(`sums of reports: ${name}`, () => {
    it('are those of all rows, and other work has its turn meanwhile', async () => {
      const engine = await open();
      const { db } = engine;
      const store = await addHistory(engine);
      await sql`update runs set log_bytes = number % 977, pinned = case when number % 11 = 0 then 1 else 0 end,
        script = case when number % 7 = 0 then 'ä "x" ' || (number % 3) when number % 2 = 0 then 'Z' else script end`.execute(
        db,
      );
      await sql`insert into blobs (hash, size_bytes, owners)
        with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${sql.lit(BLOBS)})
        select 'h' || (n * 7919 % 100003) || '-' || n, n, n % 3 from numbers`.execute(db);
      await sql`insert into run_blobs (run_number, hash, size_bytes)
        select n.number, b.hash, b.size_bytes from blobs b join runs n on n.number = b.size_bytes + 20000 where b.owners = 1`.execute(
        db,
      );
      const { rows } = await sql<{ script: string; count: number; bytes: number }>`
        select script, count(*) as count, sum(log_bytes) as bytes from runs
        where pinned = 0 and deleted_at_ms is null and ended_at_ms is not null group by script`.execute(db);
      const { rows: files } = await sql<{ bytes: number }>`
        select sum(size_bytes) as bytes from blobs where owners > 0 and hash not in (
          select hash from run_blobs join runs on number = run_number where pinned = 1)`.execute(db);
      let turns = 0;
      let isDone = false;
      const others = (async () => {
        for (; !isDone; turns += 1) await otherWork();
      })();
      const { all, scripts } = await store.holdings();
      isDone = true;
      await others;
      expect(turns).toBeGreaterThan(5);
      expect(scripts).toEqual(
        new Map(rows.map(({ script, count, bytes }) => [script, { count: Number(count), bytes: Number(bytes) }])),
      );
      expect(scripts.size).toBeGreaterThan(10);
      expect(all).toEqual({
        count: rows.reduce((sum, { count }) => sum + Number(count), 0),
        bytes: rows.reduce((sum, { bytes }) => sum + Number(bytes), 0) + Number(files[0]?.bytes),
      });
      await store.close();
    });
  });
}
