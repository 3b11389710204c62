/** A project of 10,000 scripts and a million runs: its start, its pages, the search, and the memory of the server. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bounded, digits, type Finding } from './finding.ts';
import { clickRun } from './follow.ts';
import { fillEmbedded, look, readCursors } from './history.ts';
import { summary } from './measure.ts';
import { listProcesses, memoryOf } from './memory.ts';
import { notebookText } from './notebook.ts';
import { answers, startServer, waitUntilReady, type Server } from './server.ts';
import { until } from './until.ts';

const SCRIPTS = 10_000;
const FOLDERS = 100;
const STARTS = 5;
/** Until the index is written, and what the start needed is freed. */
const REST_MS = 20_000;
const START_MS = 2_000;
const MEMORY_MB = 300;

const scriptOf = (n: number) => `team-${n % FOLDERS}/report-${n}`;
/** The same for the number `n` of a run, in SQL. */
const SCRIPT = `'team-' || (n % ${FOLDERS}) || '/report-' || (n % ${SCRIPTS})`;

export async function measureScripts(folder: string, python: string): Promise<Finding[]> {
  const project = join(folder, 'scripts');
  await writeScripts(join(project, 'scripts'));
  const options = {
    data: join(folder, 'scripts-data'),
    python,
    pool: 1,
    flags: ['--retain-days', '10000', '--retain-count', '10000000'],
  };
  const begin = () => startServer(project, options);
  const beganMs = performance.now();
  const first = await begin();
  let allReadMs = NaN;
  try {
    // until then, it answers that they are being read
    await until('all scripts to be read', () => answers(`${first.url}/api/v1/scripts?limit=1`));
    allReadMs = performance.now() - beganMs;
    await waitUntilReady(first.url);
    await clickRun(first.url, scriptOf(0));
    await wait(REST_MS);
  } finally {
    await first.close();
  }
  fillEmbedded(options.data, SCRIPT);
  const starts: number[] = [];
  for (let start = 1; start < STARTS; start++) {
    const server = await begin();
    starts.push(server.startMs);
    await server.close();
  }
  const server = await begin();
  try {
    starts.push(server.startMs);
    await waitUntilReady(server.url);
    await wait(REST_MS);
    const resting = await memoryMb(server);
    return [
      {
        what: `first start with ${SCRIPTS} scripts`,
        ours: `${digits(first.startMs)} ms, until all are read: ${digits(allReadMs)} ms`,
      },
      bounded(`start with ${SCRIPTS} scripts, unchanged`, summary(starts).medianMs, 'ms', START_MS),
      ...(await pages(server)),
      { what: `memory with ${SCRIPTS} scripts, at rest`, ours: `${digits(resting)} MB` },
      bounded(`memory with ${SCRIPTS} scripts, after these pages`, await memoryMb(server), 'MB', MEMORY_MB),
    ];
  } finally {
    await server.close();
  }
}

async function pages({ url }: Server): Promise<Finding[]> {
  const cursors = await readCursors(url);
  const of: Readonly<Record<string, (index: number) => string>> = {
    'a page of the catalogue': (index) => `/?page=${index + 1}`,
    'a folder of the catalogue': (index) => `/?folder=team-${index % FOLDERS}`,
    'a search': (index) => `/?q=report+${index * 97}`,
    'a page of the history': (index) => `/runs?cursor=${cursors[index] ?? ''}`,
    'the page of a script': (index) => `/s/${scriptOf(index * 99)}`,
    'a page of the API’s list of scripts': (index) => `/api/v1/scripts?limit=100&q=team+${index}`,
  };
  const findings: Finding[] = [];
  for (const [what, path] of Object.entries(of)) findings.push(await look(`${SCRIPTS} scripts, ${what}`, url, path));
  return findings;
}

/** Of the server's own process, with shared pages divided. */
async function memoryMb({ pid }: Server): Promise<number> {
  return (await memoryOf((await listProcesses()).filter((each) => each.pid === pid))).dividedMb;
}

async function writeScripts(folder: string): Promise<void> {
  for (let team = 0; team < FOLDERS; team++) await mkdir(join(folder, `team-${team}`), { recursive: true });
  for (let n = 0; n < SCRIPTS; n++) {
    const text = notebookText([
      { markdown: `# Report ${n}\n\nSales of region ${(n * 7919) % 1000}, compared with the week before.` },
      { code: 'region = "north"  # @param ["north", "south"]\nrows: int = 5', tags: ['parameters'] },
      ...Array.from({ length: 6 }, (_, cell) => ({
        code: `import math\nvalue_${cell} = rows * ${n + cell}\nprint(region, value_${cell})`,
        outputs: [{ output_type: 'stream', name: 'stdout', text: `${'x'.repeat(300)}\n` }],
      })),
    ]);
    await writeFile(join(folder, `${scriptOf(n)}.ipynb`), text);
  }
}
