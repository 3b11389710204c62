/**
 * Many runs with faults of every kind on a real server, which must hold at the end what it held after its warm-up.
 */
import assert, { AssertionError } from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testPython } from '../python.ts';
import { describeResources, type ResourceCount } from './resource-count.ts';
import { createClient, type SoakClient } from './client.ts';
import { FAULTS, FIRST_CELLS, SETTINGS, type Fault } from './fault.ts';
import { tryFault } from './fault-run.ts';
import { createRandom, type Random } from './random.ts';
import {
  clearedBytes,
  endServer,
  megabytes,
  settled,
  startServer,
  stopServer,
  untilAborted,
  type SoakedServer,
} from './soaked-server.ts';

/** Garbage is collected often in a small heap. */
const HEAP_MB = 128;
/**
 * How much the server's memory may grow after its warm-up, garbage collected: after floods the heap of the C library
 * has gaps, which only the library could close.
 */
const MEMORY_BYTES = 100 * 1024 * 1024;
/** From the fault to the outcome. */
const END_MS = 2_000;
const ROUND = 100;
const MOST_AT_ONCE = Number(SETTINGS.concurrency);
/** How often a fault that takes long is used with the others. */
const RARELY = 0.3;
const WAYS = ['fork', 'cold'] as const;

export interface FaultSoakOptions {
  /** Absolute, empty, with a short path; the caller removes it. */
  readonly folder: string;
  /** Each fault is used at least once. */
  readonly runs: number;
  readonly seed: number;
  /** Fail if a run took longer to end than it may on a quiet machine. */
  readonly strict?: boolean;
  readonly say?: (line: string) => void;
  /** When aborted, no further round begins, and what was done is checked. */
  readonly stop?: AbortSignal;
  /** When aborted, the server is stopped, and the soak rejects with the reason. */
  readonly end?: AbortSignal;
}

export interface FaultSoakResult {
  /** By fault: the number of runs, and the longest time from the fault to the outcome. */
  readonly faults: ReadonlyMap<string, { readonly runs: number; readonly slowestMs: number }>;
  readonly resources: ResourceCount;
  readonly memory: { readonly beforeBytes: number; readonly afterBytes: number };
}

/** Throws an AssertionError that names every wrong outcome, or what was left behind. */
export async function soakFaults(options: FaultSoakOptions): Promise<FaultSoakResult> {
  const server = await startFaultServer(options.folder, options.seed);
  try {
    return await Promise.race([soakServer(server, options), untilAborted(options.end)]);
  } finally {
    await (options.end?.aborted === true ? endServer(server) : stopServer(server));
  }
}

async function soakServer(server: SoakedServer, options: FaultSoakOptions): Promise<FaultSoakResult> {
  const { runs, seed, say = () => {} } = options;
  const random = createRandom(seed);
  const client = createClient(server.url);
  const work = createWork({ client, random, mark: server.mark, say });
  const memory = () => clearedBytes(server);
  await work.healthy();
  const before = await settled(server);
  await work.round(FAULTS.length, 4);
  const beforeBytes = await memory();
  say(`warm after each fault once: ${JSON.stringify(before)}, ${megabytes(beforeBytes)}`);
  for (let done = FAULTS.length; done < runs && options.stop?.aborted !== true; done += ROUND) {
    const atOnce = random.between(2, MOST_AT_ONCE);
    await work.round(Math.min(ROUND, runs - done), atOnce);
    say(`${Math.min(done + ROUND, runs)} runs, the last ${atOnce} at once; ${megabytes(await memory())}`);
  }
  await work.healthy();
  const resources = await settled(server, before);
  for (const [name, { runs: count, slowestMs }] of work.faults)
    say(
      `${name.padEnd(24)} ${String(count).padStart(5)} runs${slowestMs === 0 ? '' : `, ended ${Math.round(slowestMs)} ms after the fact at the latest`}`,
    );
  assert.deepEqual(work.wrong, [], 'wrong outcomes');
  assert.deepEqual(
    resources,
    before,
    `the server held ${JSON.stringify(before)} when it was warm, and now ${JSON.stringify(resources)}\n${await describeResources(server)}`,
  );
  const afterBytes = await memory();
  assert(
    afterBytes - beforeBytes < MEMORY_BYTES,
    `the server has grown from ${megabytes(beforeBytes)} to ${megabytes(afterBytes)}`,
  );
  if (options.strict === true)
    for (const [name, { slowestMs }] of work.faults) assert(slowestMs <= END_MS, `${name} took ${slowestMs} ms to end`);
  return { faults: work.faults, resources, memory: { beforeBytes, afterBytes } };
}

interface Tools {
  readonly client: SoakClient;
  readonly random: Random;
  readonly mark: string;
  readonly say: (line: string) => void;
}

/** Executes the runs and counts them; continues after a wrong outcome. */
function createWork({ client, random, mark, say }: Tools) {
  const wrong: string[] = [];
  const faults = new Map<string, { runs: number; slowestMs: number }>();
  const healthy = FAULTS.filter(({ name }) => name === 'healthy');
  let count = 0;
  let waiting: Fault[] = [];

  /** Every fault is used before any is used again. */
  function choose(): Fault {
    const isFirst = count <= FAULTS.length;
    if (waiting.length === 0) {
      const chosen = random.shuffled(FAULTS.filter(({ rare }) => rare !== true || isFirst || random.next() < RARELY));
      // what takes long begins first, while the others go on
      waiting = [...chosen.filter(({ rare }) => rare !== true), ...chosen.filter(({ rare }) => rare === true)];
    }
    return waiting.pop()!;
  }

  async function one(fault: Fault, way: string): Promise<void> {
    const token = `r${(count += 1)}.${mark}`.slice(0, 15);
    const ms = await tryFault(client, {
      fault,
      script: `${fault.name}-${way}`,
      token,
      mark,
      moment: random.next(),
    }).catch((error: unknown) => {
      const message = error instanceof AssertionError ? error.message : `${fault.name}-${way}: ${String(error)}`;
      say(message);
      wrong.push(message);
      return undefined;
    });
    const known = faults.get(fault.name) ?? { runs: 0, slowestMs: 0 };
    faults.set(fault.name, { runs: known.runs + 1, slowestMs: Math.max(known.slowestMs, ms ?? 0) });
  }

  return {
    faults,
    wrong,
    async healthy() {
      for (const fault of healthy) for (const way of [...WAYS, ...WAYS]) await one(fault, way);
    },
    async round(runs: number, atOnce: number) {
      let left = runs;
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          while (left > 0) {
            left -= 1;
            const fault = choose();
            await one(fault, fault.way ?? WAYS[random.between(0, 1)]!);
          }
        }),
      );
    },
  };
}

/** Every script exists twice: for kernels that are forked, and for those that start cold. */
async function startFaultServer(folder: string, seed: number): Promise<SoakedServer> {
  const specs = join(folder, 'jupyter/kernels/cold');
  for (const path of [specs, join(folder, 'scripts')]) await mkdir(path, { recursive: true });
  await writeFile(
    join(specs, 'kernel.json'),
    JSON.stringify({
      argv: [testPython(), '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
      display_name: 'Cold',
      language: 'python',
    }),
  );
  for (const fault of FAULTS) {
    for (const way of WAYS)
      await writeFile(
        join(folder, 'scripts', `${fault.name}-${way}.ipynb`),
        notebook([...FIRST_CELLS, ...fault.cells], way === 'fork' ? 'python3' : 'cold'),
      );
  }
  return startServer(folder, {
    seed,
    settings: SETTINGS,
    environment: { JUPYTER_PATH: join(folder, 'jupyter') },
    heapMb: HEAP_MB,
  });
}

function notebook(sources: readonly string[], kernel: string): string {
  const cells = sources.map((source, index) => ({
    cell_type: 'code',
    id: `c${index}`,
    metadata: index === 0 ? { tags: ['parameters'] } : {},
    source,
    outputs: [],
    execution_count: null,
  }));
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: kernel, display_name: kernel, language: 'python' } },
    cells,
  });
}
