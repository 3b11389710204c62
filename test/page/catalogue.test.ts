import { describe, expect, test } from 'vitest';
import { createUrls } from '../../src/page/urls.ts';
import { catalogueView } from '../../src/page/catalogue.ts';
import { run, script, viewer } from './sample.ts';

const page = { viewer, urls: createUrls('') };
const listings = [
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
const view = (query = '', folder = '') => catalogueView(listings, [], { query, folder }, page);

describe('the catalogue', () => {
  test('sorts rows by folder and counts sub-folders in', () => {
    expect(view().rows.map(({ folderLabel }) => folderLabel)).toEqual(['', 'Ops / Stock', 'Sales']);
    expect(view().folders.map(({ name, count, depth }) => [name, count, depth])).toEqual([
      ['', 3, 0],
      ['ops', 1, 0],
      ['ops/stock', 1, 1],
      ['sales', 1, 0],
    ]);
  });

  test('shows the last outcome, its age and the usual duration', () => {
    const row = view('weekly').rows[0];
    expect(row).toMatchObject({
      title: 'Weekly sales',
      usual: '~9s',
      last: { status: { word: 'Done', tone: 'good' }, at: { age: '2 hr. ago' } },
    });
  });

  test('finds all words in any order, in title, folder and tags', () => {
    expect(view('CHECK warehouse').rows.map(({ title }) => title)).toEqual(['Stock check']);
    expect(view('nothing').none).toBe('Nothing matches “nothing”.');
  });

  test('keeps to a folder and what lies below it', () => {
    expect(view('', 'ops').rows.map(({ folder }) => folder)).toEqual(['ops/stock']);
    expect(view('', 'ops').broken).toHaveLength(1);
    expect(view('', 'op').none).not.toBe('');
  });

  test('names what is broken, where', () => {
    expect(view().broken[0]).toMatchObject({ file: 'ops/bad.ipynb', what: 'Not valid JSON.', where: 'line 214' });
  });

  test('sets apart what lacks its kernel, with the remedy', () => {
    const missing = { what: 'The kernel is not installed here.', remedy: 'Install it.' };
    const other = catalogueView(
      [{ script: script({ language: 'julia' }), missing }],
      [],
      { query: '', folder: '' },
      page,
    );
    expect(other.rows).toEqual([]);
    expect(other.broken[0]).toMatchObject({ file: 'sales/weekly.ipynb', ...missing });
  });

  test('offers what was run lately, each script with the same values once', () => {
    const recent = [run(), run({ id: 'b' }), run({ id: 'c', given: { region: 'EU' } })];
    expect(catalogueView(listings, recent, { query: '', folder: '' }, page).recent.map(({ text }) => text)).toEqual([
      'Region: America, Since: -7d, Rows: 50, Token: ********',
      'Region: Europe, Since: 2026-01-24, Rows: 50, Token: ********',
    ]);
  });

  test('of an empty folder is empty', () => {
    expect(catalogueView([], [], { query: '', folder: '' }, page).isEmpty).toBe(true);
  });
});
