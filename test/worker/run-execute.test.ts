import { access, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openArtifact } from '../../src/app/artifact-read.ts';
import { readReport } from '../../src/app/report/report-read.ts';
import { VIEWER } from '../../src/domain/access/access.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { createTestApp } from '../app/test-app.ts';
import { notebookBytes } from '../app/notebook-bytes.ts';
import type { FakeCell } from '../app/fake-kernel.ts';

const SECRET_CELL = { source: 'key: str = ""', tags: ['parameters'] };
const SECRET = { script_runner: { parameters: { properties: { key: { type: 'string', format: 'password' } } } } };

describe('executing a run', () => {
  it('goes from cell to cell; skips what is tagged, markdown and what is empty', async () => {
    const testApp = await createTestApp([
      { source: '# Title', type: 'markdown' },
      'one',
      { source: 'two', tags: ['skip-execution'] },
      ' ',
      'three',
    ]);
    const { run, events } = await testApp.run();
    expect(events).toEqual([
      { type: 'cell-started', cell: 1 },
      { type: 'stream-appended', cell: 1, name: 'stdout', text: 'one\n' },
      { type: 'cell-finished', cell: 1, status: 'ok', ms: expect.any(Number) },
      { type: 'cell-finished', cell: 2, status: 'skipped', ms: 0 },
      { type: 'cell-started', cell: 3 },
      { type: 'cell-finished', cell: 3, status: 'ok', ms: 0 },
      { type: 'cell-started', cell: 4 },
      { type: 'stream-appended', cell: 4, name: 'stdout', text: 'three\n' },
      { type: 'cell-finished', cell: 4, status: 'ok', ms: expect.any(Number) },
    ]);
    expect(run).toMatchObject({ status: 'succeeded', cells: { total: 4, done: 4 }, environment: 'Played 1' });
    const log = await testApp.log(run);
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    expect(log.map(({ event }) => event.type).filter((type) => /^(run|kernel)-/.test(type))).toEqual([
      'run-queued',
      'run-started',
      'kernel-ready',
      'run-finished',
    ]);
  });

  it('injects the values, and executes the bytes it was given at submit', async () => {
    const testApp = await createTestApp([{ source: 'count = 1', tags: ['parameters'] }, 'before']);
    const run = await testApp.submit('sales', { count: '3' });
    testApp.notebooks.set('sales', notebookBytes(['after']));
    testApp.work();
    const events = (await testApp.log(run)).map(({ event }) => event);
    expect(events.find(({ type }) => type === 'run-started')).toMatchObject({
      cells: 3,
      injected: { at: 1, replaces: false, source: expect.stringContaining('count = 3') },
    });
    expect(events).toContainEqual({ type: 'stream-appended', cell: 2, name: 'stdout', text: 'before\n' });
    expect(testApp.requests[0]).toMatchObject({
      params: { count: 3 },
      language: 'python',
      kernelName: 'python3',
      directory: '/scripts',
    });
  });

  it('checks and injects by the parameters’ file of the moment of submission, and reads its report by it', async () => {
    const testApp = await createTestApp([{ source: 'day = "2026-01-01"\nkey = ""', tags: ['parameters'] }, 'before']);
    const beside = (text: object) => testApp.sidecars.set('sales', Buffer.from(JSON.stringify(text)));
    beside({ day: { format: 'date' }, key: { format: 'password' } });
    const run = await testApp.submit('sales', { day: '2026-01-02', key: 'hunter2-hunter2' });
    beside({ day: { enum: ['x'] }, gone: { type: 'integer', minimum: 'broken' } });
    await expect(testApp.submit()).rejects.toMatchObject({ code: 'invalid' });
    testApp.work();
    const events = (await testApp.log(run)).map(({ event }) => event);
    const { injected } = events.find(({ type }) => type === 'run-started') as { injected: { source: string } };
    expect(injected.source).toBe('# Parameters\nday = "2026-01-02"\nkey = __import__("script_runner").params["key"]');
    expect(await testApp.ctx.runs.find(run.id)).toMatchObject({
      status: 'succeeded',
      cells: { total: 2, done: 2 },
      sidecar: { file: 'sales.params.json' },
    });
    const { html } = await readReport(testApp.ctx, VIEWER, run.id, { asset: String });
    expect(Buffer.from(html).toString()).toContain('before');
    testApp.sidecars.delete('sales');
    expect((await testApp.submit('sales', { day: '2026-03-04' })).sidecar).toBeUndefined();
  });

  it('hands each password to other languages in a variable of its own, whatever the case of its letters', async () => {
    const kernelspec = { name: 'bash', display_name: 'Bash', language: 'bash' };
    const testApp = await createTestApp(
      [{ source: 'key=""\nKEY=""', tags: ['parameters'] }],
      {},
      { metadata: { kernelspec } },
    );
    testApp.sidecars.set('sales', Buffer.from('{"key": {"format": "password"}, "KEY": {"format": "password"}}'));
    testApp.work();
    await testApp.log(await testApp.submit('sales', { key: 'small-one', KEY: 'large-one' }));
    expect(testApp.requests[0]?.environment).toMatchObject({
      SCRIPT_RUNNER_PARAM_key: 'small-one',
      SCRIPT_RUNNER_PARAM_KEY: 'large-one',
    });
  });

  it('stops at a failing cell, says which and why, without colours', async () => {
    const testApp = await createTestApp(['bad', 'never'], {
      bad: ({ raise }) => raise('KeyError', "'\u001b[1mamount\u001b[0m'"),
    });
    const { run, events } = await testApp.run();
    expect(run).toMatchObject({
      status: 'failed',
      outcome: { type: 'failed', cell: 0, step: 1, exception: { name: 'KeyError', value: "'amount'" } },
    });
    expect(events).toContainEqual({
      type: 'output-added',
      cell: 0,
      output: {
        type: 'error',
        name: 'KeyError',
        value: "'amount'",
        traceback: ['\u001b[31mKeyError\u001b[0m', "'\u001b[1mamount\u001b[0m'"],
      },
    });
    expect(events).not.toContainEqual({ type: 'cell-started', cell: 1 });
  });

  it('goes on after a cell that is meant to raise', async () => {
    const testApp = await createTestApp([{ source: 'bad', tags: ['raises-exception'] }, 'then'], {
      bad: ({ raise }) => raise('ValueError', 'x'),
    });
    const { run, events } = await testApp.run();
    expect(run.status).toBe('succeeded');
    expect(events).toContainEqual({ type: 'stream-appended', cell: 1, name: 'stdout', text: 'then\n' });
  });

  it('says how to install a missing module', async () => {
    const testApp = await createTestApp(['bad'], {
      bad: ({ raise }) => raise('ModuleNotFoundError', "No module named 'yaml'"),
    });
    expect((await testApp.run()).events).toContainEqual({
      type: 'notice',
      cell: 0,
      text: expect.stringContaining('/opt/python -m pip install pyyaml'),
    });
  });

  it('ends well at script_runner.stop', async () => {
    const testApp = await createTestApp(['enough', 'never'], {
      enough: ({ raise }) => raise('ScriptRunnerStop', 'Nothing was sold.'),
    });
    const { run, events } = await testApp.run();
    expect(run).toMatchObject({ status: 'succeeded', outcome: { type: 'succeeded', message: 'Nothing was sold.' } });
    expect(events.map(({ type }) => type)).toEqual(['cell-started', 'cell-finished']);
  });

  it('turns announcements into events and never shows them', async () => {
    const testApp = await createTestApp(['say'], {
      async say({ announce, request }) {
        await announce({ kind: 'progress', fraction: 7, text: 'Fitting' });
        await announce({ kind: 'result', name: 'revenue', value: [1, 'NaN'] });
        await writeFile(join(request.outputDirectory, 'a.csv'), 'a,b');
        await announce({ kind: 'download', file: 'a.csv', name: 'Sales: all.csv' });
        await announce({ kind: 'download', file: '../../secret', name: 'x' });
        await announce({ kind: 'nonsense' });
      },
    });
    const { run, events } = await testApp.run();
    expect(run).toMatchObject({
      progress: { fraction: 1, text: 'Fitting' },
      results: [{ name: 'revenue', value: [1, 'NaN'] }],
    });
    expect(run.artifacts).toMatchObject([{ name: 'Sales_ all.csv', mime: 'text/csv', sizeBytes: 3 }]);
    expect(events.filter(({ type }) => type === 'output-added')).toHaveLength(1);
    const opened = await openArtifact(testApp.ctx, VIEWER, { id: run.id, name: 'Sales_ all.csv' });
    expect(String(Buffer.concat(await Array.fromAsync(opened.stream)))).toBe('a,b');
  });

  it('moves large values to blobs and keeps small ones', async () => {
    const png = Buffer.alloc(9000, 7).toString('base64');
    const testApp = await createTestApp(['show'], {
      show: ({ say }) =>
        say({
          type: 'display',
          data: { 'image/png': `${png}\n`, 'text/plain': 'figure', 'application/json': { rows: 'x'.repeat(5000) } },
          metadata: { a: 1 },
          displayId: 'd',
          executionCount: 3,
        }),
    });
    const { events } = await testApp.run();
    const shown = events.find((event): event is RunEvent & { type: 'output-added' } => event.type === 'output-added');
    expect(shown?.output).toEqual({
      type: 'display',
      metadata: { a: 1 },
      displayId: 'd',
      executionCount: 3,
      data: {
        'image/png': { $blob: expect.any(String), sizeBytes: 9000, encoding: 'base64' },
        'text/plain': 'figure',
        'application/json': { $blob: expect.any(String), sizeBytes: 5011, encoding: 'json' },
      },
    });
  });

  it('gathers what a printing loop says into few events, in order', async () => {
    const testApp = await createTestApp(['loop'], {
      async loop({ print }) {
        for (let line = 0; line < 5000; line += 1) await print(`${line}\n`);
      },
    });
    const { events } = await testApp.run();
    const streams = events.filter((event) => event.type === 'stream-appended');
    expect(streams.map(({ text }) => text).join('')).toBe(
      Array.from({ length: 5000 }, (_, line) => `${line}\n`).join(''),
    );
    expect(streams.length).toBeLessThan(50);
  });

  it('cuts output at the limit with one notice and hears the kernel to its end', async () => {
    let heard = 0;
    const testApp = await createTestApp(
      ['flood', 'bad'],
      {
        async flood({ print, say }) {
          for (; heard < 300; heard += 1) await print('x'.repeat(100));
          await say({ type: 'display', data: { 'text/plain': 'late' }, metadata: {} });
        },
        bad: ({ raise }) => raise('ValueError', 'still shown'),
      },
      { limits: { outputBytes: 1050 } },
    );
    const { events, run } = await testApp.run();
    expect(heard).toBe(300);
    expect(events.flatMap((event) => (event.type === 'stream-appended' ? [event.text] : [])).join('')).toHaveLength(
      1050,
    );
    expect(events.filter(({ type }) => type === 'notice')).toEqual([
      { type: 'notice', cell: 0, text: expect.stringContaining('1.1 kB') },
    ]);
    expect(run.outcome).toMatchObject({ exception: { value: 'still shown' } });
  });

  it('masks a password in every output, wherever it is cut, and in text files', async () => {
    const secret = 'hunter2-hunter2';
    const testApp = await createTestApp(
      [SECRET_CELL, 'leak'],
      {
        async leak({ print, say, request, raise }: FakeCell) {
          for (const character of `it is ${request.params['key'] as string}!`) await print(character);
          await say({ type: 'display', data: { 'text/html': `<b>${secret}</b>` }, metadata: {} });
          await writeFile(join(request.outputDirectory, 'leak.txt'), `key=${secret}`);
          return raise('ValueError', `bad key ${secret}`);
        },
      },
      { metadata: SECRET },
    );
    const { run } = await testApp.run({ key: secret });
    expect(testApp.requests[0]?.params).toEqual({ key: secret });
    expect(JSON.stringify([run, await testApp.log(run)])).not.toContain('hunter2');
    expect(JSON.stringify(await testApp.log(run))).toMatch(/it is .*•••!/);
    const { stream } = await openArtifact(testApp.ctx, VIEWER, { id: run.id, name: 'leak.txt' });
    expect(String(Buffer.concat(await Array.fromAsync(stream)))).toBe('key=•••');
  });

  it('masks a password that stands where a name should', async () => {
    const secret = 'hunter2-hunter2';
    const testApp = await createTestApp(
      [SECRET_CELL, 'name'],
      {
        async name({ say, die }: FakeCell) {
          await say({
            type: 'display',
            data: { 'text/plain': 'x', [secret]: 'y' },
            metadata: {},
            displayId: `of ${secret}`,
          });
          await say({
            type: 'update-display',
            data: { 'text/plain': 'z', [`x/${secret}`]: 'y' },
            metadata: {},
            displayId: `of ${secret}`,
          });
          return die({ discardedWrites: [`${secret}.csv`] });
        },
      },
      { metadata: SECRET },
    );
    const log = JSON.stringify(await testApp.run({ key: secret }));
    expect(log).not.toContain('hunter2');
    expect(log).toMatch(/"displayId":"of •••".*"displayId":"of •••".*discarded after this run: •••\.csv/);
  });
});

describe('files in the output folder', () => {
  it('are offered under safe names, links and what is too large are not', async () => {
    const testApp = await createTestApp(
      ['write', 'again'],
      {
        async write({ request }) {
          const at = (name: string) => join(request.outputDirectory, name);
          await mkdir(at('plots'));
          await writeFile(at('plots/a.png'), 'png');
          await writeFile(at('plots-a.png'), 'other');
          await writeFile(at('.hidden'), 'x');
          await writeFile(at('big.bin'), Buffer.alloc(2000));
          await writeFile(at('grows.log'), '1');
          await symlink('/etc/passwd', at('link.txt'));
        },
        again: ({ request }) => writeFile(join(request.outputDirectory, 'grows.log'), '12'),
      },
      { limits: { artifactBytes: 1000 } },
    );
    const { run, events } = await testApp.run();
    expect(run.artifacts.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['grows.log', 2],
      ['plots-a.png', 3],
      ['plots-a (2).png', 5],
    ]);
    expect(events.flatMap((event) => (event.type === 'notice' ? [event.text] : []))).toEqual([
      expect.stringMatching(/^These files are not offered: .*big\.bin.*link\.txt.* \(it is a link\)\.$/),
    ]);
    await expect
      .poll(
        () =>
          access(join(testApp.ctx.workDirectory, run.id)).then(
            () => true,
            () => false,
          ),
        { timeout: 30_000 },
      )
      .toBe(false);
  });

  it('are offered though the run failed', async () => {
    const testApp = await createTestApp(['bad'], {
      async bad({ request, die }) {
        await writeFile(join(request.outputDirectory, 'half.csv'), 'x');
        return die({ exitCode: 1 });
      },
    });
    expect((await testApp.run()).run).toMatchObject({ status: 'kernel-died', artifacts: [{ name: 'half.csv' }] });
  });
});

it('has stored a run’s first output before the kernel is heard on; what follows may be gathered', async () => {
  const seen: string[][] = [];
  const testApp = await createTestApp(['one'], {
    async one({ request, print }) {
      for (const text of ['a', 'b']) {
        await print(text);
        seen.push(
          (await testApp.ctx.runs.events(request.runId, 0, 100)).events.flatMap(({ event }) =>
            event.type === 'stream-appended' ? [event.text] : [],
          ),
        );
      }
    },
  });
  const { events } = await testApp.run();
  expect(seen[0]).toEqual(['a']);
  expect(events.flatMap((event) => (event.type === 'stream-appended' ? [event.text] : [])).join('')).toBe('ab');
});
