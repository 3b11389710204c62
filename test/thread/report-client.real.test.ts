/** The thread that renders reports, with a data folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { OPERATOR } from '../../src/domain/access/access.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { type OpenStore, openStore } from '../../src/store/open.ts';
import { createReportClient, type ReportClient } from '../../src/thread/report-client.ts';
import { notebookBytes } from '../app/notebook-bytes.ts';
import { blobsOfData } from '../../src/store/blob/blob-place.ts';
import { newRun } from '../store/contract.ts';

let directory: string;
let store: OpenStore;
let reports: ReportClient;
const warnings: string[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'report-thread-'));
  store = await openStore(directory, { retainMs: 1000 });
  warnings.length = 0;
  const warn = (_details: object, message: string) => void warnings.push(message);
  const log = { info: () => {}, warn, error: warn };
  reports = createReportClient({
    directory,
    blobs: blobsOfData(directory),
    basePath: '',
    assetsDirectory: directory,
    runs: store.runs,
    log,
    stuckMs: 1000,
  });
});
afterEach(async () => {
  await reports.close();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

async function addRun(id: string, events: readonly RunEvent[]): Promise<void> {
  const { hash, sizeBytes } = await store.blobs.put(notebookBytes(['print(1)']));
  await store.runs.create(newRun(id, { revision: hash, revisionBytes: sizeBytes }), 1, 10);
  await store.runs.claim('w', 2);
  await store.runs.append(id, 1, [{ type: 'run-started', attempt: 1, worker: 'w', cells: 1 }, ...events], 3);
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const print = (said: string): RunEvent => ({ type: 'stream-appended', cell: 0, name: 'stdout', text: said });
const END: RunEvent = { type: 'run-finished', outcome: { type: 'succeeded' } };
const display: RunEvent = {
  type: 'output-added',
  cell: 0,
  output: { type: 'display', data: { 'text/plain': 'x' }, metadata: {}, displayId: 'd' },
};
const update: RunEvent = { type: 'output-updated', displayId: 'd', data: { 'text/plain': 'y' }, metadata: {} };

it('reads, takes away and follows reports', async () => {
  await addRun('a', [print('one\n')]);
  const { html, seq } = await reports.read(OPERATOR, 'a', { theme: 'dark' });
  expect(text(html)).toContain('one');
  expect(text(html)).toContain('data-theme="dark"');
  expect(text(await reports.exportText(OPERATOR, 'a', 0))).toBe('one\n');
  expect(JSON.parse(text(await reports.exportNotebook(OPERATOR, 'a')))).toMatchObject({ nbformat: 4 });
  expect(text(await reports.exportHtml(OPERATOR, 'a', { facts: [{ label: 'Day', value: 'today' }] }))).toContain(
    'today',
  );

  const steps = reports.watch(OPERATOR, 'a', { afterSeq: seq, signal: new AbortController().signal });
  expect((await steps.next()).value).toMatchObject({ patches: [], run: { id: 'a', status: 'starting' } });
  const next = steps.next();
  await store.runs.append('a', 1, [print('two\n')], 4);
  expect(JSON.stringify((await next).value)).toContain('two');
  await store.runs.append('a', 1, [END], 5);
  const rest = await Array.fromAsync(steps);
  expect(rest.at(-1)).toMatchObject({ run: { status: 'succeeded' } });
});

it('has the last state of a file that is kept with a report', async () => {
  const keep = async (said: string): Promise<RunEvent> => {
    const { hash, sizeBytes } = await store.blobs.put(Buffer.from(said));
    return {
      type: 'file-kept',
      path: '../x.csv',
      mime: 'text/csv',
      file: { $blob: hash, sizeBytes, encoding: 'base64' },
    };
  };
  await addRun('a', [await keep('first'), await keep('last'), END]);
  expect(text(await reports.exportFile(OPERATOR, 'a', '../x.csv'))).toBe('last');
});

it('says what is wrong as on one thread', async () => {
  await addRun('a', [END]);
  await expect(reports.read(OPERATOR, 'b', {})).rejects.toMatchObject({ code: 'not-found' });
  await expect(reports.exportText(OPERATOR, 'a', 7)).rejects.toMatchObject({ code: 'not-found' });
  await expect(reports.exportFile(OPERATOR, 'a', 'x.csv')).rejects.toMatchObject({ code: 'not-found' });
});

it('ends a follower with its signal', async () => {
  await addRun('a', []);
  const leaving = new AbortController();
  const steps = reports.watch(OPERATOR, 'a', { afterSeq: 0, signal: leaving.signal });
  await steps.next();
  const next = steps.next();
  leaving.abort();
  await next;
  expect((await Array.fromAsync(steps)).length).toBeLessThan(2);
});

it('is ended and started anew where one report takes too long, and makes the others', { timeout: 60_000 }, async () => {
  const heavy = [
    ...Array.from({ length: 12_000 }, () => display),
    ...Array.from({ length: 12_000 }, () => update),
    END,
  ];
  await addRun('heavy', heavy);
  await addRun('light', [print('light'), END]);
  const refused = expect(reports.read(OPERATOR, 'heavy', {})).rejects.toMatchObject({ code: 'unavailable' });
  await refused;
  expect(text((await reports.read(OPERATOR, 'light', {})).html)).toContain('light');
  await expect(reports.read(OPERATOR, 'heavy', {})).rejects.toThrow(/takes too long/);
  expect(warnings).toHaveLength(1);
});
