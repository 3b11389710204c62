/**
 * `npm run bench`: measures the product and its peers side by side and prints the results. `--write` also puts them
 * into bench/README.md; `--only SCENE` measures one scene, each of which is a file here; `--rounds N` sets the number
 * of rounds; `--kind WORD` measures only such large reports (`cells`, `text`, `pictures`, `table`), `--alone` without
 * the peers; `--sides ours,asked` lets only these sides of the click take turns.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { measureClick, SIDES, type Side } from './click.ts';
import { measureCluster } from './cluster.ts';
import { measureCrowd } from './crowd.ts';
import { digits, toMarkdown, type Finding } from './finding.ts';
import { measureFresh } from './fresh.ts';
import { measureIsolation } from './isolation.ts';
import { measureLarge } from './large.ts';
import { measureLargeReports } from './large-report.ts';
import { measureLive } from './live.ts';
import { measureMove } from './move.ts';
import { measureOutputs } from './outputs.ts';
import { measurePaint } from './paint.ts';
import { preparePeers, type Peers } from './peer.ts';
import { measureExecution, measureRendering, measureServer } from './process.ts';
import { endWithThisProcess } from './reaper.ts';
import { measureWarmRendering } from './render.ts';
import { measureScripts } from './scripts.ts';
import { measureUsage } from './usage.ts';
import { measureWaiting } from './waiting.ts';

const README = join(import.meta.dirname, 'README.md');
const MARK = '<!-- written by npm run bench -- --write -->';

/** Time for what a scene has started to end, and for the disk to catch up. */
const REST_MS = 5_000;

const { values } = parseArgs({
  options: {
    write: { type: 'boolean' },
    only: { type: 'string' },
    rounds: { type: 'string' },
    kind: { type: 'string' },
    alone: { type: 'boolean' },
    sides: { type: 'string' },
  },
});
const rounds = Number(values.rounds ?? 9);
const sides = values.sides?.split(',') as readonly Side[] | undefined;
const unknown = sides?.find((side) => !SIDES.includes(side));
if (unknown !== undefined) throw new Error(`--sides takes some of ${SIDES.join(', ')}, not ${unknown}.`);
const say = (line: string): void => {
  console.error(line);
};

const scenes: Readonly<Record<string, (folder: string, peers: Peers) => Promise<Finding[]>>> = {
  click: (folder, peers) => measureClick(folder, peers, rounds, sides),
  live: (folder, { python }) => measureLive(folder, python, rounds * 3),
  rendering: async (folder, peers) => [
    ...(await measureWarmRendering(folder, peers, rounds * 3)),
    ...(await measureRendering(folder, peers, rounds)),
  ],
  execution: (folder, peers) => measureExecution(folder, peers, rounds),
  server: (folder, { python }) => measureServer(folder, python, rounds),
  fresh: (folder, { python }) => measureFresh(folder, python, rounds),
  waiting: (folder, { python }) => measureWaiting(folder, python),
  isolation: (folder, { python }) => measureIsolation(folder, python, rounds),
  large: async (folder, { python }) => [
    ...(await measureLarge(folder, python)),
    ...(await measurePaint(folder, python, rounds)),
  ],
  'large-report': (folder, peers) => measureLargeReports(folder, peers, { kind: values.kind, isAlone: values.alone }),
  outputs: (folder, { python }) => measureOutputs(folder, python, rounds),
  crowd: (folder, { python }) => measureCrowd(folder, python),
  scripts: (folder, { python }) => measureScripts(folder, python),
  cluster: (folder, { python }) => measureCluster(folder, python, rounds),
  move: (folder, { python }) => measureMove(folder, python),
  usage: (folder, { python }) => measureUsage(folder, python),
};

const chosen = Object.entries(scenes).filter(([name]) => values.only === undefined || values.only === name);
if (chosen.length === 0) throw new Error(`--only takes one of ${Object.keys(scenes).join(', ')}.`);
if (values.only !== undefined && values.write === true)
  throw new Error('--write writes the whole table: leave out --only.');
if (sides !== undefined && values.only !== 'click') throw new Error('--sides needs --only click.');
const folder = await mkdtemp(join(tmpdir(), 'bench-'));
endWithThisProcess(folder);
try {
  const peers = await preparePeers(say);
  const loadBefore = loadavg()[0] ?? 0;
  const findings: Finding[] = [];
  const missing: string[] = [];
  for (const [name, measure] of chosen) {
    say(`Measuring ${name} …`);
    await wait(REST_MS);
    await measure(folder, peers).then(
      (found) => findings.push(...found),
      (error: unknown) => {
        say(`${name}: ${error instanceof Error ? error.message : String(error)}`);
        missing.push(name);
      },
    );
  }
  const gaps = missing.length === 0 ? '' : `Not measured, because of an error: ${missing.join(', ')}.\n\n`;
  const text = `${toMarkdown(findings)}\n\n${gaps}${machine(peers, loadBefore)}\n`;
  if (missing.length > 0) process.exitCode = 1;
  console.log(text);
  if (values.write === true) await writeResults(text);
} finally {
  await rm(folder, { recursive: true, force: true });
}

function machine(peers: Peers, loadBefore: number): string {
  const processors = cpus();
  return (
    `${new Date().toISOString().slice(0, 10)}, ${processors.length} × ${processors[0]?.model.trim() ?? 'unknown processor'}, ` +
    `${(totalmem() / 2 ** 30).toFixed(0)} GB, ${type()} ${release()}, Node ${process.versions.node}, ${peers.versions}; ` +
    `load average before ${digits(loadBefore)}, after ${digits(loadavg()[0] ?? 0)}. Medians, with the 10th and 90th percentile.`
  );
}

/** Replaces everything below the mark. */
async function writeResults(text: string): Promise<void> {
  const before = (await readFile(README, 'utf8')).split(MARK)[0] ?? '';
  await writeFile(README, `${before}${MARK}\n\n${text}`);
}
