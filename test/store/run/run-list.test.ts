import Database from 'better-sqlite3';
import { expect, it, vi } from 'vitest';
import { openSqlite } from '../../../src/store/engine/sqlite.ts';
import { storeOn } from '../contract-list.ts';
import { historyLooks } from '../long-history.ts';

it('finds the rows of each page of the history by an index, on SQLite', async () => {
  const store = await storeOn(openSqlite(':memory:'));
  const prepare = vi.spyOn(Database.prototype, 'prepare');
  const scans: Record<string, string[]> = {};
  const latest = new Set<string>();
  for (const [name, { work }] of Object.entries(historyLooks())) {
    prepare.mockClear();
    await work(store);
    const plans = prepare.mock.calls.flatMap(([text], call) => {
      const database = prepare.mock.contexts[call] as Database.Database;
      const values = (text.match(/\?/g) ?? []).map(() => null);
      // the last runs of each script are sorted by their durations
      const own = text.replace(/order by "ms"$/, '');
      return /^\s*(select|with)/i.test(own) ? steps(database, own, values) : [];
    });
    const found = plans.filter((step) => /SCAN (runs|own)|TEMP B-TREE/.test(step));
    if (found.length > 0) scans[name] = found;
    for (const step of plans) if (step.includes('runs_latest')) latest.add(name);
  }
  prepare.mockRestore();
  await store.close();
  // whose statements serve any number of scripts, so they are prepared once
  expect([...latest]).toEqual(['the catalogue']);
  expect(scans).toEqual({ 'the history': ['SCAN runs'] });
});

function steps(database: Database.Database, text: string, values: readonly null[]): string[] {
  const rows = database.prepare(`explain query plan ${text}`).all(...values) as { readonly detail: string }[];
  return rows.map(({ detail }) => detail);
}
