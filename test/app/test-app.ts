/**
 * A whole application around a scripted kernel: real store, blobs, notebooks and languages; only the kernel is a fake.
 */
import { createUploadRoom } from '../../src/app/upload/upload-room.ts';
import { createFolderRemover } from '../../src/disk/folder-remover.ts';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { AppContext } from '../../src/app/context.ts';
import type { RunLimits } from '../../src/domain/run/run-limit.ts';
import { createRunStarts } from '../../src/app/run/run-start.ts';
import { submitRun } from '../../src/app/run/run-submit.ts';
import { createWorker } from '../../src/worker/run-worker.ts';
import { watchEvents } from '../../src/app/run/run-watch.ts';
import { VIEWER } from '../../src/domain/access/access.ts';
import { AppError } from '../../src/domain/error.ts';
import type { KernelRequest, KernelSupplier } from '../../src/domain/kernel/kernel.ts';
import type { RunEvent, StoredEvent } from '../../src/domain/run/run-event.ts';
import type { Run } from '../../src/domain/run/run.ts';
import type { ScriptContent, ScriptSource, Sidecar } from '../../src/domain/script/script.ts';
import { parseScript } from '../../src/files/script-parse.ts';
import { languages } from '../../src/language/all.ts';
import { openBlobFolder } from '../../src/store/blob/blob-disk.ts';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { createRunStore } from '../../src/store/run/run-store.ts';
import { createSessionStore } from '../../src/store/session-store.ts';
import { createSecretBox } from '../../src/store/secret.ts';
import { createNotifier } from '../../src/store/notifier.ts';
import { notebookBytes, type CellText } from './notebook-bytes.ts';
import { fakeKernels, type CellScript } from './fake-kernel.ts';

export interface TestApp {
  readonly ctx: AppContext;
  /** By name; may be changed at any time. */
  readonly notebooks: Map<string, Uint8Array>;
  /** Their sidecars, by the same names. */
  readonly sidecars: Map<string, Uint8Array>;
  readonly requests: KernelRequest[];
  /** Starts a worker, with this context if it is not the app's own, that is stopped at the end of the test. */
  work(ctx?: AppContext): ReturnType<typeof createWorker>;
  submit(script?: string, values?: Record<string, unknown>): Promise<Run>;
  /** The log of the run to its end. */
  log(run: Run): Promise<readonly StoredEvent[]>;
  /** Submits and executes a run; returns the events of its cells. */
  run(values?: Record<string, unknown>): Promise<{ readonly run: Run; readonly events: readonly RunEvent[] }>;
}

export interface TestAppOptions {
  readonly limits?: Partial<RunLimits>;
  readonly metadata?: object;
  /** Real ones in place of the fake. */
  readonly kernels?: KernelSupplier;
  /** The folder in which the scripts are said to be. */
  readonly directory?: string;
}

/** `cellScripts`: source of a cell -> what it does; other sources print themselves. */
export async function createTestApp(
  cells: readonly (string | CellText)[],
  cellScripts: Record<string, CellScript> = {},
  options: TestAppOptions = {},
): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), 'app-'));
  const workDirectory = join(folder, 'work');
  await mkdir(workDirectory);
  const notebooks = new Map([['sales', notebookBytes(cells, options.metadata)]]);
  const sidecars = new Map<string, Uint8Array>();
  const requests: KernelRequest[] = [];
  const engine = openSqlite(':memory:');
  const runs = await createRunStore({
    engine,
    secrets: createSecretBox(randomBytes(32)),
    notifier: createNotifier(),
    retainMs: 86_400_000,
  });
  let count = 0;
  const ctx: AppContext = {
    scripts: memoryScripts(notebooks, sidecars, options.directory ?? '/scripts'),
    runs,
    sessions: createSessionStore({ engine }),
    blobs: await openBlobFolder(join(folder, 'blobs')),
    kernels: options.kernels ?? fakeKernels(cellScripts, requests),
    uploads: createUploadRoom(),
    starts: createRunStarts(),
    seals: createSecretBox(randomBytes(32)),
    languages: languages(),
    timezone: 'UTC',
    serverVersion: '1',
    workDirectory,
    folders: createFolderRemover(),
    now: Date.now,
    newId: () => `id${(count += 1)}`,
    log: {
      info() {},
      warn() {},
      error(details) {
        throw new Error(
          `logged: ${JSON.stringify(details, (_, value: unknown) => (value instanceof Error ? value.stack : value))}`,
        );
      },
    },
    limits: {
      concurrency: 2,
      queueLimit: 10,
      wallMs: 60_000,
      cellMs: 60_000,
      queueMs: 60_000,
      outputBytes: 1e6,
      outputCount: 20_000,
      endMs: 2_000,
      artifactBytes: 1e6,
      uploadBytes: 1e7,
      tables: { isOn: true, rows: 1_000_000, bytes: 1e7, ms: 10_000 },
      diskReserveBytes: 0,
      ...options.limits,
    },
    retention: { ms: 86_400_000, count: 1e6, bytes: 1e9, rules: () => ({}) },
    freeBytes: async () => 1e9,
  };
  const stops: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    for (const stop of stops) await stop();
    await runs.close();
    await rm(folder, { recursive: true });
  });
  const submit: TestApp['submit'] = async (script = 'sales', values = {}) =>
    (await submitRun(ctx, VIEWER, { script, values, trigger: 'form' })).run;
  const log: TestApp['log'] = async (run) =>
    (
      await Array.fromAsync(watchEvents(ctx, VIEWER, run.id, { afterSeq: 0, signal: new AbortController().signal }))
    ).flat();
  const work: TestApp['work'] = (own = ctx) => {
    const worker = createWorker(own);
    worker.start();
    stops.push(() => worker.stop(0));
    return worker;
  };
  return {
    ctx,
    notebooks,
    sidecars,
    requests,
    work,
    submit,
    log,
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

function memoryScripts(
  notebooks: ReadonlyMap<string, Uint8Array>,
  sidecars: ReadonlyMap<string, Uint8Array>,
  directory: string,
): ScriptSource {
  const parse = (name: string, bytes: Uint8Array, sidecar?: Sidecar): ScriptContent => ({
    ...parseScript(
      name,
      { file: `${name}.ipynb`, bytes, modifiedAtMs: 0 },
      sidecar && { ...sidecar, modifiedAtMs: 0 },
      languages(),
    ),
    bytes,
    directory,
    ...(sidecar === undefined ? {} : { sidecar }),
  });
  const read = async (name: string) => {
    const bytes = notebooks.get(name);
    if (bytes === undefined) throw new AppError('not-found', `There is no script "${name}".`);
    const beside = sidecars.get(name);
    return parse(name, bytes, beside && { file: `${name}.params.json`, bytes: beside });
  };
  return {
    list: async () => [...notebooks].map(([name, bytes]) => parse(name, bytes).script),
    find: async (name) => {
      const bytes = notebooks.get(name);
      return bytes && parse(name, bytes).script;
    },
    read,
    review: async (name) => (await read(name)).script.findings?.() ?? [],
    parse: async (name, bytes, beside) => parse(name, bytes, beside),
    onChange: () => () => {},
    close: async () => {},
  };
}
