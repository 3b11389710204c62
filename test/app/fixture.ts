/** A whole application around a scripted kernel: real store, blobs, notebooks and languages; only the kernel is played. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AppContext, Limits } from '../../src/app/context.ts';
import { submitRun } from '../../src/app/run-submit.ts';
import { createWorker } from '../../src/app/run-worker.ts';
import { watchEvents } from '../../src/app/run-watch.ts';
import { VIEWER } from '../../src/domain/access.ts';
import { AppError } from '../../src/domain/error.ts';
import type { ExecuteReply, Kernel, KernelDeath, KernelMessage, KernelRequest, KernelSupplier } from '../../src/domain/kernel.ts';
import { KernelDiedError } from '../../src/domain/kernel.ts';
import type { RunEvent, StoredEvent } from '../../src/domain/run-event.ts';
import type { Run } from '../../src/domain/run.ts';
import type { ScriptContent, ScriptSource } from '../../src/domain/script.ts';
import { parseScript } from '../../src/files/script-parse.ts';
import { languages } from '../../src/language/all.ts';
import { openBlobFolder } from '../../src/store/blob-disk.ts';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { createRunStore } from '../../src/store/run-store.ts';
import { createSecretBox } from '../../src/store/secret.ts';
import { createWake } from '../../src/store/wake.ts';

/** What a played cell can do. */
export interface Stage {
  readonly request: KernelRequest;
  readonly code: string;
  say(message: KernelMessage): Promise<void>;
  print(text: string): Promise<void>;
  /** An announcement of the `script_runner` module. */
  announce(said: object): Promise<void>;
  raise(name: string, value: string): Promise<ExecuteReply>;
  die(death?: Partial<KernelDeath>): Promise<never>;
  readonly interrupted: Promise<void>;
  readonly killed: Promise<void>;
}

export type Play = (stage: Stage) => Promise<ExecuteReply | void>;

export interface CellText { readonly source: string; readonly tags?: readonly string[]; readonly type?: 'markdown' | 'code' }

export function notebookBytes(cells: readonly (string | CellText)[], metadata: object = {}): Uint8Array {
  const written = cells.map((cell) => (typeof cell === 'string' ? { source: cell } : cell)).map(({ source, tags = [], type = 'code' }: CellText, index) => ({
    id: `cell-${index}`, cell_type: type, metadata: { tags }, source,
    ...(type === 'code' ? { outputs: [], execution_count: null } : {}),
  }));
  const kernelspec = { name: 'python3', display_name: 'Python 3', language: 'python' };
  return Buffer.from(JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec, ...metadata }, cells: written }));
}

export interface Stand {
  readonly ctx: AppContext;
  /** By name; may be changed at any time. */
  readonly notebooks: Map<string, Uint8Array>;
  readonly requests: KernelRequest[];
  /** Starts a worker that is stopped at the end of the test. */
  work(): ReturnType<typeof createWorker>;
  submit(script?: string, values?: Record<string, unknown>): Promise<Run>;
  /** The log of the run to its end. */
  log(run: Run): Promise<readonly StoredEvent[]>;
  /** Submits, executes and answers the events, without those of the frame around the cells. */
  run(values?: Record<string, unknown>): Promise<{ readonly run: Run; readonly events: readonly RunEvent[] }>;
}

export interface StandOptions {
  readonly limits?: Partial<Limits>;
  readonly metadata?: object;
}

/** `plays`: source of a cell -> what it does; other sources print themselves. */
export async function createStand(cells: readonly (string | CellText)[], plays: Record<string, Play> = {}, options: StandOptions = {}): Promise<Stand> {
  const folder = await mkdtemp(join(tmpdir(), 'app-'));
  const workDirectory = join(folder, 'work');
  await mkdir(workDirectory);
  const notebooks = new Map([['sales', notebookBytes(cells, options.metadata)]]);
  const requests: KernelRequest[] = [];
  const runs = await createRunStore({
    engine: openSqlite(':memory:'), secrets: createSecretBox(randomBytes(32)), wake: createWake(), retainMs: 86_400_000,
  });
  let count = 0;
  const ctx: AppContext = {
    scripts: memoryScripts(notebooks), runs, blobs: await openBlobFolder(join(folder, 'blobs')), kernels: playedKernels(plays, requests),
    languages: languages(), timezone: 'UTC', serverVersion: '1', workDirectory, now: Date.now, newId: () => `id${(count += 1)}`,
    log: { info() {}, warn() {}, error(details) { throw new Error(`logged: ${JSON.stringify(details, (_, value: unknown) => (value instanceof Error ? value.stack : value))}`); } },
    limits: {
      concurrency: 2, queueLimit: 10, wallMs: 60_000, cellMs: 60_000, queueMs: 60_000, outputBytes: 1e6, artifactBytes: 1e6,
      retainMs: 86_400_000, retainBytes: 1e9, ...options.limits,
    },
  };
  const stops: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    for (const stop of stops) await stop();
    await runs.close();
    await rm(folder, { recursive: true });
  });
  const submit: Stand['submit'] = async (script = 'sales', values = {}) => (await submitRun(ctx, VIEWER, { script, values, trigger: 'form' })).run;
  const log: Stand['log'] = async (run) => (await Array.fromAsync(watchEvents(ctx, VIEWER, run.id, { afterSeq: 0, signal: new AbortController().signal }))).flat();
  const work: Stand['work'] = () => {
    const worker = createWorker(ctx);
    worker.start();
    stops.push(() => worker.stop(0));
    return worker;
  };
  return {
    ctx, notebooks, requests, work, submit, log,
    async run(values) {
      if (stops.length === 0) work();
      const submitted = await submit('sales', values);
      const events = (await log(submitted)).map(({ event }) => event);
      const run = await ctx.runs.find(submitted.id);
      if (run === undefined) throw new Error('the run is gone');
      return { run, events: events.filter(({ type }) => !/^(run|kernel)-/.test(type)) };
    },
  };
}

function memoryScripts(notebooks: ReadonlyMap<string, Uint8Array>): ScriptSource {
  const parse = (name: string, bytes: Uint8Array): ScriptContent => ({
    ...parseScript(name, { file: `${name}.ipynb`, bytes, modifiedAtMs: 0 }, undefined, languages()), bytes, directory: '/scripts',
  });
  const read = async (name: string) => {
    const bytes = notebooks.get(name);
    if (bytes === undefined) throw new AppError('not-found', `There is no script "${name}".`);
    return parse(name, bytes);
  };
  return {
    list: async () => [...notebooks].map(([name, bytes]) => parse(name, bytes).script),
    find: async (name) => { const bytes = notebooks.get(name); return bytes && parse(name, bytes).script; },
    read, parse, onChange: () => () => {}, close: async () => {},
  };
}

function playedKernels(plays: Record<string, Play>, requests: KernelRequest[]): KernelSupplier {
  return {
    async acquire(request, signal) {
      requests.push(request);
      await plays['acquire']?.({ request, killed: new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())) } as Stage);
      signal.throwIfAborted();
      return playedKernel(plays, request);
    },
    ready: () => true, describe: () => [], close: async () => {},
  };
}

function playedKernel(plays: Record<string, Play>, request: KernelRequest): Kernel {
  const death = Promise.withResolvers<KernelDeath>();
  let interrupt = Promise.withResolvers<void>();
  const died = death.promise.then((reason) => { throw new KernelDiedError(reason); });
  died.catch(() => {});
  return {
    supply: 'cold', readyMs: 1, environment: 'Played 1', interpreter: '/opt/python', died: death.promise,
    async execute(code, { onMessage }) {
      interrupt = Promise.withResolvers();
      const say: Stage['say'] = async (message) => { await onMessage(message); };
      const stage: Stage = {
        request, code, say, interrupted: interrupt.promise, killed: death.promise.then(() => {}),
        print: (text) => say({ type: 'stream', name: 'stdout', text }),
        announce: (said) => say({ type: 'display', data: { 'application/vnd.script-runner+json': said as never, 'text/plain': 'announced' }, metadata: {} }),
        async raise(name, value) {
          await say({ type: 'error', name, value, traceback: [`\u001b[31m${name}\u001b[0m`, value] });
          return { status: 'error' };
        },
        async die(reason) {
          death.resolve({ tail: '', ...reason });
          return died;
        },
      };
      const play = plays[code] ?? ((on: Stage) => on.print(`${on.code}\n`));
      return (await Promise.race([play(stage), died])) ?? { status: 'ok' };
    },
    interrupt: async () => interrupt.resolve(),
    kill: async () => death.resolve({ signal: 'SIGKILL', tail: '' }),
  };
}
