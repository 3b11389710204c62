/**
 * A server without a network, with a real store and real files. Its kernels never start: runs wait until a test moves
 * them.
 */
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createAudit } from '../../src/app/audit/audit.ts';
import { createUploadRoom } from '../../src/app/upload/upload-room.ts';
import { createFolderRemover } from '../../src/disk/folder-remover.ts';
import type { AppContext } from '../../src/app/context.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import type { Run } from '../../src/domain/run/run.ts';
import { createScriptSource } from '../../src/files/script-source.ts';
import { createHttp } from '../../src/http/server.ts';
import type { App, HttpOptions } from '../../src/http/site.ts';
import { languages } from '../../src/language/all.ts';
import { openStore, type OpenStore } from '../../src/store/open.ts';
import { newId } from '../../src/compose/compose.ts';

export const TOKEN = 'operator-token-of-the-test';

export interface TestSite {
  readonly app: App;
  readonly ctx: AppContext;
  readonly store: OpenStore;
  readonly folder: string;
  /** Moves the oldest waiting run through these events; by default it succeeds. */
  finish(...events: RunEvent[]): Promise<Run>;
  /** Cancels all waiting runs, so that the next test begins with an empty queue. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const NOTEBOOK = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {
    kernelspec: { name: 'python3', language: 'python', display_name: 'Python 3' },
    language_info: { name: 'python' },
  },
  cells: [
    { cell_type: 'markdown', id: 'a', metadata: {}, source: '# Weekly sales\n\nRevenue by region.' },
    {
      cell_type: 'code',
      id: 'b',
      metadata: { tags: ['parameters'] },
      source: 'region: str = "EU"\nrows: int = 50  # how many',
      outputs: [],
      execution_count: null,
    },
    { cell_type: 'code', id: 'c', metadata: {}, source: 'print(region)', outputs: [], execution_count: null },
  ],
};

const HOUR_MS = 3_600_000;
const MEGABYTE = 1_000_000;

/** `files`: further files of the scripts folder, by name. */
export async function openSite(
  options: Partial<HttpOptions> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<TestSite> {
  const folder = await mkdtemp(join(tmpdir(), 'site-'));
  await mkdir(join(folder, 'scripts/sales'), { recursive: true });
  await mkdir(join(folder, 'static/sub'), { recursive: true });
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'scripts/sales/weekly.ipynb'), JSON.stringify(NOTEBOOK));
  await writeFile(join(folder, 'scripts/broken.ipynb'), '{"cells": [');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, 'scripts', dirname(name)), { recursive: true });
    await writeFile(join(folder, 'scripts', name), text);
  }
  await writeFile(join(folder, 'static/logo.txt'), 'logo');
  await writeFile(join(folder, 'static/.hidden'), 'hidden');
  await writeFile(join(folder, 'static/sub/.hidden'), 'hidden');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await symlink(join(folder, 'secret.txt'), join(folder, 'static/link.txt'));
  await symlink(folder, join(folder, 'static/linked'));
  await symlink('logo.txt', join(folder, 'static/inside.txt'));
  await writeFile(join(folder, 'assets/app-1.css'), 'body{}');
  await writeFile(join(folder, 'assets/manifest.json'), '{"app.css": "app-1.css"}');
  await cp(join(folder, 'assets/app-1.css'), join(folder, 'assets/app-1.css.gz'));
  const store = await openStore(join(folder, 'data'), { retainMs: 24 * HOUR_MS });
  const spoken = languages();
  const scripts = await createScriptSource({
    directory: join(folder, 'scripts'),
    languages: spoken,
    followLinks: false,
    watch: false,
  });
  const ctx = {
    scripts,
    runs: store.runs,
    sessions: store.sessions,
    accounts: store.accounts,
    tokens: store.tokens,
    presets: store.presets,
    audit: createAudit(store.auditStore, Date.now),
    links: store.links,
    auditStore: store.auditStore,
    blobs: store.blobs,
    uploads: createUploadRoom(),
    seals: store.seals,
    languages: spoken,
    timezone: 'UTC',
    serverVersion: '0.0.0',
    workDirectory: store.workDirectory,
    folders: createFolderRemover(),
    kernels: {
      acquire: () => Promise.reject(new Error('no kernels here')),
      ready: () => false,
      describe: () => [],
      close: async () => undefined,
    },
    limits: {
      concurrency: 1,
      queueLimit: 3,
      wallMs: HOUR_MS,
      cellMs: HOUR_MS,
      queueMs: HOUR_MS,
      outputBytes: MEGABYTE,
      outputCount: 1_000,
      endMs: 2_000,
      artifactBytes: MEGABYTE,
      uploadBytes: 1e7,
      tables: { isOn: true, rows: 1_000_000, bytes: 1e7, ms: 10_000 },
      diskReserveBytes: 0,
    },
    retention: { ms: 24 * HOUR_MS, count: 1000, bytes: MEGABYTE, rules: () => ({}) },
    freeBytes: store.freeBytes,
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (details: object) => {
        throw new Error(JSON.stringify(details));
      },
    },
    now: Date.now,
    newId,
  } as unknown as AppContext;
  const app = await createHttp(ctx, {
    basePath: '',
    operatorTokens: [TOKEN],
    allowedHosts: ['reports.example'],
    trustedProxies: [],
    staticDirectory: join(folder, 'static'),
    assetsDirectory: join(folder, 'assets'),
    ...options,
  });
  const finish = async (...events: RunEvent[]) => {
    const claim = await store.runs.claim('test', Date.now());
    if (claim === undefined) throw new Error('no run waits');
    const end: RunEvent = { type: 'run-finished', outcome: { type: 'succeeded' } };
    await store.runs.append(
      claim.run.id,
      claim.attempt,
      [
        { type: 'run-started', attempt: claim.attempt, worker: 'test', cells: 2 },
        ...(events.some(({ type }) => type === 'run-finished') ? events : [...events, end]),
      ],
      Date.now(),
    );
    return (await store.runs.find(claim.run.id)) as Run;
  };
  const clear = async () => {
    const { items } = await store.runs.list({ status: ['queued'], limit: 100 });
    for (const { id } of items) await store.runs.requestCancel(id, 'test', Date.now());
  };
  const close = async () => {
    await app.close();
    await scripts.close();
    await store.close();
    await rm(folder, { recursive: true });
  };
  return { app, ctx, store, folder, finish, clear, close };
}

/** Posts a form as a browser does from our own page. */
export function form(url: string, fields: Record<string, string>) {
  return {
    method: 'POST',
    url,
    payload: new URLSearchParams(fields).toString(),
    headers: {
      host: 'localhost',
      origin: 'http://localhost',
      'sec-fetch-site': 'same-origin',
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'text/html',
    },
  } as const;
}

export function page(url: string, headers: Record<string, string> = {}) {
  return { method: 'GET', url, headers: { host: 'localhost', accept: 'text/html', ...headers } } as const;
}
