/**
 * Reports that begin with the stored output of their script's first cells, compared with full reports of the same
 * cells.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openArtifact } from '../../src/app/artifact-read.ts';
import { submitRun } from '../../src/app/run/run-submit.ts';
import { VIEWER } from '../../src/domain/access/access.ts';

import { createConnectionSource } from '../../src/connection/connection-source.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { connectScript } from '../../src/worker/script-connection.ts';
import { createBench, type Bench } from '../kernel/fixture.ts';
import { testPython } from '../python.ts';
import { personActor } from './test-actor.ts';
import { createTestApp, type TestApp } from './test-app.ts';
import type { CellText } from './notebook-bytes.ts';

const PARAMETERS: CellText = { source: 'region = "EU"', tags: ['parameters'] };

async function createSnapshotApp(cells: readonly (string | CellText)[]): Promise<TestApp & { readonly bench: Bench }> {
  const later: { ctx?: TestApp['ctx'] } = {};
  const bench = await createBench({
    poolSize: 1,
    connect: (script, folder) => connectScript(later.ctx ?? {}, script, folder),
  });
  const testApp = await createTestApp(
    cells,
    {},
    { metadata: { script_runner: { snapshot: { ttl: '1h' } } }, kernels: bench.supplier, directory: bench.scripts },
  );
  later.ctx = testApp.ctx;
  return { ...testApp, bench };
}

/** The full run that finds no snapshot, and the one after it, in a kernel that was waiting for it. */
async function both({ run, bench }: TestApp & { readonly bench: Bench }) {
  const full = await run({ region: 'US' });
  await vi.waitFor(() => expect(bench.supplier.snapshot?.('sales')).toMatchObject({ type: 'ready' }), {
    timeout: 50_000,
    interval: 20,
  });
  await vi.waitFor(async () => expect((await bench.supplier.status?.())?.waiting).toBeGreaterThan(0), {
    timeout: 50_000,
    interval: 20,
  });
  return { full, short: await run({ region: 'US' }) };
}

/** What readers see of the cells, without times. */
const shown = (events: readonly RunEvent[]) =>
  events.flatMap((event): unknown[] => {
    if (event.type === 'cell-started') return [`cell ${event.cell}`];
    if (event.type === 'cell-finished') return [`${event.status} ${event.executionCount}`];
    // those of a snapshot have keys of their own
    if (event.type === 'output-added') return [{ ...event, output: { ...event.output, tableKey: undefined } }];
    return event.type === 'stream-appended' ? [event.text] : event.type === 'result-published' ? [event] : [];
  });

it('keeps the tables that a snapshot has shown, as they were shown', async () => {
  const testApp = await createSnapshotApp([
    'import pandas\nlong = pandas.DataFrame({"n": range(1000)})\nlong',
    'display(long.head(3))\nlong.drop(index=range(900), inplace=True)',
    PARAMETERS,
    'long.tail(70)',
  ]);
  const { full, short } = await both(testApp);
  const told = ({ events }: { readonly events: readonly RunEvent[] }) =>
    events.flatMap((event) =>
      event.type === 'table-kept' ? [event.problem ?? [event.table?.name, event.table?.rows]] : [],
    );
  const all = [
    ['long', 1000],
    ['table-2', 3],
    ['table-3', 70],
  ];
  expect(told(full)).toEqual(all);
  expect(told(short)).toEqual(all);
  const keys = short.events.flatMap((event) =>
    event.type === 'output-added' && event.output.type === 'display' ? [event.output.tableKey] : [],
  );
  expect(keys).toEqual(['s1', 's2', 't3']);
});

it('shows the same as a full run, with its downloads, results and random numbers', async () => {
  const testApp = await createSnapshotApp([
    'import random, pandas, numpy, script_runner\nrandom.seed(7); numpy.random.seed(7)\nprint("loading", random.random())',
    'table = pandas.DataFrame({"region": ["EU", "US"], "units": [1, 2]})\nscript_runner.result("rows", len(table))\ntable',
    PARAMETERS,
    'print(region, random.random(), numpy.random.rand())',
    'script_runner.download(table[table.region == region], "orders.csv")',
  ]);
  const { full, short } = await both(testApp);
  expect(shown(short.events)).toEqual(shown(full.events));
  expect(
    short.events.flatMap((event) => (event.type === 'cell-started' && event.fromSnapshot === true ? [event.cell] : [])),
  ).toEqual([0, 1]);
  expect(full.events.some((event) => event.type === 'cell-started' && event.fromSnapshot === true)).toBe(false);
  expect(short.run).toMatchObject({
    status: 'succeeded',
    results: [{ name: 'rows', value: 2 }],
    dataAtMs: expect.any(Number),
    artifacts: [{ name: 'orders.csv' }],
  });
  const { stream } = await openArtifact(testApp.ctx, VIEWER, { id: short.run.id, name: 'orders.csv' });
  expect(String(Buffer.concat(await Array.fromAsync(stream)))).toMatch(/^(\uFEFF)?region,units\r?\nUS,2\r?\n$/);
  const log = (await testApp.log(short.run)).map(({ event }) => event);
  expect(log.find(({ type }) => type === 'kernel-ready')).toMatchObject({
    supply: 'snapshot',
    snapshot: { takenAtMs: short.run.dataAtMs, timezone: 'UTC' },
  });
});

it('says in its log why it is a full one', async () => {
  const { run, bench, log } = await createSnapshotApp(['kept = open("/etc/hostname")', PARAMETERS, 'print(region)']);
  await run();
  await vi.waitFor(() => expect(bench.supplier.snapshot?.('sales')).toMatchObject({ type: 'refused' }), {
    timeout: 50_000,
    interval: 20,
  });
  const full = await run();
  expect(full.run).toMatchObject({ status: 'succeeded', withoutSnapshot: 'Cell 1: It leaves open hostname.' });
  expect((await log(full.run)).map(({ event }) => event).find(({ type }) => type === 'kernel-ready')).toMatchObject({
    withoutSnapshot: { cell: 0, reason: 'It leaves open hostname.' },
  });
});

it('shows no password where its cells fail with one', async () => {
  const password = 'S3cret "w@rd" <é>/1';
  const { run, log, ctx, bench } = await createSnapshotApp([
    'import json, os\nraise ValueError("cannot reach " + json.load(open(os.environ["LNK_DIR"] + "/link.config"))["dbs"]["vault"]["password"])',
    PARAMETERS,
    'print(region)',
  ]);
  const folder = join(bench.scripts, '../.link');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'link.config'),
    JSON.stringify({
      dbs: { vault: { wrapper: 'PostgresDB', host: 'db.example', user: 'ana', password, database: 'sales' } },
    }),
    { mode: 0o600 },
  );
  Object.assign(ctx, {
    connections: createConnectionSource({ folder, scripts: bench.scripts, environment: {}, allows: () => true }),
  });
  await run();
  const problem = { cell: 0, reason: 'It fails: ValueError: cannot reach •••' };
  await vi.waitFor(() => expect(bench.supplier.snapshot?.('sales')).toMatchObject({ type: 'refused', problem }), {
    timeout: 50_000,
    interval: 20,
  });
  const full = await run();
  expect(full.run).toMatchObject({ status: 'failed', withoutSnapshot: `Cell 1: ${problem.reason}.` });
  expect(JSON.stringify(await log(full.run))).not.toContain('S3cret');
});

it('has the connections of its script and no other in the first cells, and hides their passwords', async () => {
  const password = 'S3cret "w@rd" <é>/1';
  const testApp = await createSnapshotApp([
    [
      'import json, os, link',
      'database = link.lnk.dbs.shop',
      'rows = database.select("select a from t").data',
      'database.close(); del database',
      'config = json.load(open(os.environ["LNK_DIR"] + "/link.config"))["dbs"]',
      'print(sorted(config), config["vault"]["password"], rows)',
    ].join('\n'),
    PARAMETERS,
    'print(region, rows, sorted(config))',
  ]);
  const { scripts } = testApp.bench;
  const folder = join(scripts, '../.link');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'link.config'),
    JSON.stringify({
      dbs: {
        shop: { wrapper: 'SqliteDB', path: 'shop.db' },
        vault: { wrapper: 'PostgresDB', host: 'db.example', user: 'ana', password, database: 'sales' },
        other: {
          wrapper: 'PostgresDB',
          host: 'db.example',
          user: 'eve',
          password: 'another-password-9',
          database: 'hr',
        },
      },
    }),
    { mode: 0o600 },
  );
  execFileSync(
    testPython(),
    [
      '-c',
      'import sqlite3; c = sqlite3.connect("shop.db"); c.execute("create table t(a)"); c.execute("insert into t values (1)"); c.commit()',
    ],
    { cwd: scripts },
  );
  Object.assign(testApp.ctx, {
    connections: createConnectionSource({
      folder,
      scripts,
      environment: {},
      allows: (_script, name) => name !== 'dbs.other',
    }),
  });
  const { full, short } = await both(testApp);
  expect(shown(short.events)).toEqual(shown(full.events));
  expect(short.run.dataAtMs).toBeDefined();
  const text = JSON.stringify(await testApp.log(short.run));
  expect(text).toContain("['shop', 'vault'] ••• [(1,)]");
  for (const secret of [password, 'S3cret', 'another-password-9']) expect(text).not.toContain(secret);
});

it('knows nobody in the first cells, and in the others the person for whom each run is made', async () => {
  const testApp = await createSnapshotApp([
    [
      'import os, subprocess, script_runner',
      'own = open("/proc/self/environ").read() + str(os.environb) + subprocess.getoutput("env") + repr(dict(os.environ))',
      'who = script_runner.user',
    ].join('\n'),
    PARAMETERS,
    'print(region, "ana" in own or "ben" in own or "finance" in own, who.name, who.email, who.groups)',
  ]);
  const { ctx, log } = testApp;
  await both(testApp);
  const ana = personActor('ana', { email: 'ana@example.org', groups: ['finance'] });
  const said = await Promise.all(
    [ana, personActor('ben'), VIEWER].map(async (actor) => {
      const { run } = await submitRun(ctx, actor, { script: 'sales', values: {}, trigger: 'form' });
      const events = (await log(run)).map(({ event }) => event);
      const text = events.flatMap((event) => (event.type === 'stream-appended' ? [event.text] : [])).join('');
      return [events.find(({ type }) => type === 'kernel-ready'), text];
    }),
  );
  expect(said).toMatchObject([
    [{ supply: 'snapshot' }, "EU False ana ana@example.org ('finance',)\n"],
    [{ supply: 'snapshot' }, 'EU False ben None ()\n'],
    [{ supply: 'snapshot' }, 'EU False None None ()\n'],
  ]);
});
