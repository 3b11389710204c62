/**
 * What a viewer waits for while a run goes on: the first output after the click, and what the product adds to each
 * cell.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createKernelSupplier } from '../src/kernel/supplier.ts';
import { digits, spread, type Finding } from './finding.ts';
import { clickRun, follow, type LogEvent } from './follow.ts';
import { inTurns, summary, timed } from './measure.ts';
import { notebookText } from './notebook.ts';
import { startServer, waitUntilReady } from './server.ts';

const CELLS = 200;
/** Time for the pool to have a kernel ready again; runs that had to start one are counted separately. */
const REFILL_MS = 2_000;

export async function measureLive(folder: string, python: string, rounds: number): Promise<Finding[]> {
  const project = join(folder, 'live');
  await mkdir(join(project, 'scripts'), { recursive: true });
  await writeFile(join(project, 'scripts/print.ipynb'), notebookText([{ code: 'print("first")' }]));
  await writeFile(
    join(project, 'scripts/cells.ipynb'),
    notebookText(Array.from({ length: CELLS }, () => ({ code: 'pass' }))),
  );
  const server = await startServer(project, { data: join(folder, 'live-data'), python, pool: 2 });
  try {
    await waitUntilReady(server.url);
    return [await firstOutput(server.url, rounds), await cellOverhead(server.url, project, python)];
  } finally {
    await server.close();
  }
}

async function firstOutput(url: string, rounds: number): Promise<Finding> {
  const warm: number[] = [];
  let cold = 0;
  for (let round = -2; round < rounds; round++) {
    await wait(REFILL_MS);
    const { firstMs, supply } = await clickRun(url, 'print');
    if (supply === 'cold') cold++;
    else if (round >= 0) warm.push(firstMs);
  }
  const times = summary(warm);
  return {
    what: `click → first output, warm pool, over HTTP, stored (${times.count} runs${cold > 0 ? `, ${cold} cold ones left out` : ''})`,
    ours: spread(times),
    aim: '≤ 30 ms',
    met: times.medianMs <= 30,
  };
}

/** Both sides execute the same cells, each in a kernel of its own; our times are those of the log. */
async function cellOverhead(url: string, project: string, python: string): Promise<Finding> {
  const supplier = await createKernelSupplier({
    python,
    scriptsDirectory: join(project, 'scripts'),
    environment: process.env,
    poolSize: 0,
  });
  const raw = async (): Promise<number> => {
    const directory = join(project, 'scripts');
    const kernel = await supplier.acquire(
      {
        runId: 'bench',
        kernelName: undefined,
        language: 'python',
        directory,
        outputDirectory: directory,
        environment: {},
        params: {},
      },
      new AbortController().signal,
    );
    const ms = await timed(async () => {
      for (let cell = 0; cell < CELLS; cell++) await kernel.execute('pass', { onMessage: () => undefined });
    });
    await kernel.kill();
    return ms / CELLS;
  };
  const product = async (): Promise<number> => {
    const all: LogEvent[] = [];
    for await (const event of follow(url, 'cells')) all.push(event);
    const at = (event: LogEvent | undefined): number => Date.parse(event?.at ?? '');
    return (
      (at(all.findLast(({ type }) => type === 'cell-finished')) - at(all.find(({ type }) => type === 'cell-started'))) /
      CELLS
    );
  };
  const { ours, kernel } = await inTurns(7, { ours: product, kernel: raw });
  await supplier.close();
  const addedMs = ours.medianMs - kernel.medianMs;
  return {
    what: `added to each cell over the raw kernel round trip (${CELLS} cells)`,
    ours: `${digits(addedMs)} ms`,
    peer: `round trip: ${spread(kernel)}, whole: ${spread(ours)}`,
    aim: '≤ 1 ms',
    met: addedMs <= 1,
  };
}
