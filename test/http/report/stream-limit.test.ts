import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createStreamLimit } from '../../../src/http/report/stream-limit.ts';
import { openSite, type TestSite } from '../site.ts';

test('streams are counted for each client, and all together', () => {
  const limit = createStreamLimit();
  const leave = Array.from({ length: 100 }, () => limit.enter('a'));
  expect(() => limit.enter('a')).toThrow('You already follow 100 reports');
  for (const client of ['b', 'c', 'd', 'e']) for (let at = 0; at < 100; at += 1) limit.enter(client);
  expect(() => limit.enter('f')).toThrow('500 reports are already being followed');
  leave[0]?.();
  limit.enter('a');
});

describe('over HTTP', () => {
  let site: TestSite;
  let url = '';
  beforeAll(async () => {
    site = await openSite();
    url = await site.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(async () => site.close());

  async function open(path: string): Promise<IncomingMessage> {
    const [answer] = (await once(get(`${url}${path}`), 'response')) as [IncomingMessage];
    return answer;
  }

  test('one too many is answered with a problem, and a stream that ends makes room', async () => {
    const submit = await fetch(`${url}/api/v1/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"script": "sales/weekly"}',
    });
    const { id } = (await submit.json()) as { id: string };
    const paths = [`/api/v1/runs/${id}/events`, `/runs/${id}/live`];
    const streams = await Promise.all(Array.from({ length: 100 }, (_, at) => open(paths[at % 2] ?? '')));
    expect(streams.map(({ statusCode }) => statusCode)).toEqual(streams.map(() => 200));
    const refused = await fetch(`${url}${paths[0] ?? ''}`);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '10']);
    expect(await refused.json()).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('Close some') });
    streams[0]?.destroy();
    await expect.poll(async () => (await open(paths[0] ?? '')).statusCode).toBe(200);
    for (const stream of streams) stream.destroy();
  });
});
