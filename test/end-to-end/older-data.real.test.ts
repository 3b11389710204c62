/** This version works with the data folders of older versions (`older/`, one for each form of the database). */
import { execFileSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { read, type ApiRun } from './client.ts';
import { startProduct, type Product } from './product.ts';
import { makeProject } from './project.ts';

type Listed = ApiRun & {
  readonly script: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly pinned: boolean;
};

const STEP = 'select max(name) from kysely_migration';
const OLDER = join(import.meta.dirname, 'older');
/** Longer than the fixture will exist: nothing old may expire in the test. */
const FOR_EVER = { retain_days: '36500', queue_time: '36500d' };

const archives = readdirSync(OLDER).filter((name) => name.endsWith('.tar.gz'));

const forms = readdirSync('src/store/migration')
  .map((name) => name.replace('.ts', '.tar.gz'))
  .sort();

test('there is data of every form of the database; that of the current one may be missing', () => {
  expect(forms.filter((form) => form !== forms.at(-1) || archives.includes(form))).toEqual(archives.sort());
});

describe.each(archives)('the data of %s', (archive) => {
  const { folder, remove } = makeProject({});
  const data = join(folder, 'data');
  let product: Product;
  let runs: readonly Listed[];
  const one = (wanted: Partial<Record<'script' | 'status' | 'region', string>>): Listed => {
    const found = runs.find(({ script, status, parameters: { region } }) =>
      Object.entries(wanted).every(([key, value]) => ({ script, status, region })[key] === value),
    );
    if (found === undefined)
      throw new Error(
        `no ${JSON.stringify(wanted)} among ${JSON.stringify(runs.map(({ script, status, parameters }) => [script, status, parameters]))}`,
      );
    return found;
  };
  const list = async () =>
    (JSON.parse(await read(`${product.url}/api/v1/runs?limit=100`)) as { items: Listed[] }).items;

  beforeAll(async () => {
    execFileSync('tar', ['-xzf', join(OLDER, archive), '-C', folder]);
    execFileSync('cp', ['-r', join(OLDER, 'scripts'), folder]);
    product = await startProduct(folder, { data, flags: FOR_EVER });
    await vi.waitFor(
      async () => {
        runs = await list();
        if (runs.some(({ status }) => ['queued', 'starting', 'running'].includes(status)))
          throw new Error('still at work');
      },
      { timeout: 60_000 },
    );
  });
  afterAll(async () => {
    await product.close();
    remove();
    rmSync(data, { recursive: true, force: true });
  });

  test.skipIf(archive === forms.at(-1))('a copy from before the update is kept, in its old form', () => {
    const step = archive.replace('.tar.gz', '');
    const ask = <T>(path: string, query: string) => {
      const database = new Database(path, { readonly: true });
      const answer = database.prepare(query).pluck().get() as T;
      database.close();
      return answer;
    };
    const copies = readdirSync(join(data, 'before-update')).map((name) => join(data, 'before-update', name));
    expect(copies.map((copy) => [ask(copy, STEP), ask(copy, 'select count(*) from runs')])).toEqual([[step, 7]]);
  });

  test('what was going on is interrupted, what waited has run with its password, all others are as they were', () => {
    expect(runs.map(({ script, status }) => `${script} ${status}`).sort()).toEqual([
      'failing failed',
      'orders succeeded',
      'orders succeeded',
      'waiting cancelled',
      'waiting lost',
      'waiting succeeded',
    ]);
    expect([one({ region: 'north' }).pinned, one({ region: 'south' }).pinned]).toEqual([true, false]);
    expect(one({ script: 'failing' }).outcome).toMatchObject({ exception: { name: 'ZeroDivisionError' } });
  });

  test('reports, notebooks and downloads still arrive', async () => {
    const { links, artifacts, results } = one({ region: 'south' });
    const report = await read(new URL(links['report'] ?? '', product.url).href);
    for (const part of ['rows of south 4', 'data:image/png', '<table', 'How many there were.'])
      expect(report).toContain(part);
    expect(results).toEqual([{ name: 'Orders', value: 42 }]);
    expect(
      (await read(new URL(artifacts[0]?.url ?? '', product.url).href)).replace('\uFEFF', '').split(/\r?\n/).slice(0, 3),
    ).toEqual(['day,orders', '0,0', '1,7']);
    expect(
      JSON.parse(await read(`${product.url}/api/v1/runs/${one({ region: 'south' }).id}/report.ipynb`)),
    ).toMatchObject({ nbformat: 4 });
    expect(
      await read(new URL(one({ script: 'waiting', status: 'succeeded' }).links['report'] ?? '', product.url).href),
    ).toContain(`waited with ${'queued-key'.length}`);
    for (const { id } of runs) expect((await fetch(`${product.url}/runs/${id}`)).status).toBe(200);
  });

  test('Run again makes a new report from an old one’s inputs', async () => {
    const parent = one({ region: 'south' });
    const answer = await fetch(`${product.url}/s/orders`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ region: 'south', top: '4', _parent: parent.id }),
    });
    const path = `/api/v1${answer.headers.get('location')}`;
    await expect
      .poll(async () => JSON.parse(await read(product.url + path)) as Listed, { timeout: 60_000 })
      .toMatchObject({ status: 'succeeded', parent: parent.id, results: [{ value: 42 }] });
  });
});
