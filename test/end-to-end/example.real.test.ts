/** Every example does what it says, through the API. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { choicesOf, events, read, run, type ApiRun } from './client.ts';
import { stable } from './golden.ts';
import { EXAMPLES, startProduct, type Product } from './product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct(EXAMPLES);
});
afterAll(async () => product.close());

const SCRIPTS = [
  'customers/customer-lookup',
  'explore/all-controls',
  'explore/wealth-and-health',
  'finance/loan-plan',
  'planning/demand-forecast',
  'sales/monthly-sales',
  'sales/store-visit',
  'warehouse/stock-count',
  'warehouse/stock-report',
];

async function artifact(made: ApiRun, name: string): Promise<string> {
  const found = made.artifacts.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name} among ${made.artifacts.map((each) => each.name).join(', ')}`);
  return read(new URL(found.url, product.url).href);
}

test('the catalogue lists all of them, ready to run, by folder', async () => {
  const { items } = JSON.parse(await read(`${product.url}/api/v1/scripts`)) as {
    items: { name: string; state: string; title: string; description: string; folder: string }[];
  };
  expect(items.map(({ name }) => name)).toEqual(SCRIPTS);
  for (const item of items) {
    expect(item).toMatchObject({ state: 'ready', folder: item.name.split('/')[0] });
    expect(item.title.length * item.description.length).toBeGreaterThan(0);
  }
});

describe.concurrent('runs', () => {
  test('monthly sales: relative dates, CSV, a workbook', async () => {
    const made = await run(product.url, 'sales/monthly-sales', {
      region: 'North',
      since: 'month-start-3m',
      until: 'yesterday',
    });
    expect(made).toMatchObject({ status: 'succeeded', outcome: { type: 'succeeded' } });
    expect(made.artifacts.map(({ name, mime }) => [name, mime])).toEqual([
      ['monthly-sales.csv', expect.stringContaining('text/csv')],
      ['monthly-sales.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ]);
    const rows = (await artifact(made, 'monthly-sales.csv'))
      .replace('\uFEFF', '')
      .trimEnd()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(rows[0]?.slice(0, 5)).toEqual(['month', 'orders', 'units', 'revenue', 'average']);
    const total = rows.slice(1).reduce((sum, row) => sum + Number(row[3]), 0);
    expect(made.results.find(({ name }) => name === 'revenue')?.value).toBeCloseTo(total, 0);
  });

  test('monthly sales: dates the wrong way round fail with a sentence', async () => {
    const made = await run(product.url, 'sales/monthly-sales', { since: '2026-02-01', until: '2026-01-01' });
    expect(made).toMatchObject({
      status: 'failed',
      outcome: {
        exception: {
          name: 'ValueError',
          value: 'The first day, 1 February 2026, is after the last, 1 January 2026. Choose an earlier day under From.',
        },
      },
    });
  });

  test('all controls: a value for each', async () => {
    const made = await run(product.url, 'explore/all-controls', { departure: '2026-03-29 09:30 Europe/Berlin' });
    expect(made).toMatchObject({ status: 'succeeded', results: [{ name: 'inputs', value: 22 }] });
  });

  test('store visit: stores from a file, products from a function, dates while they are needed', async () => {
    const { choices } = await choicesOf(product.url, 'sales/store-visit', 'product', {
      region: 'South',
      group: 'Tents',
    });
    expect(choices.map(({ label }) => label)).toEqual([
      'Shelter tarp (200 sold)',
      'Ridge 4 tent (120 sold)',
      'Ridge 2 tent (114 sold)',
    ]);
    const values = { region: 'South', store: 'S2', group: 'Tents', product: choices[0]?.value };
    const made = await run(product.url, 'sales/store-visit', { ...values, period: 'own', until: '2025-01-31' });
    expect(made).toMatchObject({ status: 'succeeded', results: [{ name: 'revenue', value: expect.any(Number) }] });
  });

  test('customer look-up: reads the database through link', async () => {
    const made = await run(product.url, 'customers/customer-lookup', { customer: '1001' });
    expect(made).toMatchObject({
      status: 'succeeded',
      results: [
        { name: 'customer', value: 1001 },
        { name: 'owed', value: 0 },
      ],
    });
    expect(await artifact(made, 'customer-1001.csv')).toContain('50002,2025-11-30,Trekker 48,10,1971.0,Delivered');
  });

  test.each(['nobody of this name', "'; drop table customer; --"])(
    'customer look-up: %j ends well with a message',
    async (customer) => {
      const made = await run(product.url, 'customers/customer-lookup', { customer });
      expect(made).toMatchObject({
        status: 'succeeded',
        outcome: { type: 'succeeded', message: expect.stringContaining(`No customer fits “${customer}”`) },
      });
      expect(made.cells.done).toBeLessThan(made.cells.total);
    },
  );

  test('stock count: compares the file that was uploaded, and without one its sample', async () => {
    const form = new FormData();
    form.set('script', 'warehouse/stock-count');
    form.set('counted', new File(['sku,counted\nT00-GRE-H,36\nT00-GRE-L,10\n'], 'mine.csv'));
    form.set('tolerance', '2');
    const answer = await fetch(`${product.url}/api/v1/runs`, {
      method: 'POST',
      headers: { prefer: 'wait=300' },
      body: form,
    });
    const made = (await answer.json()) as ApiRun;
    expect(made).toMatchObject({
      status: 'succeeded',
      results: [
        { name: 'counted', value: 2 },
        { name: 'different', value: 1 },
      ],
    });
    expect(await artifact(made, 'differences.csv')).toContain('T00-GRE-L,"Ridge 2 tent, green",Lyon,17,10,-7');
    expect(await run(product.url, 'warehouse/stock-count')).toMatchObject({
      status: 'succeeded',
      results: [
        { name: 'counted', value: 4 },
        { name: 'different', value: 2 },
      ],
    });
  });

  test('demand forecast: says how far it is and what to order', async () => {
    const made = await run(product.url, 'planning/demand-forecast', {
      product: 'Rain shell',
      weeks: 8,
      search: 'quick',
    });
    expect(made.status).toBe('succeeded');
    const progress = (await events(product.url, made.id))
      .filter(({ type }) => type === 'progress')
      .map(({ fraction }) => fraction as number);
    expect(progress.length).toBeGreaterThan(1);
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect((await artifact(made, 'forecast-rain-shell.csv')).trimEnd().split('\r\n')).toHaveLength(9);
  });

  test('wealth and health: draws with plotly, or says what is missing', async () => {
    const made = await run(product.url, 'explore/wealth-and-health', { country: 'norway' });
    expect(made.status).toBe('succeeded');
    const drawn = JSON.stringify(await events(product.url, made.id)).includes('application/vnd.plotly.v1+json');
    if (!drawn) expect(made.outcome?.message).toContain('plotly');
    else expect(await artifact(made, 'countries-2007.csv')).toContain('Norway');
  });
});

describe.concurrent('event logs are as they were', () => {
  test.for([
    ['finance/loan-plan', { amount: 100000, rate: 3, years: 10, extra: 0 }],
    ['customers/customer-lookup', { customer: 'Ingrid Hansen', years: 2 }],
    ['warehouse/stock-report', { warehouse: 'Lyon', days: 14 }],
  ] as const)('%s', async ([script, parameters], { expect }) => {
    const made = await run(product.url, script, parameters);
    expect(made.status).toBe('succeeded');
    await expect(stable(await events(product.url, made.id))).toMatchFileSnapshot(
      `golden/${script.replace('/', '-')}.jsonl`,
    );
  });
});
