/** The contract of every store of presets, whatever its engine. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PRESET_TIMES, type PresetStore } from '../../src/domain/preset.ts';
import { exactNumber } from '../../src/domain/text/json-exact.ts';
import type { Engine } from '../../src/store/engine/engine.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createPresetStore } from '../../src/store/preset/preset.ts';

const ME = 'visitor:me';
const NEW = { replace: false, nowMs: 1000 };
const mine = (name: string, script = 'sales') => ({ script, owner: ME, name });
const shared = (name: string, script = 'sales') => ({ script, owner: '', name });

/** `open`: a new, empty database. */
export function testPresets(name: string, open: () => Promise<Engine>): void {
  describe(`presets: ${name}`, () => {
    let engine: Engine;
    let store: PresetStore;
    beforeEach(async () => {
      engine = await open();
      await migrate(engine);
      store = createPresetStore({ engine }, { ofOne: 2, shared: 1, all: 4, last: 2 });
    });
    afterEach(() => engine.close());
    const put = (key: ReturnType<typeof mine>, values = {}, options = NEW) =>
      store.put({ ...key, maker: ME, values }, options);
    const names = async (owner = ME, script = 'sales') =>
      (await store.list(script, owner)).map(({ name: each }) => each);

    it('are found by script, owner and name, with all their digits', async () => {
      const values = { share: exactNumber('2.0'), text: 'a\0b', list: [1, null] };
      expect(await put(mine('Month 10'), values)).toBe('created');
      await put(mine('Month 2'));
      await put(shared('Month 1'));
      await put({ script: 'sales', owner: 'visitor:you', name: 'Other' });
      expect(await names()).toEqual(['Month 1', 'Month 2', 'Month 10']);
      expect(await names('')).toEqual(['Month 1']);
      expect(await store.list('sales', undefined)).toHaveLength(1);
      const found = await store.find(mine('Month 10'));
      expect(found).toMatchObject({ name: 'Month 10', isShared: false, maker: ME, updatedAtMs: 1000 });
      expect(JSON.stringify(found?.values)).toBe(JSON.stringify(values));
      expect(await store.find(mine('Month 1'))).toBeUndefined();
    });

    it('are replaced only on request, and keep their maker', async () => {
      await put(shared('A'), { n: 1 });
      expect(await put(shared('A'), { n: 2 })).toBe('exists');
      const other = { ...shared('A'), maker: 'person:operator', values: { n: 3 } };
      expect(await store.put(other, { replace: true, nowMs: 2000 })).toBe('replaced');
      expect(await store.find(shared('A'))).toMatchObject({ maker: ME, values: { n: 3 }, updatedAtMs: 2000 });
      expect(await names()).toEqual(['A']);
    });

    it('are renamed, unless the name is taken', async () => {
      await put(mine('A'), { n: 1 });
      await put(mine('B'));
      await expect(store.rename(mine('A'), 'B', 2000)).rejects.toMatchObject({ code: 'conflict' });
      await store.rename(mine('A'), 'C', 2000);
      expect(await names()).toEqual(['B', 'C']);
      await store.remove(mine('B'), 2000);
      await store.rename(mine('C'), 'B', 3000);
      expect(await store.find(mine('B'))).toMatchObject({ values: { n: 1 } });
      await expect(store.rename(mine('A'), 'D', 2000)).rejects.toMatchObject({ code: 'not-found' });
    });

    it('come back after they were removed, unless another one has the name', async () => {
      await put(mine('A'), { n: 1 });
      expect(await store.remove(mine('A'), 2000)).toBe(true);
      expect(await store.remove(mine('A'), 2000)).toBe(false);
      expect([await names(), await store.find(mine('A'))]).toEqual([[], undefined]);
      expect([await store.removedMaker(mine('A')), await store.removedMaker(mine('B'))]).toEqual([ME, undefined]);
      expect(await store.restore(mine('A'))).toBe(true);
      expect(await names()).toEqual(['A']);
      await store.remove(mine('A'), 2000);
      expect(await put(mine('A'), { n: 2 })).toBe('created');
      expect(await store.restore(mine('A'))).toBe(false);
      expect(await store.find(mine('A'))).toMatchObject({ values: { n: 2 } });
    });

    it('are bounded for one owner and script, for all who share, and for all together', async () => {
      for (const each of ['A', 'B']) await put(mine(each));
      await put(shared('A'));
      await put(mine('A', 'stock'));
      await expect(put(mine('C'))).rejects.toMatchObject({ code: 'conflict' });
      await expect(put(shared('B'))).rejects.toMatchObject({ code: 'conflict' });
      await expect(put(mine('B', 'stock'))).rejects.toMatchObject({ code: 'unavailable' });
      await put(mine('A'), { n: 2 }, { replace: true, nowMs: 2000 });
      await store.remove(mine('A'), 2000);
      await put(mine('A'), { n: 3 });
      for (const [at, script] of ['a', 'b', 'c'].entries()) await store.noteLast(script, ME, {}, at);
      expect([await store.last('a', ME), await store.last('b', ME)]).toEqual([undefined, {}]);
    });

    it('remember the last values of each, without being listed', async () => {
      await store.noteLast('sales', ME, { n: 1 }, 1000);
      await store.noteLast('sales', ME, { n: 2 }, 2000);
      expect(await store.last('sales', ME)).toEqual({ n: 2 });
      expect([await store.last('stock', ME), await store.last('sales', 'visitor:you')]).toEqual([undefined, undefined]);
      expect(await names()).toEqual([]);
    });

    it('of an earlier name of a script become its own, unless it has one of the same name', async () => {
      await put(mine('A', 'old'), { n: 1 });
      await put(mine('B', 'old'), { n: 1 });
      await put(mine('B'), { n: 2 });
      await store.noteLast('old', ME, { n: 3 }, 1000);
      await store.adopt('sales', ['older', 'old']);
      expect([await names(), await names(ME, 'old')]).toEqual([['A', 'B'], []]);
      expect(await store.find(mine('B'))).toMatchObject({ values: { n: 2 } });
      expect([await store.last('sales', ME), await store.last('old', ME)]).toEqual([{ n: 3 }, undefined]);
    });

    it('are deleted some time after they were removed', async () => {
      await put(mine('A'));
      await store.remove(mine('A'), 1000);
      const sweep = (nowMs: number) => store.sweep({ scripts: new Set(['sales']), nowMs });
      expect(await sweep(PRESET_TIMES.removedMs)).toBe(0);
      expect(await sweep(PRESET_TIMES.removedMs + 1000)).toBe(1);
      expect(await store.restore(mine('A'))).toBe(false);
    });

    it('of a script that is gone are deleted after a time, unless it comes back or somebody uses them', async () => {
      await put(shared('A'));
      await put(shared('B', 'stock'));
      const { missingMs } = PRESET_TIMES;
      const sweep = (scripts: readonly string[], nowMs: number) => store.sweep({ scripts: new Set(scripts), nowMs });
      expect(await sweep(['stock'], 2000)).toBe(0);
      expect(await sweep(['sales', 'stock'], missingMs)).toBe(0);
      expect(await sweep(['stock'], missingMs + 5000)).toBe(0);
      // a folder that is not there for now tells nothing
      expect(await sweep([], 9 * missingMs)).toBe(1);
      expect([await names(''), await names('', 'stock')]).toEqual([[], ['B']]);
    });

    it('of a browser that does not come back are deleted; those of persons are not', async () => {
      await put(mine('A'));
      await put({ script: 'sales', owner: 'person:ana', name: 'A' });
      await store.touch(mine('A'), { beforeMs: 2000, nowMs: 3000 });
      const sweep = (nowMs: number) => store.sweep({ scripts: new Set(['sales']), nowMs });
      expect(await sweep(PRESET_TIMES.visitorMs + 2000)).toBe(0);
      expect(await sweep(PRESET_TIMES.visitorMs + 3000)).toBe(1);
      expect([await names(), await names('person:ana')]).toEqual([[], ['A']]);
    });
  });
}
