/**
 * Large reports as their readers meet them: the first paint, the bytes, how long the page freezes, the memory of the
 * browser and of the server, and how long another reader waits meanwhile; beside nbconvert's file and Voilà's page.
 */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { testChromium } from '../test/chromium.ts';
import { digits, type Finding } from './finding.ts';
import { clickRun } from './follow.ts';
import { summary, timed } from './measure.ts';
import { family, listProcesses, memoryOf } from './memory.ts';
import { notebookText } from './notebook.ts';
import { open, type Opened } from './opened.ts';
import type { Peers } from './peer.ts';
import { startServer, waitUntilReady, type Server } from './server.ts';
import { startVoila } from './voila.ts';

const TASK_MS = 200;
const OTHER_MS = 50;
const USUAL_LOOKS = 40;
/** Between two reads of the other reader, who must not be the load. */
const PAUSE_MS = 100;
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const TEXT = '## A heading\n\nA paragraph with **bold** words and a formula $e^{i\\pi} + 1 = 0$.';
const SMALL = 'small';

/** By what they show. */
export const LARGE: Readonly<Record<string, string>> = {
  '2,000 cells': notebookText(
    Array.from({ length: 2_000 }, (_, at) => (at % 2 === 0 ? { markdown: TEXT } : { code: `print('cell', ${at})` })),
  ),
  '50 MB of text': notebookText([
    {
      code: `for n in range(600_000): print(f'{n:8} of a log that has words enough to be read by anybody, and numbers')`,
    },
  ]),
  '10,000 pictures': notebookText([
    {
      code: `import base64\nfrom IPython.display import Image, display\nfor n in range(10_000): display(Image(base64.b64decode('${PNG}'), width=40))`,
    },
  ]),
  'a table of a million rows': notebookText([
    { code: `import pandas as pd\npd.DataFrame({'row': range(1_000_000), 'half': [n / 2 for n in range(1_000_000)]})` },
  ]),
};

interface Scene {
  readonly peers: Peers;
  readonly browser: string;
  readonly server: Server;
  /** With a notebook `NAME.ipynb` for each. */
  readonly scripts: string;
  /** Address of a small report that another reader opens. */
  readonly small: string;
}

/** Without a browser, an empty list. `names`: of `LARGE`. */
export async function measureLargeReports(
  folder: string,
  peers: Peers,
  names: readonly string[] = Object.keys(LARGE),
): Promise<Finding[]> {
  const browser = testChromium();
  if (browser === undefined) return [];
  const project = join(folder, 'large-report');
  const scripts = join(project, 'scripts');
  await mkdir(scripts, { recursive: true });
  for (const name of names) await writeFile(join(scripts, `${fileOf(name)}.ipynb`), LARGE[name] ?? '');
  await writeFile(join(scripts, `${SMALL}.ipynb`), notebookText([{ code: 'print("small")' }]));
  const data = join(folder, 'large-report-data');
  const server = await startServer(project, { data, python: peers.python, pool: 1, flags: ['--output-limit', '60MB'] });
  try {
    await waitUntilReady(server.url);
    const { runId } = await clickRun(server.url, SMALL);
    const scene: Scene = { peers, browser, server, scripts, small: `${server.url}/runs/${runId}` };
    const findings: Finding[] = [];
    for (const name of names) {
      findings.push(...(await ours(scene, name)));
      findings.push(await orFailure(`${name}, as a file of nbconvert`, () => ofNbconvert(scene, name)));
      findings.push(await orFailure(`${name}, executed by Voilà`, () => ofVoila(scene, name)));
    }
    return findings;
  } finally {
    await server.close();
  }
}

async function ours(scene: Scene, name: string): Promise<Finding[]> {
  const { server, browser, small } = scene;
  const usualMs = summary(await repeated(() => readBoth(small), USUAL_LOOKS)).medianMs;
  const run = await whileOthersRead(small, async () => {
    const { runId, outcome, wholeMs } = await clickRun(server.url, fileOf(name));
    if (outcome !== 'succeeded') throw new Error(`${name}: ${outcome}`);
    return { runId, wholeMs };
  });
  const found = await whileOthersRead(small, () => open(browser, `${server.url}/runs/${run.result.runId}`, '/frame'));
  const own = (await listProcesses()).filter(({ pid }) => pid === server.pid);
  const { longestTaskMs, scrolls } = found.result;
  const waitedMs = Math.max(run.slowestMs, found.slowestMs) - usualMs;
  return [
    {
      what: `a kept report of ${name}: first paint, longest freeze, sent, memory of the browser`,
      ours: words(found.result),
      peer: `memory of the server ${digits((await memoryOf(own)).dividedMb)} MB; the run took ${digits(run.result.wholeMs)} ms`,
      aim: `freeze ≤ ${TASK_MS} ms`,
      met: longestTaskMs <= TASK_MS && scrolls,
    },
    {
      what: `another report’s page and frame, while ${name} run, and while they are opened: the slowest`,
      ours: `${digits(run.slowestMs)} ms, ${digits(found.slowestMs)} ms; usually ${digits(usualMs)} ms`,
      aim: `≤ ${OTHER_MS} ms more`,
      met: waitedMs <= OTHER_MS,
    },
  ];
}

/** Executed and written as a file, which the browser reads from the disk. */
async function ofNbconvert({ peers, browser, scripts }: Scene, name: string): Promise<string> {
  const file = fileOf(name);
  const ms = await peers.time(['-m', 'nbconvert', '--execute', '--to', 'html', `${file}.ipynb`], scripts);
  const path = join(scripts, `${file}.html`);
  const opened = await open(browser, pathToFileURL(path).href);
  return `${words({ ...opened, bytes: (await stat(path)).size })}; made in ${digits(ms)} ms`;
}

/** Its page executes the notebook, so that the first paint comes after the run. */
async function ofVoila({ peers, browser, scripts }: Scene, name: string): Promise<string> {
  const voila = await startVoila(peers, join(scripts, `${fileOf(name)}.ipynb`), false);
  try {
    const opened = await open(browser, voila.url);
    const { dividedMb } = await memoryOf(family(voila.pid, await listProcesses()));
    return `${words(opened)}, with the run; memory of the server and its kernel ${digits(dividedMb)} MB`;
  } finally {
    await voila.close();
  }
}

async function orFailure(what: string, measure: () => Promise<string>): Promise<Finding> {
  const peer = await measure().catch((error: unknown) => `failed: ${String(error).split('\n')[0]?.slice(0, 200)}`);
  return { what, ours: '', peer };
}

function words({ paintMs, longestTaskMs, bytes, browserMb, scrolls }: Opened): string {
  const frozen = Number.isFinite(longestTaskMs) ? `${digits(longestTaskMs)} ms` : 'frozen';
  const rest = scrolls ? '' : ', does not scroll';
  return `${digits(paintMs)} ms, ${frozen}, ${(bytes / 1e6).toFixed(1)} MB, ${digits(browserMb)} MB${rest}`;
}

/** `2,000 cells` → `2-000-cells` */
function fileOf(name: string): string {
  return name.replace(/\W+/g, '-');
}

async function readBoth(address: string): Promise<void> {
  for (const each of [address, `${address}/frame`]) await (await fetch(each)).text();
}

async function repeated(action: () => Promise<unknown>, times: number): Promise<number[]> {
  const all: number[] = [];
  for (let time = 0; time < times; time++) all.push(await timed(action));
  return all;
}

/** How long another reader of a small report waits at most while the work goes on. */
async function whileOthersRead<T>(
  address: string,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly slowestMs: number }> {
  let [slowestMs, isOver] = [0, false];
  const reading = (async () => {
    for (; !isOver; await wait(PAUSE_MS)) slowestMs = Math.max(slowestMs, await timed(() => readBoth(address)));
  })();
  try {
    const result = await work();
    return { result, slowestMs };
  } finally {
    isOver = true;
    await reading;
  }
}
