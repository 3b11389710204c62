/** The audit, on every engine. */
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../../src/app/audit/audit-read.ts';
import { LOCAL } from '../../src/domain/access/access.ts';
import type { AuditEntry, AuditRecord } from '../../src/domain/audit.ts';
import { chainHash } from '../../src/store/audit-chain.ts';
import { createAuditStore } from '../../src/store/audit.ts';
import type { Engine } from '../../src/store/engine/engine.ts';
import { migrate } from '../../src/store/migrate.ts';

const record = (changes: Partial<AuditRecord> = {}): AuditRecord => ({
  atMs: 1_000,
  action: 'ran',
  actor: 'ana',
  script: 'sales',
  run: 'r1',
  values: { day: '2026-01-02', odd: 'a\0b\u2028é😀' },
  ...changes,
});

/** `open` gives the same database to several engines, where engines can share one. */
export function testAudit(name: string, open: () => Promise<readonly [Engine, ...Engine[]]>): void {
  describe(`audit: ${name}`, () => {
    it('numbers entries without gaps, chains them, and finds them', async () => {
      const engines = await open();
      const [engine] = engines;
      await migrate(engine);
      const told: AuditEntry[] = [];
      const stores = engines.map((each) => createAuditStore({ engine: each, onAudited: (some) => told.push(...some) }));
      const [store] = stores as [(typeof stores)[0]];
      expect([await store.bounds(), await store.list({ limit: 9 })]).toEqual([undefined, []]);
      const many = Array.from({ length: 300 }, (_, at) =>
        record({ atMs: at, run: `r${at}`, actor: at % 3 ? 'ana' : 'bob', address: `10.0.0.${at % 2 ? 3 : 4}` }),
      );
      await Promise.all(many.map((each, at) => (stores[at % stores.length] ?? store).add(each)));
      expect(await store.bounds()).toEqual({ first: 1, last: 300 });
      const all = await store.read(0, 1_000);
      expect(all.map(({ number }) => number)).toEqual(many.map((_, at) => at + 1));
      expect(new Set(told.map(({ hash }) => hash))).toEqual(new Set(all.map(({ hash }) => hash)));
      expect(all.find(({ run }) => run === 'r7')).toMatchObject({ ...many[7], action: 'ran' });
      expect(await verifyAudit({ auditStore: store }, LOCAL)).toMatchObject({
        count: 300,
        last: { number: 300 },
      });
      const bobs = await store.list({
        actor: 'bob',
        script: 'sales',
        action: 'ran',
        sinceMs: 30,
        untilMs: 60,
        limit: 99,
      });
      expect(bobs.map(({ atMs }) => atMs).sort()).toEqual([30, 33, 36, 39, 42, 45, 48, 51, 54, 57]);
      const newest = await store.list({ limit: 2 });
      expect(newest.map(({ number }) => number)).toEqual([300, 299]);
      expect((await store.list({ limit: 1, before: 299 })).map(({ number }) => number)).toEqual([298]);
      expect(
        (await store.list({ address: '10.0.0.3', actor: 'bob', sinceMs: 100, limit: 3 })).map(({ run }) => run),
      ).toEqual(['r297', 'r291', 'r285']);
      expect(await store.list({ address: '10.0.0', limit: 3 })).toEqual([]);
      for (const each of engines) await each.close();
    });

    it('says where somebody has changed, removed or inserted something', async () => {
      const [engine, ...others] = await open();
      await migrate(engine);
      const store = createAuditStore({ engine });
      for (let at = 1; at <= 6; at += 1) await store.add(record({ atMs: at }));
      const verify = () => verifyAudit({ auditStore: store }, LOCAL);
      const [, , third] = await store.read(0, 9);
      const change = (set: object) => engine.db.updateTable('audit').set(set).where('number', '=', 3).execute();
      for (const set of [
        { body: third!.body.replace('ana', 'bob') },
        { body: '{' },
        { actor: 'bob' },
        { hash: '0' },
        { address: '::1' },
      ]) {
        await change(set);
        expect(await verify(), JSON.stringify(set)).toMatchObject({ count: 2, problem: expect.stringContaining('3') });
        const { body, actor, hash } = third!;
        await change({ body, actor, hash, address: null });
      }
      expect(await verify()).toMatchObject({ count: 6 });
      // two entries in each other's place, also if they say the numbers of their places
      const swap = (from: number, to: number) =>
        engine.db.updateTable('audit').set({ number: to }).where('number', '=', from).execute();
      const swapAll = async () => {
        for (const [from, to] of [
          [3, 99],
          [4, 3],
          [99, 4],
        ] as const)
          await swap(from, to);
      };
      await swapAll();
      expect(await verify()).toMatchObject({ count: 2, problem: expect.stringContaining('entry 3') });
      await swapAll();
      expect(await verify()).toMatchObject({ count: 6 });
      // one in between, and those behind it moved on
      for (const number of [6, 5, 4]) await swap(number, number + 1);
      const inserted = { ...third!, number: 4, body: third!.body.replace('"number":3', '"number":4') };
      const { body, hash } = inserted;
      const row = { number: 4, at_ms: 3, action: 'ran', actor: 'ana', script: 'sales', run: 'r1', address: null };
      await engine.db
        .insertInto('audit')
        .values({ ...row, body, hash })
        .execute();
      expect(await verify()).toMatchObject({ count: 3, problem: expect.stringContaining('entry 4') });
      const chained = chainHash(hash, body);
      await engine.db.updateTable('audit').set({ hash: chained }).where('number', '=', 4).execute();
      expect(await verify()).toMatchObject({ count: 4, problem: expect.stringContaining('entry 5') });
      await engine.db.deleteFrom('audit').where('number', '=', 4).execute();
      for (const number of [5, 6, 7]) await swap(number, number - 1);
      expect(await verify()).toMatchObject({ count: 6 });
      await engine.db.deleteFrom('audit').where('number', '=', 4).execute();
      expect(await verify()).toMatchObject({ problem: 'The entries from 4 to 4 are missing.', last: { number: 3 } });
      for (const each of [engine, ...others]) await each.close();
    });

    it('forgets the oldest, and begins anew from what an entry says about them', async () => {
      const [engine, ...others] = await open();
      await migrate(engine);
      const store = createAuditStore({ engine });
      for (let at = 1; at <= 20; at += 1) await store.add(record({ atMs: at * 10 }));
      const shortened = record({ atMs: 500, action: 'audit-shortened' });
      const shorten = (beforeMs: number, most = 1_000) => store.shorten({ beforeMs, most, record: shortened });
      const verify = (most?: number) => verifyAudit({ auditStore: store }, LOCAL, most);
      expect([await shorten(10), await verify()]).toMatchObject([0, { count: 20 }]);
      expect([await shorten(80), await store.bounds()]).toEqual([7, { first: 8, last: 21 }]);
      expect(await verify()).toMatchObject({ count: 14, last: { number: 21 } });
      expect([await shorten(80, 5), await store.bounds()]).toEqual([9, { first: 17, last: 22 }]);
      expect(await verify()).toMatchObject({ count: 6 });
      expect(await verify(3)).toMatchObject({ count: 3, last: { number: 22 } });
      await engine.db.deleteFrom('audit').where('number', '=', 17).execute();
      expect(await verify()).toMatchObject({ problem: 'The entries from 17 to 17 are missing.' });
      expect([await shorten(1_000), await store.bounds()]).toEqual([5, { first: 23, last: 23 }]);
      for (const each of [engine, ...others]) await each.close();
    });
  });
}
