/**
 * A password that appears only in what is shown: overwritten, joined, cut, rendered. Everything that a reader gets is
 * searched.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { read, run, type ApiRun } from './client.ts';
import { startProduct, type Product } from './product.ts';
import { makeProject, notebook } from './project.ts';

const SECRET = 'Zq7-kettle_drum!42';
const source = (name: string): string => readFileSync(join(resolve('test/hostile'), name), 'utf8');

const project = makeProject({
  'scripts/shown.py': source('secret-shown.py'),
  'scripts/shown.params.json': source('secret-shown.params.json'),
  // as much as is kept of the last output of a dead kernel, except for the first letters of the password
  'scripts/dies.ipynb': notebook(
    '# parameters\nsecret: str = "x"',
    'import os, signal\nos.write(2, (secret + " " + "y" * (8195 - len(secret))).encode())\nos.kill(os.getpid(), signal.SIGKILL)',
  ),
  'scripts/dies.params.json': source('secret-shown.params.json'),
});
let product: Product;
let made: ApiRun;
beforeAll(async () => {
  product = await startProduct(project.folder);
  made = await run(product.url, 'shown', { secret: SECRET });
});
afterAll(async () => {
  await product.close();
  project.remove();
});

/** Without tags, escapes and invisible characters. */
function seen(text: string): string {
  return text
    .replace(/\\u([\da-f]{4})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/<[^<>]*>/g, '')
    .replace(/&#x?([\da-f]+);?/gi, (_, number: string) => String.fromCodePoint(parseInt(number, 10)))
    .replace(/\x1b\[[^m]*m|\x1b\][^\x07]*\x07|[\x00-\x08\x0b-\x1f\u200b]/g, '');
}

test('is in nothing that readers get', async () => {
  const { id, artifacts } = made;
  expect(made.outcome).toMatchObject({ type: 'succeeded', message: 'It ends with •••' });
  expect(artifacts).toHaveLength(3);
  const api = `${product.url}/api/v1/runs/${id}`;
  const cells = [0, 1, 2, 3, 4, 5].map((cell) => `${api}/cells/${cell}/text`);
  const urls = [
    `${product.url}/runs/${id}`,
    `${product.url}/runs`,
    `${product.url}/runs/${id}/report.html`,
    api,
    `${api}/report`,
    `${api}/report.ipynb`,
    `${api}/artifacts`,
    `${api}/events`,
  ];
  const texts = await Promise.all([
    ...urls.map(read),
    ...cells.map(async (cell) => (await fetch(cell)).text()),
    ...artifacts.map(async ({ url, name }) => {
      const bytes = Buffer.from(await (await fetch(`${product.url}${url}`)).arrayBuffer());
      return name.startsWith('wide') ? bytes.toString('utf16le') : bytes.toString('utf8');
    }),
  ]);
  for (const [index, text] of texts.entries()) {
    const where = [...urls, ...cells, ...artifacts.map(({ name }) => name)][index] ?? '';
    const shown = seen(text);
    const at = shown.indexOf(SECRET);
    expect(at, `${where}: …${shown.slice(Math.max(0, at - 80), at + 40)}`).toBe(-1);
  }
  expect(texts.join('').split('•••').length).toBeGreaterThan(60);
});

test('is not in what a dead kernel said last, whose beginning is cut', async () => {
  const { id, outcome } = await run(product.url, 'dies', { secret: SECRET });
  expect(outcome?.type).toBe('kernel-died');
  const report = await read(`${product.url}/api/v1/runs/${id}/report`);
  expect(report).not.toContain(SECRET.slice(6));
});
