import { describe, expect, it } from 'vitest';
import { listScripts } from '../../../src/app/script/script-list.ts';
import { readScript } from '../../../src/app/script/script-read.ts';
import { listRuns, readRun } from '../../../src/app/run/run-read.ts';
import { submitRun, type Submission } from '../../../src/app/run/run-submit.ts';
import { cancelRun } from '../../../src/app/run/run-change.ts';
import { OPERATOR, VIEWER } from '../../../src/domain/access/access.ts';
import { personActor } from '../test-actor.ts';
import { createTestApp } from '../test-app.ts';

const PARAMETERS = { source: 'count: int = 1\nname: str = "x"\nkey: str = ""', tags: ['parameters'] };
const SECRET = { script_runner: { parameters: { properties: { key: { type: 'string', format: 'password' } } } } };
const testApp = (limits = {}) => createTestApp([PARAMETERS, 'x'], {}, { metadata: SECRET, limits });
const submission = (changes: Partial<Submission> = {}): Submission => ({
  script: 'sales',
  values: {},
  trigger: 'api',
  ...changes,
});

describe('submitting a run', () => {
  it('stores what was given and what it means, passwords masked', async () => {
    const { ctx } = await testApp();
    const { run } = await submitRun(
      ctx,
      VIEWER,
      submission({ values: { count: '3', key: 'hunter2-hunter2' }, timezone: 'Europe/Paris', parent: 'p' }),
    );
    expect(run).toMatchObject({
      script: 'sales',
      title: 'Sales',
      status: 'queued',
      by: 'viewer',
      trigger: 'api',
      parent: 'p',
      timezone: 'Europe/Paris',
      given: { count: 3, key: '•••' },
      parameters: { count: 3, name: 'x', key: '•••' },
    });
    expect(await readRun(ctx, VIEWER, run.id)).toEqual(run);
  });

  it('tells the kernel for whom it runs, and no reader of the report', async () => {
    const { ctx, requests, log, work } = await testApp();
    work();
    const ana = personActor('ana', { email: 'ana@example.org', groups: ['finance'] });
    for (const actor of [ana, VIEWER]) {
      const { run } = await submitRun(ctx, actor, submission());
      const events = await log(run);
      expect(JSON.stringify([await readRun(ctx, VIEWER, run.id), events])).not.toMatch(/example|finance/);
    }
    const told = requests.map(({ environment }) => environment);
    expect(told).toMatchObject([
      { SCRIPT_RUNNER_USER: 'ana', SCRIPT_RUNNER_USER_EMAIL: 'ana@example.org' },
      { SCRIPT_RUNNER_USER: '', SCRIPT_RUNNER_USER_EMAIL: '', SCRIPT_RUNNER_USER_GROUPS: '[]' },
    ]);
  });

  it('names every bad field', async () => {
    const { ctx } = await testApp();
    await expect(submitRun(ctx, VIEWER, submission({ values: { count: 'many', nothing: 1 } }))).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ field: 'nothing' }, { field: 'count' }],
    });
    await expect(submitRun(ctx, VIEWER, submission({ values: { key: '•••' } }))).rejects.toMatchObject({
      code: 'invalid',
      fields: [{ field: 'key' }],
    });
    await expect(submitRun(ctx, VIEWER, submission({ timezone: 'Mars/Base' }))).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(submitRun(ctx, VIEWER, submission({ script: 'none' }))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('answers the same run for the same key, and refuses the key for another', async () => {
    const { ctx } = await testApp();
    const first = await submitRun(ctx, VIEWER, submission({ idempotencyKey: 'k', values: { count: 2 } }));
    expect(await submitRun(ctx, VIEWER, submission({ idempotencyKey: 'k', values: { count: '2' } }))).toMatchObject({
      created: false,
      run: { id: first.run.id },
    });
    await expect(
      submitRun(ctx, VIEWER, submission({ idempotencyKey: 'k', values: { count: 3 } })),
    ).rejects.toMatchObject({ code: 'conflict' });
  });

  it('refuses more than the queue may hold, and says when to come back', async () => {
    const { ctx } = await testApp({ queueLimit: 1 });
    await submitRun(ctx, VIEWER, submission());
    await expect(submitRun(ctx, VIEWER, submission())).rejects.toMatchObject({ code: 'unavailable', retryAfterS: 10 });
  });

  it('says at once why nothing can run', async () => {
    const { ctx } = await testApp();
    const broken = { ...ctx, kernels: { ...ctx.kernels, problem: () => 'No Python.' } };
    await expect(submitRun(broken, VIEWER, submission())).rejects.toMatchObject({
      code: 'unavailable',
      message: 'No Python.',
    });
  });
});

describe('the catalogue', () => {
  it('shows each script with its newest report and usual time', async () => {
    const { ctx, run } = await testApp();
    expect(await listScripts(ctx, VIEWER)).toMatchObject([{ script: { name: 'sales' } }]);
    const { run: done } = await run();
    expect(await readScript(ctx, VIEWER, 'sales')).toMatchObject({
      latest: { id: done.id },
      usualMs: expect.any(Number),
    });
    await expect(readScript(ctx, VIEWER, 'none')).rejects.toMatchObject({ code: 'not-found' });
    expect((await listRuns(ctx, VIEWER, { limit: 1e9 })).items).toHaveLength(1);
  });

  it('reads the newest report of a script again only where lists shorten it', async () => {
    const { ctx, run } = await testApp();
    let found = 0;
    const find: typeof ctx.runs.find = (id) => ((found += 1), ctx.runs.find(id));
    const counted = { ...ctx, runs: { ...ctx.runs, find } };
    const { run: short } = await run();
    expect((await readScript(counted, VIEWER, 'sales')).latest).toEqual(await readRun(ctx, VIEWER, short.id));
    expect(found).toBe(0);
    const { run: long } = await run({ name: 'x'.repeat(9_000) });
    expect((await readScript(counted, VIEWER, 'sales')).latest).toEqual(await readRun(ctx, VIEWER, long.id));
    expect(found).toBe(1);
  });
});

it('lets nobody cancel another’s run but the operator', async () => {
  const { ctx } = await testApp();
  const { run } = await submitRun(ctx, OPERATOR, submission());
  await expect(cancelRun(ctx, VIEWER, run.id)).rejects.toMatchObject({ code: 'forbidden' });
  expect(await cancelRun(ctx, OPERATOR, run.id)).toMatchObject({ status: 'cancelled' });
});
