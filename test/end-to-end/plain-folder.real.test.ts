/**
 * A typical folder, with notebooks, data and modules side by side and nothing prepared, is served twice.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { read, run } from './client.ts';
import { startProduct, type Product } from './product.ts';
import { makeProject, notebook } from './project.ts';

const project = makeProject({
  'Préparation 1.ipynb': notebook(
    '# Prices\n\nWhat things cost.',
    '# parameters\nrate: float = 0.19',
    'import pandas as pd\nfrom rules import gross\ntable = pd.read_csv("data.csv")\ntable["gross"] = gross(table["net"], rate)\nprint(table["gross"].tolist())',
    'open("left-behind.txt", "w").write("x")',
  ),
  'data.csv': 'item,net\ntent,100\nboot,50\n',
  'rules.py': 'def gross(net, rate):\n    return net * (1 + rate)\n',
});
const data = mkdtempSync(join(tmpdir(), 'product-data-'));
let product: Product;

beforeAll(async () => {
  product = await startProduct(project.folder, { data });
});
afterAll(async () => {
  await product.close();
  rmSync(data, { recursive: true, force: true });
  project.remove();
});

test('reads its data, imports its module, and its reports outlive the server', async () => {
  const made = await run(product.url, 'Préparation 1', { rate: '0,5' });
  expect(made).toMatchObject({ status: 'succeeded' });
  const report = await read(`${product.url}/runs/${made.id}/report`);
  expect(report).toContain('[150.0, 75.0]');

  await product.close();
  product = await startProduct(project.folder, { data });
  expect(await read(`${product.url}/runs/${made.id}/report`)).toBe(report);
  expect(JSON.parse(await read(`${product.url}/api/v1/runs/${made.id}`))).toEqual({ ...made, links: made.links });
  expect((await run(product.url, 'Préparation 1')).status).toBe('succeeded');
});
