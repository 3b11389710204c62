/**
 * The hostile notebooks attack a real server: each alone, then several at once until the time is over. The server must
 * answer throughout, and hold at the end what it held at the beginning.
 */
import { AssertionError } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeResources, peakBytes, resetPeak, type ResourceCount } from './resource-count.ts';
import { createClient } from './client.ts';
import { watchHealth, type HealthWatch } from './health-watch.ts';
import { HOSTILE, readHostile, type Hostile } from './hostile.ts';
import { tryHostile, type HostileSurroundings } from './hostile-run.ts';
import { createRandom } from './random.ts';
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

const SETTINGS = {
  concurrency: '4',
  pool: '1',
  'memory-limit': '1GB',
  'process-limit': '100',
  'disk-limit': '200MB',
  'output-limit': '20MB',
  'wall-limit': '120s',
  grace: '5s',
};
/** A server that needs more ends, and the soak fails. */
const HEAP_MB = 512;
const MOST_AT_ONCE = 4;
/** Peak memory of the server while one notebook runs and is read, above its cleared memory before. */
const PEAK_BYTES = 300 * 1024 * 1024;
/** What the notebooks leave must not add up: cleared memory above that of the idle server, and from begin to end. */
const GROWTH_BYTES = 150 * 1024 * 1024;
/** The aim is 50 ms; but the machine has other work to do, above all that of the notebooks. */
const HEALTH_MS = 20_000;
const MINUTE_MS = 60_000;

/** Each has its own imports and therefore its own fork server: as many as the server keeps. */
const MODULES = ['colorsys', 'ftplib', 'mailbox', 'netrc', 'plistlib', 'poplib', 'tabnanny', 'wave'];
const CALM: readonly Hostile[] = MODULES.map((module) => ({
  name: `calm-${module}`,
  tries: 'Nothing.',
  holds: 'It succeeds.',
  outcomes: ['succeeded'],
  prints: [/calm/],
  never: [],
  runs: 1,
}));

export interface HostileSoakOptions {
  /** Absolute, empty, with a short path; the caller removes it. */
  readonly folder: string;
  /** How long to continue after each notebook has run alone; at least one round with several at once. */
  readonly minutes: number;
  readonly seed: number;
  /** Names of the notebooks to run; by default all. */
  readonly only?: readonly string[];
  readonly say?: (line: string) => void;
  /** When aborted, no further run begins, and what was done is checked. */
  readonly stop?: AbortSignal;
  /** When aborted, the server is stopped, and the soak rejects with the reason. */
  readonly end?: AbortSignal;
}

export interface HostileSoakResult {
  readonly runs: number;
  readonly resources: ResourceCount;
  readonly slowestHealthMs: number;
  /** Of the server, cleared: after each notebook had run once, and at the end. */
  readonly memory: { readonly warmBytes: number; readonly endBytes: number };
}

/** Throws an AssertionError that names everything that went wrong. */
export async function soakHostile(options: HostileSoakOptions): Promise<HostileSoakResult> {
  const { minutes, only, say = () => {}, stop } = options;
  const all = chosen(await readHostile(), only);
  const { server, surroundings } = await startHostileServer(options);
  const health = watchHealth(server.url);
  const ended = server.ended.then(({ code, signal }) => {
    throw new Error(`the server ended by itself: ${code ?? signal}\n${server.log().slice(-3000)}`);
  });
  try {
    const result = await Promise.race([soak(), ended, untilAborted(options.end)]);
    await health.close();
    await stopServer(server);
    return result;
  } finally {
    await health.close();
    ended.catch(() => undefined);
    await endServer(server);
  }

  async function soak(): Promise<HostileSoakResult> {
    const work = createWork({ ...options, server, surroundings, health, say });
    await work.alone(all);
    await work.calm();
    const before = await settled(server);
    const warmBytes = await clearedBytes(server);
    const untilMs = Date.now() + minutes * MINUTE_MS;
    do {
      await work.together(all, () => stop?.aborted === true);
      say(`${work.runs()} runs; the server holds ${megabytes(await clearedBytes(server))}`);
    } while (Date.now() < untilMs && stop?.aborted !== true);
    await work.calm();
    const resources = await settled(server, before);
    const endBytes = await clearedBytes(server);
    say(`before and after: ${JSON.stringify(before)} ${JSON.stringify(resources)}, ${megabytes(endBytes)}`);
    const wrong = [...work.wrong];
    if (endBytes - warmBytes > GROWTH_BYTES)
      wrong.push(`the server has grown from ${megabytes(warmBytes)} to ${megabytes(endBytes)}`);
    if (JSON.stringify(resources) !== JSON.stringify(before))
      wrong.push(
        `the server holds ${JSON.stringify(resources)} and held ${JSON.stringify(before)} before`,
        await describeResources(server),
      );
    if (wrong.length > 0) throw new AssertionError({ message: wrong.join('\n') });
    return { runs: work.runs(), resources, slowestHealthMs: work.slowestHealthMs(), memory: { warmBytes, endBytes } };
  }
}

/** Throws an Error that names what there is no notebook for. */
function chosen(all: readonly Hostile[], only: readonly string[] = all.map(({ name }) => name)): readonly Hostile[] {
  const unknown = only.filter((name) => !all.some((hostile) => hostile.name === name));
  if (unknown.length > 0) throw new Error(`There is no test/hostile/${unknown.join(', ')}.`);
  return all.filter(({ name }) => only.includes(name));
}

interface Tools {
  readonly server: SoakedServer;
  readonly surroundings: HostileSurroundings;
  readonly health: HealthWatch;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** Executes the runs and counts them; continues after something went wrong. */
function createWork({ server, surroundings, health, seed, say }: Tools) {
  const random = createRandom(seed);
  const client = createClient(server.url);
  const wrong: string[] = [];
  let [runs, slowestHealthMs, isGone] = [0, 0, false];
  void server.ended.then(() => {
    isGone = true;
  });

  function note(message: string): void {
    say(message);
    wrong.push(message);
  }

  /** Returns the outcome, or that something went wrong. */
  async function one(hostile: Hostile): Promise<string> {
    if (isGone) throw new Error('the server has ended');
    runs += 1;
    return tryHostile(client, hostile, surroundings).catch((error: unknown) => {
      note(error instanceof AssertionError ? error.message : `${hostile.name}: ${String(error)}`);
      return 'NOT HELD';
    });
  }

  /** Returns the time of the slowest answer since the last call, in milliseconds. */
  async function lookAtHealth(when: string): Promise<number> {
    const { slowestMs, problems } = await health.take();
    slowestHealthMs = Math.max(slowestHealthMs, slowestMs);
    if (problems.length > 0) note(`${when}: /healthz answered with ${problems.join(', ')}`);
    if (slowestMs > HEALTH_MS) note(`${when}: /healthz took ${Math.round(slowestMs)} ms`);
    return slowestMs;
  }

  return {
    wrong,
    runs: () => runs,
    slowestHealthMs: () => slowestHealthMs,
    async alone(list: readonly Hostile[]) {
      const idleBytes = await clearedBytes(server);
      for (const hostile of list.flatMap((each) => Array.from({ length: each.runs }, () => each))) {
        const left = (await clearedBytes(server)) - idleBytes;
        await resetPeak(server.pid);
        const heldBytes = await peakBytes(server.pid);
        const beganMs = Date.now();
        const outcome = await one(hostile);
        const rose = (await peakBytes(server.pid)) - heldBytes;
        const healthMs = await lookAtHealth(hostile.name);
        say(
          `${hostile.name.padEnd(32)} ${outcome.padEnd(12)} ${String(Date.now() - beganMs).padStart(6)} ms` +
            `  health ${Math.round(healthMs)} ms  memory +${megabytes(rose)} to ${megabytes(left)} above idle`,
        );
        if (rose > PEAK_BYTES) note(`${hostile.name}: the server took ${megabytes(rose)} more`);
        if (left > GROWTH_BYTES) note(`before ${hostile.name}: the server held ${megabytes(left)} more than when idle`);
      }
    },
    /** Afterwards the same kernels are waiting, whatever ran before: those of the scripts that ran last. */
    async calm() {
      for (const hostile of [...CALM, ...CALM]) await one(hostile);
      await lookAtHealth('at rest');
    },
    async together(list: readonly Hostile[], isOver: () => boolean) {
      const waiting = random.shuffled(list);
      const atOnce = random.between(2, MOST_AT_ONCE);
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (let next = waiting.pop(); next !== undefined && !isOver(); next = waiting.pop()) await one(next);
        }),
      );
      const healthMs = await lookAtHealth(`${atOnce} notebooks at once`);
      say(`a round of ${atOnce} at once: /healthz answered within ${Math.round(healthMs)} ms`);
    },
  };
}

/** Starts a server with all hostile notebooks and a connection whose password nobody may read. */
async function startHostileServer({ folder, seed }: Pick<HostileSoakOptions, 'folder' | 'seed'>) {
  const canary = randomBytes(16).toString('hex');
  const secret = `pw-${randomBytes(12).toString('hex')}`;
  await cp(HOSTILE, join(folder, 'scripts'), { recursive: true, filter: (path) => !path.endsWith('.md') });
  for (const module of MODULES)
    await writeFile(join(folder, 'scripts', `calm-${module}.py`), `# %%\nimport ${module}\nprint("calm", ${module})\n`);
  await mkdir(join(folder, '.link'), { mode: 0o700 });
  const connection = { wrapper: 'PostgresDB', host: 'db.invalid', user: 'u', password: canary, database: 'd' };
  await writeFile(join(folder, '.link/link.config'), JSON.stringify({ dbs: { canary: connection } }), { mode: 0o600 });
  const server = await startServer(folder, {
    seed,
    settings: { ...SETTINGS, connections: 'nobody: dbs.canary' },
    heapMb: HEAP_MB,
  });
  const [token, key] = await Promise.all(
    ['operator-token', 'secret.key'].map((name) => readFile(join(server.data, name), 'latin1')),
  );
  const surroundings: HostileSurroundings = {
    values: { server: server.url, data: server.data, secret, mark: server.mark },
    secrets: {
      'the operator’s token': (token ?? '').trim(),
      'the key of the passwords': key ?? '',
      'the password of the connection': canary,
      'the value of a password': secret,
    },
  };
  return { server, surroundings };
}
