import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { urlToHttpOptions } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/domain/run/run-event.ts';
import { openSite } from '../site.ts';
import type { TestSite } from '../site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
});
afterEach(async () => site.clear());
afterAll(async () => site.close());

const headers = { host: 'localhost' };
const get = (url: string, more: Record<string, string> = {}) =>
  site.app.inject({ url: `/api/v1${url}`, headers: { ...headers, ...more } });
const post = (url: string, payload: object, more: Record<string, string> = {}) =>
  site.app.inject({ method: 'POST', url: `/api/v1${url}`, headers: { ...headers, ...more }, payload });

describe('scripts', () => {
  test('are listed with their schema', async () => {
    const { items, next } = (await get('/scripts')).json<{ items: { name: string; state: string }[]; next: null }>();
    expect(items.map(({ name, state }) => [name, state])).toEqual([
      ['broken', 'broken'],
      ['sales/weekly', 'ready'],
    ]);
    expect(next).toBeNull();
  });

  test('are listed in pages, and searched', async () => {
    const list = async (query: string) => {
      const { items, next } = (await get(`/scripts?${query}`)).json<{
        items: { name: string }[];
        next: string | null;
      }>();
      return { names: items.map(({ name }) => name), next };
    };
    const { names, next } = await list('limit=1');
    expect(names).toEqual(['broken']);
    expect(await list(`limit=1&cursor=${next}`)).toEqual({ names: ['sales/weekly'], next: null });
    expect(await list(`limit=2&q=REVENUE+weekly`)).toEqual({ names: ['sales/weekly'], next: null });
    expect(await list('folder=sales')).toEqual({ names: ['sales/weekly'], next: null });
    expect(await list('folder=sal')).toEqual({ names: [], next: null });
    // a script that is gone meanwhile
    const gone = Buffer.from(JSON.stringify(['csv', 'csv.ipynb'])).toString('base64url');
    expect(await list(`cursor=${gone}`)).toEqual({ names: ['sales/weekly'], next: null });
    const status = async (query: string) => (await get(`/scripts?${query}`)).statusCode;
    for (const wrong of ['x', '%00', btoa('[1]')]) expect(await status(`cursor=${wrong}`)).toBe(422);
    for (const wrong of ['0', '1001', 'x']) expect(await status(`limit=${wrong}`)).toBe(400);
  });

  test.each(['sales/weekly', 'sales%2Fweekly'])('are read by name: %s', async (name) => {
    expect((await get(`/scripts/${name}`)).json()).toMatchObject({
      name: 'sales/weekly',
      title: 'Weekly sales',
      language: 'python',
      schema: { properties: { rows: { type: 'integer', default: 50, description: 'how many' } } },
      links: { self: '/api/v1/scripts/sales/weekly', page: '/s/sales/weekly' },
    });
  });
});

describe('a submit', () => {
  test('answers 202 with the run, at its address', async () => {
    const answer = await post('/runs', { script: 'sales/weekly', parameters: { rows: '7' } });
    expect(answer.statusCode).toBe(202);
    const run = answer.json<{ id: string }>();
    expect(run).toMatchObject({
      script: 'sales/weekly',
      status: 'queued',
      parameters: { region: 'EU', rows: 7 },
      given: { rows: 7 },
      trigger: 'api',
      links: { cancel: `/api/v1/runs/${run.id}/cancel` },
    });
    expect(answer.headers.location).toBe(`/api/v1/runs/${run.id}`);
    expect((await get(`/runs/${run.id}`)).json()).toEqual({ ...run, queue: { position: 1 } });
  });

  test.each<[string, string | Buffer, number, string]>([
    ['no JSON', '{"script": "sales/weekly",}', 400, 'line 1, column 27'],
    ['no UTF-8', Buffer.concat([Buffer.from('{"script": "caf'), Buffer.from([0xe9]), Buffer.from('"}')]), 400, 'UTF-8'],
    ['nested too deep', `{"script": ${'['.repeat(5000)}${']'.repeat(5000)}}`, 422, 'levels deep'],
    ['a prototype', '{"script": "sales/weekly", "parameters": {"__proto__": {"a": 1}}}', 400, '__proto__'],
    ['empty', '', 400, 'empty'],
  ])('whose body is %s says so', async (_name, payload, status, detail) => {
    const type = { ...headers, 'content-type': 'application/json' };
    const answer = await site.app.inject({ method: 'POST', url: '/api/v1/runs', headers: type, payload });
    expect(answer.statusCode).toBe(status);
    expect(answer.json<{ detail: string }>().detail).toContain(detail);
  });

  test('with wrong values names every bad field in problem details', async () => {
    const answer = await post('/runs', { script: 'sales/weekly', parameters: { rows: 'many', nonsense: 1 } });
    expect(answer.statusCode).toBe(422);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const problem = answer.json<{ fields: { field: string }[] }>();
    expect(problem).toMatchObject({ type: 'about:blank', status: 422, code: 'invalid' });
    expect(problem.fields.map(({ field }) => field).sort()).toEqual(['nonsense', 'rows']);
  });

  test.each([
    [{}, 'script'],
    [{ script: 'sales/weekly', extra: 1 }, 'extra'],
    [{ script: 'sales/weekly', parameters: [] }, 'parameters'],
  ])('of the wrong shape is 400: %j', async (body, field) => {
    const answer = await post('/runs', body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json<{ fields: { field: string }[] }>().fields.map((each) => each.field)).toEqual([field]);
  });

  test('of no script, a broken one, or no JSON is a problem, not a page', async () => {
    const accept = { accept: 'text/html' };
    expect((await post('/runs', { script: 'nothing' }, accept)).json()).toMatchObject({
      status: 404,
      code: 'not-found',
    });
    expect((await post('/runs', { script: 'broken' }, accept)).json()).toMatchObject({ status: 422, code: 'invalid' });
    expect(
      (
        await site.app.inject({
          method: 'POST',
          url: '/api/v1/runs',
          headers: { ...headers, 'content-type': 'application/json' },
          payload: '{',
        })
      ).json(),
    ).toMatchObject({ status: 400 });
    expect((await get('/nothing', accept)).json()).toMatchObject({ status: 404 });
  });

  test('with a known key answers the first run, and refuses the key for something else', async () => {
    const key = { 'idempotency-key': 'k1' };
    const first = (await post('/runs', { script: 'sales/weekly' }, key)).json<{ id: string }>();
    const again = await post('/runs', { script: 'sales/weekly' }, key);
    expect(again.json<{ id: string }>().id).toBe(first.id);
    expect(again.headers['idempotency-replayed']).toBe('true');
    expect((await post('/runs', { script: 'sales/weekly', parameters: { rows: 1 } }, key)).statusCode).toBe(409);
  });

  test('to a full queue is 503 with a time to come again', async () => {
    for (let waiting = 0; waiting < 3; waiting += 1) await post('/runs', { script: 'sales/weekly' });
    const answer = await post('/runs', { script: 'sales/weekly' });
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  });

  test('waits for the end when asked to', async () => {
    const waiting = post('/runs', { script: 'sales/weekly' }, { prefer: 'respond-async, wait=30' });
    await new Promise<void>((resolve) => {
      site.ctx.runs.onQueued(resolve);
    });
    await site.finish();
    const answer = await waiting;
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['preference-applied']).toBe('wait=30');
    expect(answer.json()).toMatchObject({ status: 'succeeded' });
  });

  test('that waits in vain answers 202 in time', async () => {
    const answer = await post('/runs', { script: 'sales/weekly' }, { prefer: 'wait=0' });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ status: 'queued' });
  });
});

describe('runs', () => {
  test('are listed newest first, page by page, and filtered', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1)
      ids.unshift((await post('/runs', { script: 'sales/weekly' })).json<{ id: string }>().id);
    const first = (await get('/runs?status=queued&limit=2')).json<{ items: { id: string }[]; next: string }>();
    const second = (await get(`/runs?status=queued&limit=2&cursor=${encodeURIComponent(first.next)}`)).json<{
      items: { id: string }[];
      next: string | null;
    }>();
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
    expect(second.next).toBeNull();
    // it does not tell how many runs there are, and is made by the server alone
    expect(first.next).toMatch(/^[\w-]{50,}$/);
    for (const wrong of ['2', `${first.next}x`, `A${first.next.slice(1)}`])
      expect([wrong, (await get(`/runs?cursor=${wrong}`)).statusCode]).toEqual([wrong, 422]);
    expect((await get('/runs?status=failed,lost')).json()).toEqual({ items: [], next: null });
    expect((await get('/runs?status=nonsense')).json()).toMatchObject({ status: 422, fields: [{ field: 'status' }] });
    for (const query of ['limit=1&limit=2', 'script=a&script=b'])
      expect([query, (await get(`/runs?${query}`)).statusCode]).toEqual([query, 400]);
    const more = await post('/runs', { script: 'sales/weekly', by: 'somebody else' });
    expect([more.statusCode, more.json()]).toMatchObject([400, { fields: [{ field: 'by' }] }]);
    expect((await get('/runs?limit=1000')).statusCode).toBe(400);
  });

  test('say in a list what of them is not all there', async () => {
    const note = 'x'.repeat(50_000);
    await post('/runs', { script: 'sales/weekly', parameters: { region: note } });
    const { items } = (await get('/runs')).json<{ items: { id: string; shortened?: string[]; given: object }[] }>();
    expect(items[0]?.shortened).toEqual(['given', 'parameters']);
    expect(JSON.stringify(items[0]).length).toBeLessThan(20_000);
    const whole = (await get(`/runs/${items[0]?.id ?? ''}`)).json<{ shortened?: string[]; given: object }>();
    expect([whole.shortened, whole.given]).toEqual([undefined, { region: note }]);
  });

  test('are cancelled', async () => {
    const { id } = (await post('/runs', { script: 'sales/weekly' })).json<{ id: string }>();
    expect((await post(`/runs/${id}/cancel`, {})).json()).toMatchObject({
      status: 'cancelled',
      outcome: { type: 'cancelled', by: 'viewer' },
    });
  });
});

describe('the log of a run', () => {
  const printed: RunEvent = { type: 'stream-appended', cell: 1, name: 'stdout', text: 'two\nlines' };

  test('is sent as events with their numbers, resumes, and answers 204 after the end', async () => {
    const { id } = (await post('/runs', { script: 'sales/weekly' })).json<{ id: string }>();
    await site.finish(printed);
    const all = await get(`/runs/${id}/events`);
    expect(all.headers['content-type']).toContain('text/event-stream');
    const events = all.body.split('\n\n').filter((part) => part.includes('data:'));
    expect(events.map((part) => /^event: (.*)$/m.exec(part)?.[1])).toEqual([
      'run-queued',
      'run-started',
      'stream-appended',
      'run-finished',
    ]);
    expect(events.map((part) => /^id: (.*)$/m.exec(part)?.[1])).toEqual(['1', '2', '3', '4']);
    expect(JSON.parse(/^data: (.*)$/m.exec(events[2] ?? '')?.[1] ?? '')).toMatchObject({
      seq: 3,
      type: 'stream-appended',
      text: 'two\nlines',
    });
    expect((await get(`/runs/${id}/events`, { 'last-event-id': '2' })).body).not.toContain('run-started');
    expect((await get(`/runs/${id}/events`, { 'last-event-id': '4' })).statusCode).toBe(204);
  });

  test('is followed while it grows', async () => {
    const { id } = (await post('/runs', { script: 'sales/weekly' })).json<{ id: string }>();
    const following = get(`/runs/${id}/events?after=1`);
    await site.finish(printed);
    expect((await following).body).toContain('event: run-finished');
  });

  test('is the answer to a submission that asks for events', async () => {
    const events = { accept: 'text/event-stream' };
    const answered = post('/runs', { script: 'sales/weekly' }, { ...events, 'idempotency-key': 'followed' });
    await expect.poll(async () => (await get('/runs?status=queued')).json()).toMatchObject({ items: [{}] });
    const { id } = await site.finish(printed);
    const { statusCode, body, headers: answer } = await answered;
    expect([statusCode, answer.location, answer['content-type']]).toEqual([
      200,
      `/api/v1/runs/${id}`,
      'text/event-stream; charset=utf-8',
    ]);
    expect([...body.matchAll(/^event: (.*)$/gm)].map(([, type]) => type)).toEqual([
      'run-queued',
      'run-started',
      'stream-appended',
      'run-finished',
    ]);
    const again = await post('/runs', { script: 'sales/weekly' }, { ...events, 'idempotency-key': 'followed' });
    expect(again.headers).toMatchObject({ location: `/api/v1/runs/${id}`, 'idempotency-replayed': 'true' });
    expect(again.body).toContain('event: run-finished');
    // more than one client may follow
    for (let refusals = 0; refusals <= 100; refusals += 1) {
      const refused = await post('/runs', { script: 'sales/weekly', parameters: { rows: 'many' } }, events);
      expect([refused.statusCode, refused.headers['content-type']]).toEqual([
        422,
        'application/problem+json; charset=utf-8',
      ]);
    }
  });

  test('changes the page around the report, too', async () => {
    const { id } = (await post('/runs', { script: 'sales/weekly' })).json<{ id: string }>();
    const following = site.app.inject({ url: `/runs/${id}/live?after=1`, headers });
    await site.finish(printed);
    const messages = [...(await following).body.matchAll(/^data: (.*)$/gm)].map(
      ([, text = '']) => JSON.parse(text) as { fragments?: Record<string, string>; tab?: string; ended: boolean },
    );
    expect(messages.at(-1)).toMatchObject({ ended: true, tab: 'Weekly sales · Script Runner' });
    expect(messages.at(-1)?.fragments?.['run-bar']).toContain('Done');
    expect(
      (await site.app.inject({ url: `/runs/${id}/live`, headers: { ...headers, 'last-event-id': '4' } })).statusCode,
    ).toBe(204);
  });
});

describe('for machines', () => {
  test('the API describes itself', async () => {
    const description = (await get('/openapi.json')).json<{ openapi: string; paths: Record<string, unknown> }>();
    expect(description.openapi).toBe('3.1.0');
    expect(Object.keys(description.paths)).toEqual(
      expect.arrayContaining(['/api/v1/runs', '/api/v1/runs/{id}', '/api/v1/runs/{id}/events']),
    );
    expect(Object.keys(description.paths).filter((path) => !path.startsWith('/api/v1/'))).toEqual([]);
  });

  test('health, readiness and metrics tell the truth', async () => {
    expect((await site.app.inject({ url: '/healthz', headers })).statusCode).toBe(200);
    expect((await site.app.inject({ url: '/readyz', headers })).statusCode).toBe(503);
    await post('/runs', { script: 'sales/weekly' });
    const { body } = await site.app.inject({ url: '/metrics', headers });
    expect(body).toContain('script_runner_runs{status="queued"} 1');
    expect(body).toContain('script_runner_kernel_ready 0');
    expect(body).toMatch(
      /script_runner_http_request_seconds_count\{method="POST",route="\/api\/v1\/runs",status="202"\} \d+/,
    );
  });
});

test('waiting for runs leaves nothing on a connection that is kept', async () => {
  const own = await openSite();
  const sockets: Socket[] = [];
  own.app.server.on('connection', (socket) => sockets.push(socket));
  const url = new URL(await own.app.listen({ host: '127.0.0.1', port: 0 }));
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { 'content-type': 'application/json', prefer: 'wait=0' };
  const submit = async () => {
    const request = httpRequest({ ...urlToHttpOptions(url), path: '/api/v1/runs', method: 'POST', agent, headers });
    request.end('{"script": "sales/weekly"}');
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
    await own.clear();
    return [answer.statusCode, sockets[0]?.listenerCount('close')];
  };
  const first = await submit();
  for (let count = 0; count < 3; count += 1) expect(await submit()).toEqual(first);
  expect([first[0], sockets.length]).toEqual([202, 1]);
  agent.destroy();
  await own.close();
});
