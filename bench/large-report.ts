/**
 * Large reports as their readers meet them: the first paint, the bytes, how long the page freezes, the memory of the
 * browser and of the server, and how long another reader waits meanwhile; beside nbconvert's file and Voilà's page.
 */
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { testChromium } from '../test/chromium.ts';
import { start } from './child.ts';
import { digits, type Finding } from './finding.ts';
import { clickRun, type drainRun } from './follow.ts';
import { family, listProcesses, memoryOf } from './memory.ts';
import { notebookText } from './notebook.ts';
import { open, type Opened } from './opened.ts';
import { longerBy, slowestOf, startOtherViewer, usualOf, type Looks, type Small } from './other-viewer.ts';
import type { Peers } from './peer.ts';
import { startServer, waitUntilReady, type Server } from './server.ts';
import { startVoila } from './voila.ts';

const RUN_CLIENT = join(import.meta.dirname, 'run-client.ts');
const TASK_MS = 200;
const OTHER_MS = 50;
/** How long the other viewer is watched beforehand. */
const WARM_UP_MS = 2_000;
const USUAL_MS = 8_000;
/** Shorter runs are repeated for so long. */
const RUN_MS = 3_000;
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const TEXT = '## A heading\n\nA paragraph with **bold** words and a formula $e^{i\\pi} + 1 = 0$.';
const SMALL = 'small';
const FRAME = '/frame';

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
  /** What another viewer reads and clicks. */
  readonly small: Small;
}

interface Choice {
  /** Only those whose name contains it: `cells`, `text`, `pictures`, `table`. */
  readonly kind?: string | undefined;
  /** Without the peers. */
  readonly isAlone?: boolean | undefined;
}

/** Without a browser, an empty list. */
export async function measureLargeReports(
  folder: string,
  peers: Peers,
  { kind = '', isAlone = false }: Choice = {},
): Promise<Finding[]> {
  const names = Object.keys(LARGE).filter((name) => name.includes(kind));
  const browser = testChromium();
  if (browser === undefined) return [];
  const project = join(folder, 'large-report');
  const scripts = join(project, 'scripts');
  await mkdir(scripts, { recursive: true });
  for (const name of names) await writeFile(join(scripts, `${fileOf(name)}.ipynb`), LARGE[name] ?? '');
  await writeFile(join(scripts, `${SMALL}.ipynb`), notebookText([{ code: 'print("small")' }]));
  const data = join(folder, 'large-report-data');
  const server = await startServer(project, { data, python: peers.python, pool: 3, flags: ['--output-limit', '60MB'] });
  try {
    await waitUntilReady(server.url);
    const { runId } = await clickRun(server.url, SMALL);
    const report = `${server.url}/runs/${runId}`;
    const scene: Scene = { peers, browser, server, scripts, small: { url: server.url, script: SMALL, report } };
    const findings: Finding[] = [];
    for (const name of names) {
      findings.push(...(await ours(scene, name)));
      if (isAlone) continue;
      findings.push(await orFailure(`${name}, as a file of nbconvert`, () => ofNbconvert(scene, name)));
      findings.push(await orFailure(`${name}, executed by Voilà`, () => ofVoila(scene, name)));
    }
    return findings;
  } finally {
    await server.close();
  }
}

async function ours({ server, browser, small }: Scene, name: string): Promise<Finding[]> {
  const viewer = startOtherViewer(small);
  try {
    await viewer.during(() => wait(WARM_UP_MS));
    const before = await viewer.during(() => wait(USUAL_MS));
    const run = await viewer.during(() => runFor(RUN_MS, server.url, name));
    const page = `${server.url}/runs/${run.result.runId}`;
    const beside = await viewer.during(() => open(browser, page, { frame: FRAME, yields: true }));
    await viewer.close();
    const alone = await open(browser, page, { frame: FRAME });
    const looks = { before: before.looks, run: run.looks, opened: beside.looks };
    return [await reportFinding(name, server, alone, run.result.wholeMs), ...otherFindings(name, looks)];
  } finally {
    await viewer.close();
  }
}

async function reportFinding(name: string, server: Server, opened: Opened, runMs: number): Promise<Finding> {
  const own = (await listProcesses()).filter(({ pid }) => pid === server.pid);
  return {
    what: `a kept report of ${name}: first paint, longest freeze, sent, memory of the browser`,
    ours: words(opened),
    peer: `memory of the server ${digits((await memoryOf(own)).dividedMb)} MB; the run took ${digits(runMs)} ms`,
    aim: `freeze ≤ ${TASK_MS} ms`,
    met: opened.longestTaskMs <= TASK_MS && opened.scrolls,
  };
}

function otherFindings(name: string, looks: Readonly<Record<'before' | 'run' | 'opened', Looks>>): Finding[] {
  const finding = (what: string, kind: keyof Looks): Finding => {
    const [usual, running, opening] = [looks.before[kind], looks.run[kind], looks.opened[kind]];
    return {
      what: `${what}, while ${name} run, and while they are opened: the slowest`,
      ours: `${slowestOf(running)}, ${slowestOf(opening)}; ${usualOf(usual)}`,
      aim: `≤ ${OTHER_MS} ms more`,
      met: Math.max(longerBy(usual, running), longerBy(usual, opening)) <= OTHER_MS,
    };
  };
  return [
    finding('another report’s page and frame', 'read'),
    finding('another viewer’s click until its first output', 'click'),
  ];
}

/** Again and again until the time is over; settles with the last. */
async function runFor(ms: number, url: string, name: string): ReturnType<typeof drainRun> {
  const child = start(process.execPath, [RUN_CLIENT, url, fileOf(name), String(ms)]);
  const [said, problem] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (said === '') throw new Error(`${name} could not be run:\n${problem}`);
  return JSON.parse(said) as Awaited<ReturnType<typeof drainRun>>;
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
