/** The data folder is moved away, or replaced, under a server that goes on. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { read, run, type ApiRun } from './client.ts';
import { startProduct, type Product } from './product.ts';
import { makeProject, notebook } from './project.ts';

const project = makeProject({
  'scripts/plain.ipynb': notebook('print("ran")'),
  'scripts/waits.ipynb': notebook(
    '# parameters\ngate: str = ""',
    `import os, pathlib, time
pathlib.Path(gate + ".began").touch()
while not pathlib.Path(gate).exists(): time.sleep(0.05)
with open(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/rows.csv", "w") as file: file.write("a" * 100_000)`,
  ),
});
const folder = mkdtempSync(join(tmpdir(), 'moved-'));
const [data, aside] = [join(folder, 'data'), join(folder, 'aside')];
let product: Product;
beforeAll(async () => {
  product = await startProduct(project.folder, { data, flags: { writable_folders: folder } });
});
afterAll(async () => {
  await product.close();
  project.remove();
  rmSync(folder, { recursive: true });
});

const ready = async () => {
  const reply = await fetch(`${product.url}/readyz`);
  return { status: reply.status, text: await reply.text() };
};
const becomes = (status: number) => expect.poll(async () => (await ready()).status, { timeout: 40_000 }).toBe(status);

it('is not ready then and says why, takes no runs, answers, and goes on when the folder is back', async () => {
  await becomes(200);
  const gate = join(folder, 'gate');
  const going = run(product.url, 'waits', { gate });
  await expect.poll(() => existsSync(`${gate}.began`), { timeout: 40_000 }).toBe(true);
  renameSync(data, aside);
  await becomes(503);
  expect((await ready()).text).toContain('The server’s data folder is not in its place');
  expect((await ready()).text).not.toContain(folder);
  await expect(run(product.url, 'plain')).rejects.toThrow(/503 .*data folder is not in its place/);
  for (const path of ['/healthz', '/', '/runs', '/api/v1/runs'])
    expect((await fetch(product.url + path)).status).toBe(200);
  expect(await read(`${product.url}/s/plain`)).toContain('data folder is not in its place');
  writeFileSync(gate, '');
  const ended = await going;
  expect(['succeeded', 'failed', 'lost', 'kernel-died']).toContain(ended.status);

  renameSync(aside, data);
  await becomes(200);
  expect((await run(product.url, 'plain')).status).toBe('succeeded');
  const { items } = JSON.parse(await read(`${product.url}/api/v1/runs`)) as { items: ApiRun[] };
  expect(items.map(({ status }) => status)).toEqual(['succeeded', ended.status]);
});

it.each(['data', 'data/runs.db'])('is not ready where %s was replaced', async (name) => {
  const path = join(folder, name);
  renameSync(path, aside);
  if (name === 'data') mkdirSync(path);
  else writeFileSync(path, '');
  await becomes(503);
  rmSync(path, { recursive: true });
  renameSync(aside, path);
  await becomes(200);
});
