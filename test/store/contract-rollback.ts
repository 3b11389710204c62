/** Rollbacks of scripts, on every engine. */
import { describe, expect, it } from 'vitest';
import type { StoredRollback } from '../../src/domain/rollback.ts';
import type { Engine } from '../../src/store/engine/engine.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createPublishedCommits } from '../../src/store/published-commit.ts';
import { createScriptRuleStore } from '../../src/store/script-rule.ts';
import { createRollbackStore } from '../../src/store/rollback.ts';
import { newRun } from './contract.ts';
import { storeOn } from './contract-list.ts';

const BYTES = Uint8Array.from({ length: 256 }, (_, at) => at);
const rollback = (script: string, changes: Partial<StoredRollback> = {}): StoredRollback => ({
  script,
  id: `${script}-1`,
  over: { revision: 'a', sidecar: '' },
  by: 'operator',
  atMs: 5,
  bytes: BYTES,
  ...changes,
});

export function testRollbacks(name: string, open: () => Promise<Engine>): void {
  describe(`rollbacks, rules of scripts and published commits: ${name}`, () => {
    it('remembers rules of scripts up to a number, as long as there are reports or files', async () => {
      const engine = await open();
      const runs = await storeOn(engine);
      const store = createScriptRuleStore({ engine }, { count: 3, chars: 100 });
      const rule = (script: string, text: string) => ({ script, text, file: `${script}.py` });
      for (const [script, text] of [
        ['reported', 'runs own'],
        ['there', 'runner x'],
        ['gone', 'runner x'],
        ['there', 'runner é'],
      ] as const)
        expect(await store.put(rule(script, text))).toBe(true);
      // only one of several processes is told that it has changed something
      expect([await store.put(rule('there', 'runner é')), await store.put(rule('there', 'runner é'))]).toEqual([
        false,
        false,
      ]);
      const marks = () => Promise.all([rule('there', 'runner é'), rule('there', 'runner x')].map(store.markGone));
      expect([await marks(), await marks()]).toEqual([
        [true, false],
        [false, false],
      ]);
      expect((await store.list()).find(({ script }) => script === 'there')).toMatchObject({ isGone: true });
      expect(await Promise.all([1, 2, 3].map(() => store.put(rule('there', 'runner é'))))).toEqual(
        expect.arrayContaining([true, false, false]),
      );
      await expect(store.put(rule('more', 'runner x'))).rejects.toMatchObject({ code: 'unavailable' });
      await runs.create(newRun('r', { script: 'reported', by: 'bob' }), 1000, 100);
      await store.forget(['there']);
      expect(await store.list()).toEqual([rule('reported', 'runs own'), rule('there', 'runner é')]);
      expect([await store.remove('reported'), await store.remove('reported')]).toEqual([true, false]);
      expect(await store.list()).toEqual([rule('there', 'runner é')]);
      await runs.close();
    });

    it('are told to others, the last for each repository', async () => {
      const engine = await open();
      await migrate(engine);
      const commits = createPublishedCommits({ engine });
      expect(await commits.latest('one')).toBeUndefined();
      for (const [source, commit] of [
        ['one', 'a'],
        ['two', 'b'],
        ['one', 'c'],
      ] as const)
        await commits.tell(source, commit);
      expect([await commits.latest('one'), await commits.latest('two')]).toEqual(['c', 'b']);
      await engine.close();
    });

    it('are kept with their bytes, one for each script, up to a number', async () => {
      const engine = await open();
      await migrate(engine);
      const store = createRollbackStore({ engine }, { count: 2, bytes: 1000 });
      expect(await store.list()).toEqual(new Map());
      expect(await store.find('sales')).toBeUndefined();
      await store.put(rollback('sales', { sidecar: { file: 'sales.params.yaml', bytes: BYTES } }));
      const found = await store.find('sales');
      expect(found).toMatchObject({ script: 'sales', id: 'sales-1', over: { revision: 'a' }, by: 'operator', atMs: 5 });
      expect([...(found?.bytes ?? [])]).toEqual([...BYTES]);
      expect(found?.sidecar?.file).toBe('sales.params.yaml');
      expect([...(found?.sidecar?.bytes ?? [])]).toEqual([...BYTES]);
      await store.put(rollback('other'));
      await store.put(rollback('sales', { id: 'sales-2', bytes: new Uint8Array() }));
      expect(await store.list()).toEqual(new Map(Object.entries({ sales: 'sales-2', other: 'other-1' })));
      expect(await store.find('sales')).not.toHaveProperty('sidecar');
      await expect(store.put(rollback('third'))).rejects.toMatchObject({ code: 'unavailable' });
      await store.remove('sales', 'sales-1');
      expect((await store.list()).get('sales')).toBe('sales-2');
      await store.remove('sales', 'sales-2');
      await store.remove('other');
      expect(await store.list()).toEqual(new Map());
      await engine.close();
    });
  });
}
