/** Webhooks of git servers, which make the server ask the repository at once. */
import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createHttp } from '../../src/http/server.ts';
import type { App } from '../../src/http/site.ts';
import { openSite, TOKEN } from './site.ts';
import type { TestSite } from './site.ts';

const SECRET = 'the-secret-of-the-webhook';
const BODY = '{"ref": "refs/heads/main"}';
const signature = (text: string, secret = SECRET) => createHmac('sha256', secret).update(text).digest('hex');

let site: TestSite;
let app: App;
let asked = 0;
beforeAll(async () => {
  site = await openSite();
  const origin = { state: () => ({ shown: 'git+https://host.example/x.git' }), refresh: () => (asked += 1) };
  const options = { basePath: '', operatorTokens: [TOKEN], allowedHosts: [], trustedProxies: [] } as const;
  app = await createHttp(
    { ...site.ctx, origin },
    {
      ...options,
      assetsDirectory: `${site.folder}/assets`,
      sourceSecret: SECRET,
      authentication: { passwordHash: 'scrypt:1:1:1:AA==:AA==', operators: [] },
    },
  );
});
beforeEach(() => {
  asked = 0;
});
afterAll(async () => {
  await app.close();
  await site.close();
});

const post = (headers: Record<string, string>, payload: string | Buffer = BODY, type = 'application/json') =>
  app.inject({
    method: 'POST',
    url: '/hooks/source',
    payload,
    headers: { host: 'localhost', 'content-type': type, ...headers },
  });

test.each([
  ['GitHub', { 'x-hub-signature-256': `sha256=${signature(BODY)}` }],
  ['Gitea', { 'x-gitea-signature': signature(BODY) }],
  ['Forgejo', { 'x-forgejo-signature': signature(BODY).toUpperCase() }],
  ['Bitbucket', { 'x-hub-signature': `sha256=${signature(BODY)}` }],
  ['GitLab', { 'x-gitlab-token': SECRET }],
])('%s is understood, without a session', async (_name, headers) => {
  const answer = await post(headers);
  expect([answer.statusCode, answer.json(), asked]).toEqual([202, { status: 'accepted' }, 1]);
});

test('a form is understood as it was signed', async () => {
  const text = 'payload=%7B%7D';
  const type = 'application/x-www-form-urlencoded';
  const answer = await post({ 'x-hub-signature-256': `sha256=${signature(text)}` }, text, type);
  expect([answer.statusCode, asked]).toEqual([202, 1]);
});

test.each<[string, Record<string, string>]>([
  ['no signature', {}],
  ['the signature of another secret', { 'x-hub-signature-256': `sha256=${signature(BODY, 'another-secret-1234')}` }],
  ['the signature of another body', { 'x-hub-signature-256': `sha256=${signature('{}')}` }],
  ['an empty signature', { 'x-hub-signature-256': 'sha256=', 'x-gitea-signature': '' }],
  ['another token', { 'x-gitlab-token': 'another-secret-1234' }],
  ['another token with a right signature', { 'x-gitlab-token': '', 'x-gitea-signature': signature(BODY) }],
])('with %s it is refused', async (_name, headers) => {
  expect([(await post(headers)).statusCode, asked]).toEqual([403, 0]);
});

test('a body without end, another method and another site are refused', async () => {
  const large = Buffer.alloc(5_000_001, 'x');
  expect((await post({ 'x-gitlab-token': SECRET }, large)).statusCode).toBe(413);
  expect((await app.inject({ url: '/hooks/source', headers: { host: 'localhost' } })).statusCode).not.toBe(200);
  expect((await post({ 'x-gitlab-token': SECRET, origin: 'https://evil.example' })).statusCode).toBe(403);
  expect(asked).toBe(0);
});

test('without a secret there is no webhook', async () => {
  const answer = await site.app.inject({ method: 'POST', url: '/hooks/source', payload: BODY });
  expect(answer.statusCode).toBe(404);
});
