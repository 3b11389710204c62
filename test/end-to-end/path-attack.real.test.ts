/** Notebooks and projects that prepare the paths that a real server reads: links, races, pipes, devices. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { events, read, run } from './client.ts';
import { startProduct, type Product } from './product.ts';
import { makeProject, notebook } from './project.ts';

const hostile = (name: string) => readFileSync(join('test/hostile', `${name}.py`), 'utf8');
const project = makeProject({
  'scripts/link.py': hostile('download-link'),
  'scripts/race.py': hostile('download-race'),
  'scripts/odd.py': hostile('download-odd'),
  'scripts/deep.py': hostile('folder-deep'),
  'scripts/unreadable.py': hostile('folder-unreadable'),
  'scripts/pipe.ipynb': notebook('print("runs")'),
  'scripts/honest.ipynb': notebook('print("runs")'),
  'templates/placeholder': '',
  'public/static/logo.txt': 'logo',
  '.link/placeholder': '',
});
const data = mkdtempSync(join(tmpdir(), 'path-data-'));
let product: Product;

beforeAll(async () => {
  const inside = (path: string) => join(project.folder, path);
  const pipes = ['scripts/pipe.params.json', '.link/link.config', '.link/secrets.json', 'public/static/pipe.txt'];
  const templates = ['history', 'layout', 'script'].map((name) => `templates/${name}.liquid`);
  execFileSync('mkfifo', [...pipes, ...templates].map(inside));
  symlinkSync('/dev/zero', inside('scripts/device.ipynb'));
  product = await startProduct(project.folder, { data });
}, 60_000);
afterAll(async () => {
  await product?.close();
  project.remove();
  rmSync(data, { recursive: true, force: true });
});

describe('downloads', () => {
  async function downloadsOf(script: string, parameters: object = {}) {
    const made = await run(product.url, script, parameters);
    const log = await events(product.url, made.id);
    const names = log.flatMap((event) =>
      event.type === 'artifact-added' ? [(event as unknown as { artifact: { name: string } }).artifact.name] : [],
    );
    // a file that is a link at the end of the run is no longer offered
    const removed = new Set(log.flatMap((event) => (event.type === 'artifact-removed' ? [event['name']] : [])));
    const offered = names.filter((name) => !removed.has(name));
    const texts = await Promise.all(
      offered.slice(0, 20).map((name) => read(`${product.url}/api/v1/runs/${made.id}/artifacts/${name}`)),
    );
    return { names, texts, notices: log.filter(({ type }) => type === 'notice').map(({ text }) => text) };
  }

  test('are never read through links', async () => {
    const { names, notices } = await downloadsOf('link', { data });
    expect(names).toEqual([]);
    expect(notices).toEqual([expect.stringMatching(/^These files are not offered: /)]);
  });

  test('are never read through a folder that is swapped for a link meanwhile', async () => {
    const secrets = ['operator-token', 'secret.key'].map((name) => readFileSync(join(data, name)));
    const { texts } = await downloadsOf('race', { data });
    expect(
      texts.filter((text) => secrets.some((secret) => Buffer.from(text).includes(secret.subarray(0, 20)))),
    ).toEqual([]);
  });

  test('have a bound, and what is not offered is said in a few words', async () => {
    const { names, notices } = await downloadsOf('odd');
    expect(names).toHaveLength(500);
    expect(notices.length).toBeLessThan(4);
  });
});

test('folders that a run leaves are removed, however deep, and whatever their modes', async () => {
  for (const script of ['deep', 'unreadable']) {
    const { id, outcome } = await run(product.url, script);
    expect(outcome, JSON.stringify(await events(product.url, id))).toMatchObject({ type: 'succeeded' });
  }
  await expect.poll(() => readdirSync(join(data, 'work'))).toEqual([]);
});

test('pages are shown and files sent beside pipes in the place of their templates and files', async () => {
  for (const path of ['/', '/runs', '/s/honest']) expect(await read(product.url + path)).toContain('<!doctype html>');
  expect(await read(`${product.url}/static/logo.txt`)).toBe('logo');
  expect((await fetch(`${product.url}/static/pipe.txt`)).status).toBe(404);
});

test('a server starts beside pipes and devices, and runs what is right', async () => {
  const log = await events(product.url, (await run(product.url, 'honest')).id);
  expect(log.filter(({ type }) => type === 'stream-appended').map(({ text }) => text)).toEqual(['runs\n']);
});
