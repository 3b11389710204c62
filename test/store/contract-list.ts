/** Pages of the history that several filters leave, on every engine. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { permits, type Actor } from '../../src/domain/access/access.ts';
import { createRights, type Person } from '../../src/domain/access/right.ts';
import { readAccessRules } from '../../src/domain/access/rule.ts';
import { rulesOfScripts, withScriptRules } from '../../src/domain/access/script-rule.ts';
import type { RunQuery, RunStore } from '../../src/domain/run/run-store.ts';
import { ENDED_LINK_MS, LINK_LIMITS } from '../../src/domain/run/link.ts';
import { granteesOf, SHARE_LIMITS } from '../../src/domain/run/share.ts';
import type { Engine } from '../../src/store/engine/engine.ts';
import { createLinkStore } from '../../src/store/link-store.ts';
import { createNotifier } from '../../src/store/notifier.ts';
import { createRunStore } from '../../src/store/run/run-store.ts';
import { createSecretBox } from '../../src/store/secret.ts';
import { newRun } from './contract.ts';

/** The worker `w` may take runs. */
export async function storeOn(engine: Engine): Promise<RunStore> {
  const store = await createRunStore({
    engine,
    secrets: createSecretBox(randomBytes(32)),
    notifier: createNotifier(),
    retainMs: Infinity,
  });
  await store.renewLease('w', 600_000);
  return store;
}

export function testList(name: string, open: () => Promise<Engine>): void {
  describe(`list of runs: ${name}`, () => {
    it('filters by time, whatever the clocks were and however far apart the numbers are', async () => {
      const engine = await open();
      const store = await storeOn(engine);
      /** Number, and time of submission. */
      const runs = [
        ['ahead', 1, 5000],
        ['first', 2, 1000],
        ['end', 8192, 2000],
        ['back', 20_000, 1500],
        ['later', 20_001, 3000],
        ['last', 40_000, 4000],
      ] as const;
      for (const [id, number, atMs] of runs) {
        await numberNext(engine, number);
        await store.create(newRun(id), atMs, 100);
      }
      const list = async (query: Omit<RunQuery, 'limit'>) => {
        const ids: string[] = [];
        for (let cursor: string | undefined = 'zzzz'; cursor !== undefined;) {
          const page = await store.list({ ...query, limit: 1, cursor });
          ids.push(...page.items.map(({ id }) => id));
          cursor = page.next;
        }
        return ids;
      };
      expect(await list({ untilMs: 2000 })).toEqual(['back', 'first']);
      expect(await list({ sinceMs: 3000 })).toEqual(['last', 'later', 'ahead']);
      expect(await list({ sinceMs: 1500, untilMs: 4000 })).toEqual(['later', 'back', 'end']);
      expect(await list({ sinceMs: 4500, untilMs: 6000 })).toEqual(['ahead']);
      expect(await list({ untilMs: 1000 })).toEqual([]);
      expect(await list({ sinceMs: 5001 })).toEqual([]);
      expect(await list({ sinceMs: 3000, untilMs: 2000 })).toEqual([]);
      expect(await list({ script: 'sales', by: 'viewer', status: ['queued'], untilMs: 1501 })).toEqual([
        'back',
        'first',
      ]);
      await store.close();
    });

    it('merges statuses in the order of the runs, each once', async () => {
      const store = await storeOn(await open());
      for (const id of ['a', 'b', 'c', 'd']) await store.create(newRun(id), 1000, 100);
      await store.claim('w', 2000);
      await store.requestCancel('c', 'ana', 3000);
      const status = ['queued', 'cancelled', 'starting', 'queued'] as const;
      const page = await store.list({ status, limit: 3 });
      expect(page.items.map(({ id }) => id)).toEqual(['d', 'c', 'b']);
      const rest = await store.list({ status, limit: 3, cursor: page.next ?? '' });
      expect([rest.items.map(({ id }) => id), rest.next]).toEqual([['a'], undefined]);
      expect(await store.list({ status: [], limit: 3 })).toEqual({ items: [] });
      await store.close();
    });

    it('is filtered by as many rules as there may be', async () => {
      const store = await storeOn(await open());
      for (const script of ['open', 'closed-500/a', 'own-500/a'])
        await store.create(newRun(script, { script, by: 'bob' }), 1000, 100);
      const closed = Array.from({ length: 500 }, (_, at) => `closed-${at}: runner x`);
      const own = Array.from({ length: 500 }, (_, at) => `own-${at + 1}: runs own`);
      const rules = readAccessRules([...closed.slice(1), 'closed-500: runner x', ...own]);
      const said = Array.from({ length: 2_000 }, (_, at) => ({
        name: `said-${at}`,
        state: 'ready' as const,
        access: { text: at % 2 === 0 ? 'runner x' : 'runner bob; runs own', file: 'f' },
      }));
      const all = withScriptRules(rules, rulesOfScripts(said));
      const seenIds = async (name: string) => {
        const rights = createRights(() => all, { name, groups: [], isSignedIn: true });
        const page = await store.list({
          seenBy: { user: name, scopes: rights.scopes(), without: [], grantees: [] },
          limit: 10,
        });
        return page.items.map(({ id }) => id);
      };
      expect(await seenIds('ana')).toEqual(['open']);
      expect(await seenIds('bob')).toEqual(['own-500/a', 'open']);
      await store.close();
    });

    it('is filtered by more names than an engine has parameters', async () => {
      const store = await storeOn(await open());
      for (const script of ['seen', 'draft-0', 'draft-39999', 'of ana']) {
        await store.create(newRun(script, { script, by: 'bob' }), 1000, 100);
        await store.requestCancel(script, 'bob', 2000);
      }
      const drafts = Array.from({ length: 40_000 }, (_, at) => `draft-${at}`);
      const said = drafts.map((name) => ({
        name: `${name}/x`,
        state: 'ready' as const,
        access: { text: 'runner x', file: 'f' },
      }));
      const ofAna = { name: 'of ana', state: 'ready' as const, access: { text: 'runner ana', file: 'f' } };
      const rules = withScriptRules(readAccessRules([]), rulesOfScripts([...said, ofAna]));
      const { scopes } = createRights(() => rules, { name: 'bob', groups: [], isSignedIn: true });
      const seenBy = { user: 'bob', scopes: scopes(), without: drafts, grantees: ['bob'] };
      expect((await store.list({ seenBy, limit: 10 })).items.map(({ id }) => id)).toEqual(['seen']);
      const latest = await store.latest([...drafts, 'seen', '', 'it\'s {"a",b}\\ é']);
      expect([...latest.keys()].sort()).toEqual(['draft-0', 'draft-39999', 'seen']);
      expect(await store.usualMs(drafts)).toEqual(new Map());
      await store.close();
    });

    it('leaves out what somebody may not see, and fills the page with what is next', async () => {
      const store = await storeOn(await open());
      const lines = [
        '*: viewer signed-in',
        'Tab%_/*: runner @g; runs own',
        'Tab%_/é/a: viewer ana',
        'x/y: viewer anybody; runs own',
      ];
      const own = rulesOfScripts(
        [
          ['x', 'runner nobody'],
          ['x/y/z', 'viewer eve; runs own'],
          ['Tab%_', 'viewer signed-in; runs script'],
        ].map(([name = '', text = '']) => ({ name, state: 'ready', access: { text, file: name } })),
      );
      const names = ['x', 'Tab%_', 'Tab%_/é/a', 'Tab%_/é/ab', 'tab%_/b', 'Tabbb/c', 'x/y', 'x/y/z', 'x/yy', 'other'];
      const all = names.flatMap((script) =>
        ['ana', 'bob', 'viewer'].map((by) => ({ id: `${script} ${by}`, script, by })),
      );
      for (const { id, ...run } of all) await store.create(newRun(id, run), 1000, 100);
      await store.share('other viewer', ['bob', '@h'], 'x', 1);
      await store.share('Tab%_ viewer', ['@g', 'eve', '@viewer'], 'x', 1);
      const people: readonly Person[] = [
        { groups: [], isSignedIn: false },
        { groups: [], isSignedIn: true },
        { name: 'ana', groups: [], isSignedIn: true },
        { name: 'bob', groups: ['g'], isSignedIn: true },
        { name: 'eve', groups: ['h'], isSignedIn: true },
        // in no group of this name
        { name: '@g', groups: [], isSignedIn: true },
      ];
      for (const person of people) {
        const rules = withScriptRules(readAccessRules(lines), own);
        const rights = createRights(() => rules, person);
        const actor: Actor = { id: person.name ?? 'viewer', role: 'viewer', rights, person };
        const grantees = granteesOf(person);
        const shared = new Set<string>();
        for (const { id } of all) if (await store.isShared(id, grantees)) shared.add(id);
        const seenBy = { user: actor.id, scopes: rights.scopes(), without: ['other'], grantees };
        const seen = all.filter(
          ({ id, script, by }) =>
            shared.has(id) || (script !== 'other' && permits(actor, { type: 'read-run', script, by })),
        );
        const [first, ...others] = seen.reverse().map(({ id }) => id);
        const { items } = await store.list({ seenBy, sharedWith: grantees, limit: 100 });
        expect(items.map(({ id }) => id)).toEqual([...shared].reverse());
        const page = await store.list({ seenBy, limit: 1 });
        expect(page.items.map(({ id }) => id)).toEqual(first === undefined ? [] : [first]);
        if (page.next === undefined) expect(others).toEqual([]);
        else {
          const rest = await store.list({ seenBy, limit: 100, cursor: page.next });
          expect(rest.items.map(({ id }) => id)).toEqual(others);
        }
      }
      await store.close();
    });

    it('keeps links to reports until these are deleted, and counts their uses', async () => {
      const engine = await open();
      const store = await storeOn(engine);
      const links = createLinkStore({ engine });
      for (const id of ['a', 'b']) await store.create(newRun(id), 1000, 100);
      const link = (id: string, untilMs = 9_000) =>
        ({ id, allows: 'view', preview: false, note: id, by: 'ana', untilMs }) as const;
      await links.make('a', link('x'), 2000);
      await links.make('a', { ...link('y'), allows: 'download', preview: true }, 3000);
      await links.make('b', link('z'), 4000);
      await Promise.all([links.noteUse('x', 5000), links.noteUse('x', 5000)]);
      const x = { ...link('x'), atMs: 2000, uses: 2, usedAtMs: 5000 };
      expect(await links.find('x')).toEqual({ ...x, run: 'a', script: 'sales', title: 'Sales' });
      expect(await links.ofRun('a')).toEqual([
        { ...link('y'), allows: 'download', preview: true, atMs: 3000, uses: 0 },
        x,
      ]);
      expect((await links.newest()).map(({ id, run }) => [id, run])).toEqual([
        ['z', 'b'],
        ['y', 'a'],
        ['x', 'a'],
      ]);
      expect([await links.revoke('b', 'x', 6000), await links.revoke('a', 'x', 6000)]).toEqual([false, true]);
      expect([await links.revoke('a', 'x', 7000), (await links.find('x'))?.revokedAtMs]).toEqual([false, 6000]);
      const more = LINK_LIMITS.ofRun - 1;
      for (let at = 0; at < more; at += 1) await links.make('a', link(`more ${at}`), 6000);
      await expect(links.make('a', link('one more'), 6000)).rejects.toMatchObject({ code: 'conflict' });
      // revoked ones do not count, and only as many are remembered
      for (let at = 0; at < LINK_LIMITS.ofRun + 2; at += 1) {
        await links.revoke('a', at === 0 ? 'y' : `next ${at - 1}`, 6100 + at);
        await links.make('a', link(`next ${at}`), 6100 + at);
      }
      const { length } = (await links.ofRun('a')).filter(({ revokedAtMs }) => revokedAtMs !== undefined);
      expect([length, await links.find('x')]).toEqual([LINK_LIMITS.ofRun, undefined]);
      // those that have expired do not count, and are forgotten
      await links.make('a', link('later', ENDED_LINK_MS + 20_000), ENDED_LINK_MS + 9_001);
      expect((await links.ofRun('a')).map(({ id }) => id)).toEqual(['later']);
      await store.requestCancel('a', 'ana', 6000);
      await store.erase('a', 7000);
      expect([await links.ofRun('a'), await links.find('later')]).toEqual([[], undefined]);
      await expect(links.make('a', link('w'), 8000)).rejects.toMatchObject({ code: 'gone' });
      await store.close();
    });

    it('knows with whom a report is shared until it is deleted', async () => {
      const store = await storeOn(await open());
      for (const id of ['a', 'b']) await store.create(newRun(id), 1000, 100);
      await store.share('a', ['bob', '@g'], 'ana', 2000);
      await store.share('a', ['bob', 'eve'], 'operator', 3000);
      expect(await store.shares('a')).toEqual([
        { grantee: '@g', by: 'ana', atMs: 2000 },
        { grantee: 'bob', by: 'ana', atMs: 2000 },
        { grantee: 'eve', by: 'operator', atMs: 3000 },
      ]);
      const isShared = async (...grantees: string[]) => store.isShared('a', grantees);
      expect([await isShared('Bob', '@eve'), await isShared('x', '@g'), await isShared()]).toEqual([
        false,
        true,
        false,
      ]);
      expect(await store.isShared('b', ['bob', '@g'])).toBe(false);
      expect([await store.unshare('a', 'bob'), await store.unshare('a', 'bob')]).toEqual([true, false]);
      expect(await isShared('bob')).toBe(false);
      const many = Array.from({ length: SHARE_LIMITS.grantees - 2 }, (_, at) => `user ${at}`);
      await store.share('a', many, 'ana', 4000);
      await expect(store.share('a', ['one more'], 'ana', 5000)).rejects.toMatchObject({ code: 'conflict' });
      expect(await isShared('one more')).toBe(false);
      await expect(store.share('none', ['bob'], 'ana', 5000)).rejects.toMatchObject({ code: 'not-found' });
      await store.requestCancel('a', 'ana', 6000);
      await store.erase('a', 7000);
      expect([await store.shares('a'), await isShared('eve')]).toEqual([[], false]);
      await expect(store.share('a', ['bob'], 'ana', 8000)).rejects.toMatchObject({ code: 'gone' });
      await store.close();
    });
  });
}

/** The next run gets this number. */
async function numberNext(engine: Engine, number: number): Promise<void> {
  if (engine.isShared)
    await sql`select setval(pg_get_serial_sequence('runs', 'number'), ${number}, false)`.execute(engine.db);
  else {
    await sql`insert or ignore into sqlite_sequence (name, seq) select 'runs', 0
      where not exists (select 1 from sqlite_sequence where name = 'runs')`.execute(engine.db);
    await sql`update sqlite_sequence set seq = ${number - 1} where name = 'runs'`.execute(engine.db);
  }
}
