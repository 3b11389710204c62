/**
 * Several processes on one PostgreSQL database: how soon a worker takes a run, how many runs a second it gives, what a
 * run costs more than on SQLite, and how soon a run of a killed worker has its outcome.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findPostgres, startPostgres } from '../test/connection/postgres.ts';
import { compared, digits, spread, toMarkdown, type Finding } from './finding.ts';
import { clickRun, follow } from './follow.ts';
import { measureHistory } from './history.ts';
import { inTurns, summary, timed } from './measure.ts';
import { notebookText } from './notebook.ts';
import { measureReaders } from './readers.ts';
import { startServer, startWorker, waitUntilReady, type Server, type Worker } from './server.ts';

const PICKUPS = 20;
const WORKERS = [1, 2, 4];
/** For each worker; the first ones only warm up. */
const RUNS = 20;
const DEATHS = 3;
const REST_MS = 1_000;
const FLAGS = ['--concurrency', '2', '--queue-limit', '1000', '--retain-days', '10000', '--retain-count', '1000000'];

export interface Cluster {
  readonly project: string;
  /** Its processes have one data folder. */
  readonly data: string;
  readonly python: string;
  /** Address of the database. */
  readonly database: string;
}

export async function measureCluster(folder: string, python: string, rounds: number): Promise<Finding[]> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  const project = join(folder, 'cluster');
  await writeScripts(join(project, 'scripts'));
  const postgres = await startPostgres(bin);
  try {
    const cluster = async (name: string): Promise<Cluster> => ({
      project,
      data: join(folder, `cluster-${name}`),
      python,
      database: await postgres.address(),
    });
    const findings = [
      ...(await measureRoles(await cluster('roles'))),
      ...(await measureOverhead(await cluster('overhead'), join(folder, 'cluster-sqlite'), rounds)),
    ];
    // a failure of the last part must not hide the others
    console.error(toMarkdown(findings));
    const history = await measureHistory(await cluster('history'), join(folder, 'cluster-history-sqlite'));
    return [...findings, ...history];
  } finally {
    await postgres.stop();
  }
}

export async function writeScripts(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const waits = 'import time\nprint("begun")\ntime.sleep(120)';
  const ticks = 'import time\nfor n in range(100):\n    print(n, flush=True)\n    time.sleep(0.1)';
  const outputs = 'from IPython.display import HTML, display\nfor n in range(2000): display(HTML(f"<p>{n}</p>"))';
  const scripts = { trivial: 'print(6 * 7)', waits, ticks, outputs };
  for (const [name, code] of Object.entries(scripts))
    await writeFile(join(folder, `${name}.ipynb`), notebookText([{ code }]));
}

/** What a process of the cluster is started with; `pool`: how many kernels wait in each worker. */
export function partOf({ data, python, database }: Cluster, pool = 2) {
  return { data, python, pool, flags: FLAGS, environment: { SCRIPT_RUNNER_DATABASE: database } };
}

async function measureRoles(cluster: Cluster): Promise<Finding[]> {
  const { project } = cluster;
  const webs = [await startServer(project, partOf(cluster), 'web'), await startServer(project, partOf(cluster), 'web')];
  const workers: Worker[] = [];
  const add = async () => workers.push(await startWorker(project, partOf(cluster)));
  const [web] = webs as [Server, Server];
  try {
    await add();
    await waitUntilReady(web.url);
    await inRow(3, () => clickRun(web.url, 'trivial'));
    const findings = [await pickUp(web.url), await eventsPerSecond(web.url)];
    for (const count of WORKERS) {
      while (workers.length < count) await add();
      findings.push(await throughput(web.url, count));
    }
    findings.push(...(await measureReaders(webs.map(({ url }) => url))));
    findings.push(await death(web.url, workers, add));
    return findings;
  } finally {
    await Promise.all([...webs, ...workers].map((each) => each.close()));
  }
}

interface DoneRun {
  readonly status: string;
  readonly createdAt: string;
  readonly startedAt: string | null;
}

/** Submits a run and waits for its end. */
async function done(url: string, script: string): Promise<DoneRun> {
  const reply = await fetch(`${url}/api/v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', prefer: 'wait=120' },
    body: JSON.stringify({ script }),
  });
  const run = (await reply.json()) as DoneRun;
  if (run.status !== 'succeeded') throw new Error(`A run did not succeed: ${JSON.stringify(run)}`);
  return run;
}

async function inRow<T>(times: number, go: () => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let time = 0; time < times; time++) all.push(await go());
  return all;
}

/** By the log: the web's time of the submission, the worker's time of the start. Both have one clock here. */
async function pickUp(url: string): Promise<Finding> {
  const times = summary(
    await inRow(PICKUPS, async () => {
      await wait(REST_MS);
      const { createdAt, startedAt } = await done(url, 'trivial');
      return Date.parse(startedAt ?? '') - Date.parse(createdAt);
    }),
  );
  return {
    what: `web and worker on PostgreSQL, at rest: submission → start by the worker (${PICKUPS} runs)`,
    ours: spread(times),
    aim: '≤ 20 ms',
    met: times.medianMs <= 20,
  };
}

async function eventsPerSecond(url: string): Promise<Finding> {
  const rates = await inRow(3, async () => {
    const at: number[] = [];
    for await (const { type } of follow(url, 'outputs')) if (type === 'output-added') at.push(performance.now());
    return ((at.length - 1) / ((at.at(-1) ?? NaN) - (at[0] ?? NaN))) * 1000;
  });
  return {
    what: 'web and worker on PostgreSQL: 2000 outputs of one cell, followed live',
    ours: `${digits(summary(rates).medianMs)} a second`,
  };
}

/** All are submitted at once. */
async function throughput(url: string, workers: number): Promise<Finding> {
  const go = (runs: number) => Promise.all(Array.from({ length: runs }, () => done(url, 'trivial')));
  await go(2 * workers);
  const runs = RUNS * workers;
  const ms = await timed(() => go(runs));
  return {
    what: `${runs} trivial runs at once, ${workers} worker${workers === 1 ? '' : 's'} with two runs each`,
    ours: `${digits(runs / (ms / 1000))} runs a second`,
  };
}

/** One worker has the run; another one is started before it is killed. */
async function death(url: string, workers: Worker[], add: () => Promise<unknown>): Promise<Finding> {
  for (const worker of workers.splice(1)) await worker.close();
  const times: number[] = [];
  for (let time = 0; time < DEATHS; time++) {
    let killedMs = NaN;
    for await (const event of follow(url, 'waits')) {
      if (event.type === 'stream-appended') {
        await add();
        workers.shift()?.kill();
        killedMs = performance.now();
      }
      if (event.outcome !== undefined && event.outcome.type !== 'lost') throw new Error('The run was not lost.');
    }
    times.push(performance.now() - killedMs);
  }
  const worst = Math.max(...times);
  return {
    what: `kill -9 of a worker → the outcome of its run, on a reader’s page (the longest of ${DEATHS})`,
    ours: `${digits(worst)} ms`,
    aim: '≤ 15000 ms',
    met: worst <= 15_000,
  };
}

/** One process on each engine. */
async function measureOverhead(cluster: Cluster, data: string, rounds: number): Promise<Finding[]> {
  const { project } = cluster;
  const shared = await startServer(project, partOf(cluster));
  const embedded = await startServer(project, { ...partOf(cluster), data, environment: {} });
  try {
    for (const { url } of [shared, embedded]) {
      await waitUntilReady(url);
      await inRow(3, () => clickRun(url, 'trivial'));
    }
    const wholes: Record<'postgres' | 'sqlite', number[]> = { postgres: [], sqlite: [] };
    const side = (name: keyof typeof wholes, url: string) => async () => {
      await wait(REST_MS);
      const { firstMs, wholeMs } = await clickRun(url, 'trivial');
      wholes[name].push(wholeMs);
      return firstMs;
    };
    const firsts = await inTurns(2 * rounds, {
      postgres: side('postgres', shared.url),
      sqlite: side('sqlite', embedded.url),
    });
    const whole = (name: keyof typeof wholes) => summary(wholes[name].slice(1));
    const rows = [
      ['click → first output', firsts.postgres, firsts.sqlite],
      ['click → end of a trivial run', whole('postgres'), whole('sqlite')],
    ] as const;
    return rows.map(([what, ours, times]) =>
      compared(`${what}, serve on PostgreSQL`, ours, { name: 'serve on SQLite', times }),
    );
  } finally {
    await Promise.all([shared.close(), embedded.close()]);
  }
}
