/** `npm run trace -- --processors`: which thread has which processor between a click and its first output. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { digits } from './finding.ts';
import { follow } from './follow.ts';
import { fiveCells } from './notebook.ts';
import { preparePeers } from './peer.ts';
import { endWithThisProcess } from './reaper.ts';
import { systemMs, turnsDuring, type Turn } from './scheduler.ts';
import { startServer, waitUntilReady } from './server.ts';

const REST_MS = 2_000;
const WARM_UP = 3;
/** Shorter turns are left out: most are those of threads that pass something on. */
const SHOWN_MS = 0.05;
const COLUMN_CHARS = 44;

interface Traced {
  readonly beginMs: number;
  readonly firstMs: number;
  readonly turns: readonly Turn[];
}

async function click(url: string, rows: number): Promise<Traced> {
  await wait(REST_MS);
  let [beginMs, firstMs] = [0, 0];
  const turns = await turnsDuring(async () => {
    beginMs = systemMs();
    for await (const { type } of follow(url, 'five', { rows }))
      if (type === 'stream-appended' && firstMs === 0) firstMs = systemMs() - beginMs;
  });
  return { beginMs, firstMs, turns };
}

/** One line for each turn, one column for each processor. */
function timeline({ beginMs, firstMs, turns }: Traced, names: ReadonlyMap<string, string>): string {
  const lines = turns
    .map((turn) => ({ ...turn, atMs: turn.beginMs - beginMs, ms: turn.endMs - turn.beginMs }))
    .filter(({ atMs, ms }) => atMs >= 0 && atMs <= firstMs && ms >= SHOWN_MS)
    .map(({ atMs, ms, processor, thread, isInterrupted }) => {
      const name = names.get(thread.slice(thread.lastIndexOf('-') + 1)) ?? thread;
      const column = ' '.repeat(Math.min(processor, availableParallelism()) * COLUMN_CHARS);
      return `${digits(atMs).padStart(6)}  ${column}${digits(ms).padStart(6)} ${name}${isInterrupted ? ' …' : ''}`;
    });
  return [...lines, `${digits(firstMs).padStart(6)}  the first output is there`].join('\n');
}

/** Prints the click of the median; … marks a thread that was interrupted. */
export async function traceProcessors(rounds: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'script-runner-trace-'));
  endWithThisProcess(folder);
  await mkdir(join(folder, 'scripts'));
  await writeFile(join(folder, 'scripts/five.ipynb'), fiveCells());
  const { python } = await preparePeers((line) => console.error(line));
  const server = await startServer(folder, { data: join(folder, 'data'), python, pool: 2 });
  try {
    await waitUntilReady(server.url);
    const all: Traced[] = [];
    for (let round = -WARM_UP; round < rounds; round++) {
      const traced = await click(server.url, 1_000_000 + round);
      if (round >= 0) all.push(traced);
    }
    const median = all.toSorted((one, other) => one.firstMs - other.firstMs)[Math.floor(all.length / 2)]!;
    const names = new Map([
      [String(server.pid), 'server'],
      [String(process.pid), 'client'],
    ]);
    console.log(timeline(median, names));
    console.log(
      `\nThe click of the median, of ${all.length}. Milliseconds: begin, duration; one column for each processor.`,
    );
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}
