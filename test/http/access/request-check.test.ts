import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MOST_REFUSALS } from '../../../src/app/audit/audit-refusal.ts';
import { openSite } from '../site.ts';
import type { TestSite } from '../site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => site.close());

describe('the host', () => {
  test.each([
    'localhost',
    'localhost:16024',
    '127.0.0.1:80',
    '127.1.2.3',
    '[::1]:16024',
    'app.localhost',
    'reports.example',
    'REPORTS.example:443',
    'localhost.',
  ])('%s is ours', async (host) => {
    expect((await site.app.inject({ url: '/healthz', headers: { host } })).statusCode).toBe(200);
  });

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
    'reports.example.evil',
    'localhost@evil.example',
  ])('%j is misdirected', async (host) => {
    const answer = await site.app.inject({ url: '/healthz', headers: { host } });
    expect(answer.statusCode).toBe(421);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });
});

describe('a write', () => {
  const submit = (headers: Record<string, string>) =>
    site.app.inject({ method: 'POST', url: '/sign-out', headers: { host: 'localhost:16024', ...headers } });

  test.each([
    ['a command-line client', {}],
    ['our own page', { origin: 'http://localhost:16024', 'sec-fetch-site': 'same-origin' }],
    ['the address bar', { 'sec-fetch-site': 'none' }],
  ])('from %s is taken', async (_who, headers) => {
    expect((await submit(headers as Record<string, string>)).statusCode).toBe(303);
  });

  test.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another port', { origin: 'http://localhost:9999', 'sec-fetch-site': 'same-site' }],
    ['another scheme', { origin: 'https://localhost:16024' }],
    ['a report in its sandbox', { origin: 'null' }],
    ['a browser that tells no origin', { 'sec-fetch-site': 'cross-site' }],
    ['a sister site', { 'sec-fetch-site': 'same-site' }],
  ])('from %s is refused', async (_who, headers) => {
    expect((await submit(headers as Record<string, string>)).statusCode).toBe(403);
  });

  test('is needed for every effect: nothing but reading answers GET', async () => {
    for (const url of ['/runs/x/cancel', '/runs/x/keep', '/runs/x/delete', '/sign-out', '/theme']) {
      expect((await site.app.inject({ url, headers: { host: 'localhost' } })).statusCode).toBe(404);
    }
  });
});

test('a body of more than a megabyte is refused', async () => {
  const answer = await site.app.inject({
    method: 'POST',
    url: '/api/v1/runs',
    headers: { host: 'localhost', 'content-type': 'application/json' },
    payload: `{"script":"${'x'.repeat(1_100_000)}"}`,
  });
  expect(answer.statusCode).toBe(413);
});

describe('what is refused', () => {
  const refusals = async () =>
    (await site.store.auditStore.list({ action: 'refused', limit: 1_000 })).filter(
      ({ address }) => address?.startsWith('198.51.') === true,
    );
  const submit = (headers: Record<string, string>, remoteAddress: string, region: unknown = 5) =>
    site.app.inject({
      method: 'POST',
      url: '/api/v1/runs',
      headers: { host: 'localhost', 'content-type': 'application/json', ...headers },
      remoteAddress,
      payload: { script: 'sales/weekly', parameters: { rows: 'secret-text', nobody: region } },
    });

  test('is recorded once an hour, without values and addresses', async () => {
    const from = '198.51.100.7';
    for (const host of ['evil.example', 'other.example'])
      await site.app.inject({ url: '/healthz', headers: { host }, remoteAddress: from });
    for (const origin of ['https://evil.example', 'null']) await submit({ origin }, from);
    for (const region of [5, 6]) expect((await submit({}, from, region)).statusCode).toBe(422);
    for (let times = 0; times < 2; times += 1)
      await site.app.inject({ url: '/admin', headers: { host: 'localhost' }, remoteAddress: from });
    const found = await refusals();
    expect(found.toReversed()).toMatchObject([
      { address: from, details: { what: 'host', host: 'evil.example' } },
      { details: { what: 'origin', origin: 'https://evil.example', route: '/api/v1/runs' } },
      { script: 'sales/weekly', details: { what: 'values', fields: ['nobody', 'rows'] } },
      { actor: 'viewer', details: { what: 'right', route: '/admin', method: 'GET' } },
    ]);
    expect(JSON.stringify(found)).not.toContain('secret-text');
  });

  test('fills no more than a bound, from however many addresses', async () => {
    const before = (await refusals()).length;
    for (let at = 0; at < MOST_REFUSALS + 50; at += 1)
      await submit({ origin: 'https://evil.example' }, `198.51.${at >> 8}.${at & 255}`);
    expect((await refusals()).length - before).toBeLessThanOrEqual(MOST_REFUSALS);
    const all = await site.store.auditStore.list({ action: 'refused', limit: 1_000 });
    expect(all).toHaveLength(MOST_REFUSALS + 1);
    expect(all[0]).toMatchObject({ actor: 'script-runner', details: { what: 'more', most: MOST_REFUSALS } });
  });
});
