import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSite, TOKEN } from '../site.ts';
import type { TestSite } from '../site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => site.close());

const ask = (headers: Record<string, string> = {}) =>
  site.app.inject({ url: '/api/v1/status', headers: { host: 'localhost', ...headers } });
const submit = () =>
  site.app.inject({
    method: 'POST',
    url: '/api/v1/runs',
    headers: { host: 'localhost' },
    payload: { script: 'sales/weekly' },
  });

test('the status is for operators', async () => {
  expect((await ask()).statusCode).toBe(403);
  expect((await ask({ authorization: 'Bearer other' })).statusCode).toBe(401);
  expect((await ask({ authorization: `Bearer ${TOKEN}`, host: 'elsewhere.example' })).statusCode).toBe(421);
});

test('the status names what waits and what failed', async () => {
  await submit();
  const failed = await site.finish({
    type: 'run-finished',
    outcome: { type: 'failed', step: 2, exception: { name: 'KeyError', value: "'EU'" } },
  });
  const waiting = (await submit()).json<{ id: string }>();
  const answer = await ask({ authorization: `Bearer ${TOKEN}` });
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toEqual({
    version: '0.0.0',
    ready: false,
    kernels: { running: 0, waiting: 0, parents: [] },
    runs: [
      {
        id: waiting.id,
        script: 'sales/weekly',
        status: 'queued',
        createdAt: expect.any(String),
        memoryBytes: 0,
        page: `/runs/${waiting.id}`,
      },
    ],
    failures: [
      {
        id: failed.id,
        script: 'sales/weekly',
        status: 'failed',
        endedAt: expect.any(String),
        why: 'The report stopped in step 2: there is no “EU” (KeyError).',
        page: `/runs/${failed.id}`,
      },
    ],
    withoutSnapshot: [],
  });
});
