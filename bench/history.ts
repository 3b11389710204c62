/** The history of a million runs: how long a page of it takes on each engine. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { query } from '../test/connection/postgres.ts';
import { partOf, type Cluster } from './cluster.ts';
import { digits, type Finding } from './finding.ts';
import { clickRun } from './follow.ts';
import { summary, timed } from './measure.ts';
import { startServer, waitUntilReady } from './server.ts';

export const RUNS = 1_000_000;
export const SCRIPTS = 40;
const SCRIPT = `'folder/script-' || (n % ${SCRIPTS})`;
const USERS = 500;
/** A run every ten seconds, the last one now: four months. */
const EVERY_MS = 10_000;
const LOOKS = 100;
const AIM_MS = 50;

/**
 * Columns of the run number `n`, all others are as in an executed run; `script`: the expression for its script. Reports
 * of the older half are deleted.
 */
function columnsOf(nowMs: number, digitsOf: string, script: string): Readonly<Record<string, string>> {
  const created = `${nowMs - RUNS * EVERY_MS} + n * ${EVERY_MS}`;
  return {
    id: digitsOf,
    script,
    status: `case when n % 10 = 0 then 'cancelled' else 'succeeded' end`,
    outcome: `case when n % 10 = 0 then '{"type":"cancelled","by":"ana"}' else outcome end`,
    submitted_by: `'user-' || (n % ${USERS})`,
    idempotency_key: 'null',
    created_at_ms: created,
    started_at_ms: `${created} + 100`,
    ended_at_ms: `${created} + 2100`,
    deleted_at_ms: `case when n <= ${RUNS / 2} then ${created} + 90000000 end`,
  };
}

export async function measureHistory(cluster: Cluster, embeddedData: string): Promise<Finding[]> {
  const { project } = cluster;
  const embedded = { ...partOf(cluster, 1), data: embeddedData, environment: {} };
  return [
    ...(await onEngine(
      'PostgreSQL',
      () => startServer(project, partOf(cluster, 1)),
      () => fillShared(cluster.database),
    )),
    ...(await onEngine(
      'SQLite',
      () => startServer(project, embedded),
      () => fillEmbedded(embeddedData),
    )),
  ];
}

type Start = () => ReturnType<typeof startServer>;

/** `fill` is called while no server runs, after one has made the tables and executed a run. */
async function onEngine(engine: string, start: Start, fill: () => unknown): Promise<Finding[]> {
  const first = await start();
  try {
    await waitUntilReady(first.url);
    await clickRun(first.url, 'trivial');
  } finally {
    await first.close();
  }
  await fill();
  const server = await start();
  try {
    await waitUntilReady(server.url);
    const findings: Finding[] = [];
    for (const [what, path] of Object.entries(pages(await readCursors(server.url))))
      findings.push(await look(`${engine}, ${what}`, server.url, path));
    return findings;
  } finally {
    await server.close();
  }
}

function dayBefore(index: number): string {
  return new Date(Date.now() - (index + 1) * 86_400_000).toISOString().slice(0, 10);
}

/** Where pages of the history begin, one for each look, from the newest back to the oldest: only the server can say. */
export async function readCursors(url: string): Promise<readonly string[]> {
  const all: string[] = [];
  for (let index = 0; index < LOOKS; index++) {
    const reply = await fetch(`${url}/runs?until=${dayBefore(index)}`, { headers: { accept: 'text/html' } });
    const [, cursor] = /[?;&]cursor=([\w-]+)/.exec(await reply.text()) ?? [];
    if (cursor === undefined) throw new Error(`The history before ${dayBefore(index)} has no second page.`);
    all.push(cursor);
  }
  return all;
}

function pages(cursors: readonly string[]): Readonly<Record<string, (index: number) => string>> {
  const cursor = (index: number) => cursors[index] ?? '';
  return {
    'a page of the history, anywhere': (index) => `/runs?cursor=${cursor(index)}`,
    'the same of one script': (index) => `/runs?script=folder/script-${index % SCRIPTS}&cursor=${cursor(index)}`,
    'the same of one user': (index) => `/runs?by=user-${index % USERS}`,
    'those before a day': (index) => `/runs?until=${dayBefore(index)}`,
    'cancelled ones of one user': (index) => `/runs?by=user-${(index * 10) % USERS}&status=cancelled`,
    'of somebody who has run nothing': (index) => `/runs?by=nobody-${index}`,
    'the API’s list, without deleted ones': (index) => `/api/v1/runs?limit=50&cursor=${cursor(index)}`,
    'the catalogue': () => '/',
  };
}

/** How long a page takes, at a hundred addresses one after the other. */
export async function look(
  what: string,
  url: string,
  path: (index: number) => string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Finding> {
  const all: number[] = [];
  for (let index = 0; index < LOOKS; index++)
    all.push(
      await timed(async () => {
        const reply = await fetch(url + path(index), {
          headers: { accept: 'text/html, application/json', ...headers },
        });
        if (!reply.ok) throw new Error(`${path(index)}: ${reply.status}`);
        await reply.text();
      }),
    );
  const { medianMs, p99Ms } = summary(all);
  return {
    what: `${what}, of ${RUNS} runs`,
    ours: `${digits(medianMs)} ms, 99 %: ${digits(p99Ms)} ms`,
    aim: `99 % ≤ ${AIM_MS} ms`,
    met: p99Ms <= AIM_MS,
  };
}

/** `insert … select` of a million rows from one. `numbers`: what gives `n`. */
function insertion(columns: readonly string[], values: Readonly<Record<string, string>>, numbers: string): string {
  const chosen = columns.map((name) => values[name] ?? `"${name}"`);
  return `insert into runs (${columns.map((name) => `"${name}"`).join(', ')})
    select ${chosen.join(', ')} from (select * from runs limit 1) as one, ${numbers}`;
}

/** As `fillEmbedded`, on PostgreSQL. */
export async function fillShared(url: string): Promise<void> {
  const names = await query(
    url,
    `select column_name as name from information_schema.columns
      where table_schema = current_schema() and table_name = 'runs' and column_name <> 'number'`,
  );
  const values = columnsOf(Date.now(), `lpad(n::text, 26, 'a')`, SCRIPT);
  await query(
    url,
    insertion(
      names.map(({ name }) => String(name)),
      values,
      `generate_series(1::bigint, ${RUNS}) as n`,
    ),
  );
  await query(url, 'vacuum analyze runs');
}

/**
 * Adds a million runs like the one that there is. `script`: their scripts, as an expression of the number `n`; `more`:
 * further columns, likewise.
 */
export function fillEmbedded(folder: string, script = SCRIPT, more: Readonly<Record<string, string>> = {}): void {
  const database = new Database(join(folder, 'runs.db'));
  try {
    const names = database.prepare(`select name from pragma_table_info('runs') where name <> 'number'`).pluck().all();
    const values = { ...columnsOf(Date.now(), `printf('%026d', n)`, script), ...more };
    const numbers = `(with recursive up(n) as (select 1 union all select n + 1 from up where n < ${RUNS}) select n from up)`;
    database.exec(insertion(names as string[], values, numbers));
  } finally {
    database.close();
  }
}
