/** An unchanged project of the original Script Runner. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { scriptRunner } from '../cli/command.ts';
import { read, run } from './client.ts';
import { startProduct, type Product } from './product.ts';
import { makeProject } from './project.ts';

const python2 = {
  kernelspec: { name: 'python2', display_name: 'Python 2', language: 'python' },
  language_info: { name: 'python', version: '2.7.11' },
};
const code = (source: string) => ({ cell_type: 'code', metadata: {}, source, outputs: [], execution_count: null });
const version4 = (...sources: string[]) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 0,
    metadata: python2,
    cells: [
      {
        cell_type: 'markdown',
        metadata: {},
        source:
          'title|Orders of a customer\ndescription|From the shop\nteam|Sales\nwiki|http://wiki/orders\ncategory|shop\ncustomer|string|Customer|Ada\nleast|number|At least|5\ndownload|orders',
      },
      ...sources.map(code),
    ],
  });
const version3 = (...inputs: string[]) =>
  JSON.stringify({
    nbformat: 3,
    nbformat_minor: 0,
    metadata: { name: '' },
    worksheets: [
      {
        metadata: {},
        cells: [
          {
            cell_type: 'raw',
            metadata: {},
            source: 'title|Sum\ndescription|Adds up\nteam|Sales\na|number|First|1\nb|number|Second|2',
          },
          ...inputs.map((input) => ({
            cell_type: 'code',
            collapsed: false,
            metadata: {},
            language: 'python',
            input,
            outputs: [],
            prompt_number: 1,
          })),
        ],
      },
    ],
  });

const project = makeProject({
  'scripts/sum.ipynb': version3('print("sum: %s" % (a + b))'),
  'scripts/orders.ipynb': version4(
    'from link import lnk\ndb = lnk.dbs.shop',
    'orders = db.select_dataframe("select * from orders where customer = \'%s\' and total >= %s" % (customer, least))\nprint(len(orders))',
  ),
  'scripts/old/report.ipynb': version4(
    'import urllib2\nprint "orders"',
    'from link import lnk\ntry:\n    frame = lnk.dbs.shop.select("select 1").as_dataframe()\nexcept Exception, e:\n    print e',
  ),
  'templates/base.html':
    '<html>\n<body>{% block body %}{% end %}{% raw open("/tmp/tornado-was-run", "w") %}</body></html>',
  'public/static/css/site.css': 'body { color: navy }',
  '.link/link.config': JSON.stringify({ dbs: { shop: { wrapper: 'SqliteDB', path: 'data/shop.sqlite' } } }),
});
let product: Product;

beforeAll(async () => {
  mkdirSync(join(project.folder, 'data'));
  const database = new Database(join(project.folder, 'data/shop.sqlite'));
  database.exec(
    "create table orders (customer text, total real); insert into orders values ('Ada', 3), ('Ada', 7), ('Bob', 9), ('Ada', 8)",
  );
  database.close();
  product = await startProduct(project.folder);
});
afterAll(async () => {
  await product.close();
  project.remove();
});

test('serves its notebooks with their rows, database, downloads and static files', async () => {
  expect(await run(product.url, 'sum', { a: '4', b: '5' })).toMatchObject({ status: 'succeeded', title: 'Sum' });
  const made = await run(product.url, 'orders');
  expect(made).toMatchObject({
    status: 'succeeded',
    parameters: { customer: 'Ada', least: 5 },
    artifacts: [{ name: 'orders.csv' }],
  });
  expect(await read(`${product.url}/runs/${made.id}/report`)).toContain('2\n');
  expect(await read(`${product.url}/api/v1/runs/${made.id}/artifacts/orders.csv`)).toBe(
    'customer,total\r\nAda,7.0\r\nAda,8.0\r\n',
  );
  expect(await read(`${product.url}/static/css/site.css`)).toBe('body { color: navy }');
  expect(await read(`${product.url}/scripts/sum`)).toContain('Sum');
});

test('names what must change, file by file', async () => {
  const { code: exit, stdout } = await scriptRunner(['check', project.folder, '--json']);
  const found = JSON.parse(stdout) as {
    file: string;
    state: string;
    findings?: { where: string; what: string; remedy: string }[];
    problem?: object;
  }[];
  const of = (file: string) => found.find((one) => one.file === file);
  expect([exit, of('sum.ipynb')?.findings, of('orders.ipynb')?.findings]).toEqual([0, [], []]);
  expect(of('old/report.ipynb')?.findings?.map(({ where, what }) => `${where}: ${what}`)).toEqual([
    'step 1, line 1: The module urllib2 is Python 2.',
    'step 1, line 2: print without brackets is Python 2.',
    'step 2, line 2: except with a comma is Python 2.',
    'step 2, line 3: as_dataframe() no longer exists in link.',
    'step 2, line 5: print without brackets is Python 2.',
  ]);
  expect(of('templates/base.html')).toMatchObject({
    state: 'unused',
    problem: { what: expect.stringContaining('Tornado'), where: 'line 2' },
  });
  const text = (await scriptRunner(['check', project.folder])).stdout;
  expect(text).toMatch(/warning {3}old\/report\.ipynb/);
  expect(text).toContain('step 1, line 2: print without brackets is Python 2. Write print(…). [old-code]');
  expect(text).toContain('unused    templates/base.html');
  expect(await read(`${product.url}/s/old/report`)).not.toContain('needs attention');
});
