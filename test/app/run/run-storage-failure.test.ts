/** What happens to a run when the disk is full or the run is no longer this worker's. */
import { expect, it } from 'vitest';
import { finishRun } from '../../../src/worker/run-finish.ts';
import { AppError } from '../../../src/domain/error.ts';
import type { Claim } from '../../../src/domain/run/run-store.ts';
import { createTestApp } from '../test-app.ts';

const full = async () => {
  throw new AppError('unavailable', 'The server’s disk is full.');
};

it('hides passwords in what a kernel says that does not start', async () => {
  const secret = 'hunter2-hunter2';
  const testApp = await createTestApp(
    [{ source: 'key: str = ""', tags: ['parameters'] }],
    {
      acquire: async () => {
        throw new AppError('unavailable', `The kernel R did not start.\nkey=${secret}`);
      },
    },
    { metadata: { script_runner: { parameters: { properties: { key: { type: 'string', format: 'password' } } } } } },
  );
  const { run } = await testApp.run({ key: secret });
  expect(run.outcome).toMatchObject({ type: 'failed', exception: { value: 'The kernel R did not start.\nkey=•••' } });
});

it('ends a run whose output cannot be stored, and says why', async () => {
  let interrupted = false;
  const testApp = await createTestApp(['show', 'never'], {
    async show({ say, interrupted: asked }) {
      await say({ type: 'display', data: { 'text/html': 'x'.repeat(5000) }, metadata: {} });
      await asked;
      interrupted = true;
    },
  });
  const { put } = testApp.ctx.blobs;
  Object.assign(testApp.ctx.blobs, { put: (bytes: Uint8Array) => (bytes.byteLength === 5000 ? full() : put(bytes)) });
  const { run, events } = await testApp.run();
  expect(run.outcome).toEqual({
    type: 'failed',
    cell: 0,
    step: 1,
    exception: { name: 'ScriptRunnerProblem', value: 'The server’s disk is full.' },
  });
  expect([interrupted, events.at(-1)?.type]).toEqual([true, 'cell-finished']);
});

it('ends a run whose events cannot be stored, as soon as its outcome can', async () => {
  const testApp = await createTestApp(['one', 'two']);
  const { append } = testApp.ctx.runs;
  let refusals = 2;
  Object.assign(testApp.ctx.runs, {
    append: (...call: Parameters<typeof append>) => {
      const [, , events] = call;
      return events.some(({ type }) => type === 'cell-started' || type === 'run-finished') && (refusals -= 1) >= 0
        ? full()
        : append(...call);
    },
  });
  const { run } = await testApp.run();
  expect(run.outcome).toMatchObject({
    type: 'failed',
    exception: { name: 'ScriptRunnerProblem', value: 'The server’s disk is full.' },
  });
});

it('leaves a run alone that another worker has ended', async () => {
  const testApp = await createTestApp(['takeover', 'never'], {
    async takeover({ print }) {
      await testApp.ctx.runs.recover('another', Date.now());
      await print('unheard');
    },
  });
  const { run } = await testApp.run();
  expect(run.outcome).toEqual({ type: 'lost' });
  expect((await testApp.log(run)).at(-1)?.event.type).toBe('run-finished');
  expect((await testApp.run()).run.status).toBe('lost');
});

it('gives up on an outcome only when the server stops', async () => {
  const testApp = await createTestApp(['one']);
  const run = await testApp.submit();
  const claim = { run, attempt: 1, secrets: {} } satisfies Claim;
  const stopped = { ...testApp.ctx, runs: { ...testApp.ctx.runs, append: full } };
  await expect(finishRun(stopped, claim, { type: 'lost' }, AbortSignal.abort())).rejects.toMatchObject({
    code: 'unavailable',
  });
  await finishRun(testApp.ctx, claim, { type: 'lost' }, AbortSignal.abort());
  expect((await testApp.ctx.runs.find(run.id))?.status).toBe('queued');
});
