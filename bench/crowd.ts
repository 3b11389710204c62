/**
 * Many at once: each run waits for a second, as for a database, so that the processors are not the only bound. Viewers
 * have the page open before they click, clients of the API have not.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Crowd } from './crowd-client.ts';
import { digits, type Finding } from './finding.ts';
import { summary } from './measure.ts';
import { serverMemory } from './memory.ts';
import { notebookText } from './notebook.ts';
import { processorTime } from './processor.ts';
import { startServer, waitUntilReady, type Server } from './server.ts';

const CROWDS = [1, 10, 50, 100, 200];
const KINDS = ['viewers', 'clients'] as const;
type Kind = (typeof KINDS)[number];
const CLIENT = join(import.meta.dirname, 'crowd-client.ts');
const LOOK_MS = 1_000;
/** After the last run: until what its kernels took is counted. */
const REST_MS = 1_500;
const AIM = { crowd: 100, medianMs: 1_200, p99Ms: 2_500, aSecond: 30 };

export async function measureCrowd(folder: string, python: string): Promise<Finding[]> {
  const project = join(folder, 'crowd');
  await mkdir(join(project, 'scripts'), { recursive: true });
  await writeFile(
    join(project, 'scripts/second.ipynb'),
    notebookText([{ code: 'print("begun")' }, { code: 'import time\ntime.sleep(1)' }]),
  );
  const server = await startServer(project, {
    data: join(folder, 'crowd-data'),
    python,
    pool: 2,
    flags: ['--concurrency', '200', '--queue-limit', '1000'],
  });
  try {
    await waitUntilReady(server.url);
    await clickAll(server, 1, 'clients');
    const findings: Finding[] = [];
    for (const kind of KINDS) for (const crowd of CROWDS) findings.push(await gather(server, crowd, kind));
    return findings;
  } finally {
    await server.close();
  }
}

/** Reading the memory of hundreds of processes takes time, so another crowd of the same size is used for it. */
async function gather(server: Server, crowd: number, kind: Kind): Promise<Finding> {
  const before = await processorTime(server.pid);
  const { clicks, ms, clientMs, waiting } = await clickAll(server, crowd, kind);
  await wait(REST_MS);
  const after = await processorTime(server.pid);
  const each = (of: keyof typeof after) => digits((after[of] - before[of]) / crowd);
  const waits = summary(clicks.map(({ firstMs }) => firstMs));
  const aSecond = crowd / (ms / 1000);
  const lost = clicks.filter(({ succeeded }) => !succeeded).length;
  const { serverMb, kernelsMb } = await memoryDuring(server, () => clickAll(server, crowd, kind));
  return {
    what: `${crowd} runs of a second, ${kind === 'viewers' ? 'clicked' : 'submitted without an open page'} at the same moment${kind === 'viewers' ? ` while ${waiting} kernels waited` : ''}${lost > 0 ? `; ${lost} did not succeed` : ''}`,
    ours: `${digits(aSecond)} runs a second; first output after ${digits(waits.medianMs)} ms, 99 %: ${digits(waits.p99Ms)} ms`,
    peer: `processor time of a run: server ${each('serverMs')} ms, kernels ${each('kernelsMs')} ms, client ${digits(clientMs / crowd)} ms; server ${serverMb.toFixed(0)} MB, kernels and supervisors ${kernelsMb.toFixed(0)} MB`,
    ...(crowd === AIM.crowd && kind === 'viewers'
      ? {
          aim: `${AIM.medianMs} ms, 99 %: ${AIM.p99Ms} ms; ≥ ${AIM.aSecond} a second`,
          met: waits.medianMs <= AIM.medianMs && waits.p99Ms <= AIM.p99Ms && aSecond >= AIM.aSecond,
        }
      : {}),
  };
}

async function clickAll({ url }: Server, crowd: number, kind: Kind): Promise<Crowd> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLIENT, url, 'second', String(crowd), kind]);
  return JSON.parse(stdout) as Crowd;
}

/** The highest value. */
async function memoryDuring(
  server: Server,
  work: () => Promise<unknown>,
): Promise<{ serverMb: number; kernelsMb: number }> {
  let [working, serverMb, kernelsMb] = [true, 0, 0];
  const done = work().finally(() => {
    working = false;
  });
  do {
    const seen = await serverMemory(server.pid);
    [serverMb, kernelsMb] = [Math.max(serverMb, seen.serverMb), Math.max(kernelsMb, seen.kernelsMb)];
    if (working) await Promise.race([wait(LOOK_MS), done]);
  } while (working);
  await done;
  return { serverMb, kernelsMb };
}
