import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { RunTable, TableFormat } from '../../src/domain/run/table.ts';
import { convertTable } from '../../src/table/table-convert.ts';
import { createTestApp, type TestApp, type TestAppOptions } from '../app/test-app.ts';
import type { CellText } from '../app/notebook-bytes.ts';
import { createBench } from '../kernel/fixture.ts';
import { languageKernel, languageProgram } from '../kernel/language-kernel.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);
const PASSWORD = 'correct-horse-7';

async function runTables(
  cells: readonly (string | CellText)[],
  options: TestAppOptions = {},
  values = {},
  dataDirectory?: string,
) {
  const { supplier, scripts } = await createBench(
    dataDirectory === undefined ? {} : { dataDirectories: [dataDirectory] },
  );
  const testApp = await createTestApp(cells, {}, { ...options, kernels: supplier, directory: scripts });
  const { run, events } = await testApp.run(values);
  const kept = events.flatMap((event) => (event.type === 'table-kept' ? [event] : []));
  const tables = kept.flatMap(({ table }) => (table === undefined ? [] : [table]));
  return { testApp, run, events, tables, problems: kept.flatMap(({ problem }) => problem ?? []) };
}

async function textOf({ ctx }: TestApp, table: RunTable | undefined, format: TableFormat): Promise<string> {
  const blob = await ctx.blobs.open(table?.hash ?? '');
  const chunks = await Array.fromAsync(convertTable(blob!.stream, format, table!.name));
  return String(Buffer.concat(chunks));
}

it('keeps the tables that cells show in full, with the names of their variables, and not what is printed', async () => {
  const { testApp, tables, events, problems } = await runTables([program('shown-tables')]);
  expect(problems).toEqual([]);
  expect(tables.map(({ name, rows, total }) => [name, rows, total.rows])).toEqual([
    ['sales', 1000, 1000],
    ['Best _sales_ of_ the year', 1000, 1000],
    ['amount', 1000, 1000],
    ['table-4', 5, 5],
    ['sales (2)', 1000, 1000],
  ]);
  expect(await textOf(testApp, tables[0], 'csv')).toMatch(/^\ufeffregion,amount\r\nüber 0,0\r\nüber 1,1\r\n/);
  const shown = events.flatMap((event) =>
    event.type === 'output-added' && event.output.type === 'display' ? [event.output] : [],
  );
  expect(shown.map(({ tableKey }) => tableKey)).toEqual(['t1', 't2', 't3', 't4', undefined, 't5']);
  expect(JSON.stringify(shown)).not.toContain('script-runner-table');
}, 60_000);

it('masks a secret in cells, names of columns and numbers, in every format', async () => {
  const { testApp, tables, events } = await runTables(
    [{ source: 'key = ""\npin = ""', tags: ['parameters'] }, program('secret-table')],
    {
      metadata: {
        script_runner: {
          parameters: {
            properties: { key: { type: 'string', format: 'password' }, pin: { type: 'string', format: 'password' } },
          },
        },
      },
    },
    { key: PASSWORD, pin: '48151623420' },
  );
  expect(tables[0]).toMatchObject({ rows: 3, columns: [{ name: 'a' }, { name: '•••' }, { name: 'number' }] });
  expect(JSON.stringify(events)).not.toMatch(/correct-horse|48151623420/);
  for (const format of ['csv', 'json', 'parquet'] as const) {
    const text = await textOf(testApp, tables[0], format);
    expect(text).not.toMatch(/correct-horse|48151623420/);
  }
  expect(await textOf(testApp, tables[0], 'csv')).toBe(
    '\ufeffa,•••,number\r\nx ••• y,1,1\r\n"•••\nz",2,•••\r\n,3,3\r\n',
  );
}, 60_000);

it('says which part of a table is kept, and why one is not', async () => {
  const { tables, problems } = await runTables([program('large-tables')], {
    limits: { tables: { isOn: true, rows: 1000, bytes: 300_000, ms: 10_000 } },
  });
  expect(tables).toMatchObject([
    { name: 'long', rows: 1000, total: { rows: 5000, columns: 1 }, cut: ['rows'] },
    { name: 'wide', rows: 2, total: { rows: 2, columns: 100_000 }, cut: ['columns'] },
    { name: 'heavy', cut: ['bytes'] },
    { name: 'cell', rows: 1, cut: ['cells'] },
  ]);
  expect(tables[1]?.columns).toHaveLength(1000);
  expect(tables[2]?.rows).toBeLessThan(100);
  expect(problems).toEqual(['its rows are too large']);
}, 60_000);

it('keeps none where the author or the operator wants none', async () => {
  const cell = 'import pandas\npandas.DataFrame({"a": [1]})';
  const byAuthor = await runTables([cell], { metadata: { script_runner: { tables: false } } });
  const byOperator = await runTables([cell], {
    limits: { tables: { isOn: false, rows: 1000, bytes: 1e6, ms: 1000 } },
  });
  expect([byAuthor, byOperator].map(({ run, tables }) => [run.status, tables.length])).toEqual([
    ['succeeded', 0],
    ['succeeded', 0],
  ]);
}, 60_000);

it('takes no file from outside of the folder, whatever a notebook announces', async () => {
  const { run, tables, problems } = await runTables([program('forged-table')]);
  expect(run.status).toBe('succeeded');
  expect(tables.map(({ name }) => name)).toEqual(['etc-passwd', 'table-2']);
  expect(problems).toEqual(['it is a link', 'it could not be read', 'it cannot be read']);
}, 60_000);

it.skipIf(languageProgram('R') === undefined)(
  'keeps the data frames of R in full (needs IRkernel)',
  async () => {
    const { dataDirectory } = await languageKernel('R');
    const { testApp, run, tables, problems } = await runTables(
      [readFileSync(join(import.meta.dirname, 'program/shown-frames.r'), 'utf8'), 'data.frame(x = 1:5000 / 7)'],
      { metadata: { kernelspec: { name: 'ir', language: 'R', display_name: 'R' } } },
      {},
      dataDirectory,
    );
    expect(run.outcome).toMatchObject({ type: 'succeeded' });
    expect(problems).toEqual([]);
    expect(tables.map(({ name, rows, index }) => [name, rows, index])).toEqual([
      ['orders', 3, 0],
      ['table-2', 2, 0],
      ['table-3', 2, 1],
      ['table-4', 5000, 0],
    ]);
    expect((await textOf(testApp, tables[0], 'csv')).split('\r\n').slice(1)).toEqual([
      '1,1.5,Köln,b,True,2024-02-29,2024-05-01 10:00:00+02:00,0 days 01:30:00,1',
      ',,,a,,,,,',
      '3,inf,"\'=1+1\n",,False,1969-12-31,2024-01-01 00:00:00+01:00,0 days 00:01:30,"[""a"",""b""]"',
      '',
    ]);
    expect(await textOf(testApp, tables[3], 'csv')).toContain(`\r\n${String(1 / 7)}\r\n`);
  },
  60_000,
);

it.skipIf(languageProgram('R') === undefined)(
  'masks secrets in data frames of R (needs IRkernel)',
  async () => {
    const { dataDirectory } = await languageKernel('R');
    const cell =
      'pin <- Sys.getenv("SCRIPT_RUNNER_PARAM_pin")\ndata.frame(pin = c(pin, "x"), n = c(as.numeric(pin), 1.5))';
    const properties = { pin: { type: 'string', format: 'password' } };
    const { testApp, tables } = await runTables(
      [{ source: 'pin <- ""', tags: ['parameters'] }, cell],
      {
        metadata: {
          kernelspec: { name: 'ir', language: 'R', display_name: 'R' },
          script_runner: { parameters: { properties } },
        },
      },
      { pin: '48151623420' },
      dataDirectory,
    );
    expect(await textOf(testApp, tables[0], 'csv')).toBe('\ufeffpin,n\r\n•••,•••\r\nx,1.5\r\n');
  },
  60_000,
);
