import { describe, expect, test } from 'vitest';
import { readCatalogue } from '../../src/app/catalogue.ts';
import type { AppContext } from '../../src/app/context.ts';
import type { KernelChoice } from '../../src/domain/kernel/kernel.ts';
import type { Run } from '../../src/domain/run/run.ts';
import type { RunStore } from '../../src/domain/run/run-store.ts';
import type { Script } from '../../src/domain/script/script.ts';
import { createUrls } from '../../src/page/urls.ts';
import { catalogueView } from '../../src/page/catalogue.ts';
import { run, script, viewer } from './sample.ts';

const page = { viewer, urls: createUrls('') };
interface Listing {
  readonly script: Script;
  readonly latest?: Run;
  readonly usualMs?: number;
}
const listings: readonly Listing[] = [
  { script: script(), latest: run(), usualMs: 9_000 },
  {
    script: script({
      name: 'ops/stock/check',
      file: 'ops/stock/check.ipynb',
      title: 'Stock check',
      folder: 'ops/stock',
      tags: ['Warehouse'],
    }),
  },
  { script: script({ name: 'top', file: 'top.ipynb', title: 'On top', folder: '' }) },
  {
    script: script({
      name: 'ops/bad',
      file: 'ops/bad.ipynb',
      folder: 'ops',
      state: 'broken',
      problem: { what: 'Not valid JSON.', where: 'line 214' },
    }),
  },
];
const viewOf = async (
  all: readonly Listing[],
  asked: { readonly query?: string; readonly folder?: string; readonly page?: number } = {},
  recent: readonly Run[] = [],
) => {
  const runs: Pick<RunStore, 'latest' | 'usualMs'> = {
    latest: async () => new Map(all.flatMap(({ script, latest }) => (latest ? [[script.name, latest] as const] : []))),
    usualMs: async () =>
      new Map(all.flatMap(({ script, usualMs }) => (usualMs ? [[script.name, usualMs] as const] : []))),
  };
  const missing = async ({ language }: KernelChoice) =>
    language === 'julia' ? { what: 'The kernel is not installed here.', remedy: 'Install it.' } : undefined;
  const ports = { runs, kernels: { missing }, scripts: { list: async () => all.map(({ script }) => script) } };
  const found = await readCatalogue(ports as unknown as AppContext, viewer.actor, {
    query: '',
    folder: '',
    page: 1,
    ...asked,
  });
  const schemas = new Map(all.map(({ script }) => [script.name, script.schema]));
  return catalogueView(found, { runs: recent, schemas }, page);
};
const view = (query = '', folder = '') => viewOf(listings, { query, folder });

describe('the catalogue', () => {
  test('sorts rows by folder and counts sub-folders in', async () => {
    expect((await view()).rows.map(({ folderLabel }) => folderLabel)).toEqual(['', 'Ops / Stock', 'Sales']);
    expect((await view()).folders.map(({ name, count, depth }) => [name, count, depth])).toEqual([
      ['', 3, 0],
      ['ops', 1, 0],
      ['ops/stock', 1, 1],
      ['sales', 1, 0],
    ]);
  });

  test('shows the last outcome, its age and the usual duration', async () => {
    const [row] = (await view('weekly')).rows;
    expect(row).toMatchObject({
      title: 'Weekly sales',
      usual: '~9s',
      last: { status: { word: 'Done', tone: 'good' }, at: { age: '2 hr. ago' } },
    });
  });

  test('finds all words in any order, in title, folder and tags', async () => {
    expect((await view('CHECK warehouse')).rows.map(({ title }) => title)).toEqual(['Stock check']);
    expect((await view('nothing')).none).toBe('Nothing matches “nothing”.');
  });

  test('keeps to a folder and what lies below it', async () => {
    expect((await view('', 'ops')).rows.map(({ folder }) => folder)).toEqual(['ops/stock']);
    expect((await view('', 'ops')).broken).toHaveLength(1);
    expect((await view('', 'op')).none).not.toBe('');
  });

  test('names what is broken, where', async () => {
    expect((await view()).broken[0]).toMatchObject({
      file: 'ops/bad.ipynb',
      what: 'Not valid JSON.',
      where: 'line 214',
    });
  });

  test('sets apart what lacks its kernel, with the remedy', async () => {
    const missing = { what: 'The kernel is not installed here.', remedy: 'Install it.' };
    const other = await viewOf([{ script: script({ language: 'julia' }) }]);
    expect(other.rows).toEqual([]);
    expect(other.broken[0]).toMatchObject({ file: 'sales/weekly.ipynb', ...missing });
  });

  test('offers what was run lately, each script with the same values once', async () => {
    const recent = [run(), run({ id: 'b' }), run({ id: 'c', given: { region: 'EU' } })];
    expect((await viewOf(listings, {}, recent)).recent.map(({ text }) => text)).toEqual([
      'Region: America, Since: -7d, Rows: 50, Token: ********',
      'Region: Europe, Since: 2026-01-24, Rows: 50, Token: ********',
    ]);
  });

  test('of an empty folder is empty', async () => {
    expect((await viewOf([])).isEmpty).toBe(true);
  });

  test('of many scripts has pages, and its folders are open near the current one only', async () => {
    const many = Array.from({ length: 250 }, (_, n) => {
      const [team, at] = [`team-${n % 50}`, String(n).padStart(3, '0')];
      return { script: script({ name: `${team}/sub/${at}`, title: `Report ${at}`, folder: `${team}/sub` }) };
    });
    const first = await viewOf(many);
    expect(first.isPartial).toBe(true);
    expect(first.rows).toHaveLength(100);
    expect(first.folders.map(({ name }) => name).slice(0, 3)).toEqual(['', 'team-0', 'team-1']);
    expect(first.folders).toHaveLength(51);
    expect(first.pager).toEqual({ text: 'Reports 1 to 100 of 250', previousUrl: '', nextUrl: '/?page=2' });
    const last = await viewOf(many, { page: 99 });
    expect(last.rows).toHaveLength(50);
    expect(last.pager).toEqual({ text: 'Reports 201 to 250 of 250', previousUrl: '/?page=2', nextUrl: '' });
    const near = await viewOf(many, { query: 'report', folder: 'team-7/sub' });
    expect(near.pager).toBeUndefined();
    expect(near.rows.map(({ title }) => title)).toEqual(
      ['007', '057', '107', '157', '207'].map((at) => `Report ${at}`),
    );
    expect(near.folders.filter(({ depth }) => depth === 1).map(({ name }) => name)).toEqual(['team-7/sub']);
    expect((await viewOf(many, { query: '00', page: 2 })).pager).toBeUndefined();
  });

  test('shows the first of many broken scripts and folders, and how many more there are', async () => {
    const many = Array.from({ length: 450 }, (_, n) => [
      { script: script({ name: `f${n}/a`, folder: `f${n}` }) },
      { script: script({ name: `f${n}/b`, file: `f${n}/b.ipynb`, folder: `f${n}`, state: 'broken' }) },
    ]).flat();
    const { broken, moreBroken, folders, moreFolders } = await viewOf(many, { folder: 'f99' });
    expect([broken.length, moreBroken]).toEqual([1, '']);
    expect([folders.length, folders.at(-1)?.name]).toEqual([402, 'f99']);
    expect(moreFolders).toBe('And 49 more folders: search for one by its name.');
    expect((await viewOf(many)).moreBroken).toBe('And 350 more. Search for a file, or choose its folder.');
  });
});
