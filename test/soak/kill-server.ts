/**
 * A server without pages, to be killed: `kill-server.ts DATA SCRIPTS KERNEL MODE`. KERNEL is `fake` or a Python with
 * ipykernel. MODE `load` submits and cancels runs without end; `drain` waits until none waits or runs, submits one more
 * and ends after it. Prints what a client would have been told, one JSON value per line, before anything else happens.
 */
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { cancelRun } from '../../src/app/run/run-change.ts';
import { createFolderRemover } from '../../src/disk/folder-remover.ts';
import type { AppContext } from '../../src/app/context.ts';
import { submitRun } from '../../src/app/run/run-submit.ts';
import { followRun, watchEvents } from '../../src/app/run/run-watch.ts';
import { createWorker } from '../../src/worker/run-worker.ts';
import { VIEWER } from '../../src/domain/access/access.ts';
import { AppError } from '../../src/domain/error.ts';
import { createScriptSource } from '../../src/files/script-source.ts';
import { createKernelSupplier } from '../../src/kernel/supplier.ts';
import { languages } from '../../src/language/all.ts';
import { openStore } from '../../src/store/open.ts';
import { fakeKernels } from '../app/fake-kernel.ts';

const [data = '', scriptsDirectory = '', kernel = '', mode = ''] = process.argv.slice(2);
const say = (told: object) => writeSync(1, `${JSON.stringify(told)}\n`);
const signal = new AbortController().signal;

const store = await openStore(data, { retainMs: Infinity });
const kernels =
  kernel === 'fake'
    ? fakeKernels({
        async show({ print, say: speak, request }) {
          await print('working\n');
          await wait(Math.random() * 5);
          await speak({ type: 'display', data: { 'text/html': `${request.runId} ${'x'.repeat(5000)}` }, metadata: {} });
        },
      })
    : await createKernelSupplier({ python: kernel, scriptsDirectory, environment: process.env });
const ctx: AppContext = {
  scripts: await createScriptSource({ directory: scriptsDirectory, languages: languages() }),
  runs: store.runs,
  sessions: store.sessions,
  seals: store.seals,
  blobs: store.blobs,
  workDirectory: store.workDirectory,
  folders: createFolderRemover(),
  kernels,
  languages: languages(),
  limits: {
    concurrency: 3,
    queueLimit: 8,
    wallMs: 60_000,
    cellMs: 60_000,
    queueMs: 3_600_000,
    outputBytes: 1e7,
    outputCount: 20_000,
    endMs: 2_000,
    artifactBytes: 1e7,
    uploadBytes: 1e7,
    tables: { isOn: true, rows: 1_000_000, bytes: 1e7, ms: 10_000 },
    diskReserveBytes: 0,
  },
  retention: { ms: Infinity, count: Infinity, bytes: Infinity, rules: () => ({}) },
  freeBytes: store.freeBytes,
  timezone: 'UTC',
  serverVersion: 'soak',
  now: Date.now,
  newId: () => randomBytes(16).toString('hex'),
  log: { info() {}, warn() {}, error: (details, message) => console.error(message, details) },
};
const worker = createWorker(ctx);
worker.start();

async function follow(id: string): Promise<void> {
  for await (const events of watchEvents(ctx, VIEWER, id, { afterSeq: 0, signal }))
    say({ seen: id, seq: events.at(-1)?.seq });
}

async function load(): Promise<never> {
  for (let count = 0; ; count += 1) {
    try {
      const { run } = await submitRun(ctx, VIEWER, { script: 'soak', values: {}, trigger: 'api' });
      say({ acknowledged: run.id });
      void follow(run.id);
      if (count % 5 === 4) say({ cancelled: (await cancelRun(ctx, VIEWER, run.id)).status, id: run.id });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
    }
    await wait(Math.random() * 15);
  }
}

/** The run that it submits at the end shows that the server still serves after the kills, wherever they hit. */
async function drain(): Promise<void> {
  // until then the queue may be full
  await allEnd();
  const { run } = await submitRun(ctx, VIEWER, { script: 'soak', values: {}, trigger: 'api' });
  say({ acknowledged: run.id });
  await allEnd();
  await worker.stop(10_000);
  await ctx.kernels.close();
  await ctx.scripts.close();
  await store.close();
}

async function allEnd(): Promise<void> {
  for (;;) {
    const [left] = (await ctx.runs.list({ status: ['queued', 'starting', 'running'], limit: 1 })).items;
    if (left === undefined) return;
    await Array.fromAsync(followRun(ctx, left.id, { afterSeq: 0, signal }));
  }
}

await (mode === 'load' ? load() : drain());
