/** What a client may do: a notebook nothing; a client that may be a notebook, only with a secret. */
import { tmpdir } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AuthenticationSettings } from '../../../src/domain/access/authentication.ts';
import type { Peer } from '../../../src/domain/access/peer.ts';
import { createHttp } from '../../../src/http/server.ts';
import { createTestApp } from '../../app/test-app.ts';

const SECRET = 'a-secret-of-the-proxy';

async function createServer(
  peer: Peer | Error,
  authentication: Partial<AuthenticationSettings> = {},
  trustedProxies: string[] = [],
) {
  const { ctx } = await createTestApp(['1']);
  const kernels = { ...ctx.kernels, peer: async () => (peer instanceof Error ? Promise.reject(peer) : peer) };
  const app = await createHttp(
    { ...ctx, kernels },
    {
      basePath: '',
      operatorTokens: ['operator'],
      allowedHosts: [],
      trustedProxies,
      assetsDirectory: tmpdir(),
      authentication: { operators: ['ana'], ...authentication },
    },
  );
  onTestFinished(() => app.close());
  return async (url: string, headers: Record<string, string> = {}) =>
    app.inject({ method: 'GET', url, remoteAddress: '127.0.0.1', headers: { host: 'localhost', ...headers } });
}

describe('a notebook', () => {
  it('gets nothing, whatever it shows', async () => {
    const ask = await createServer('kernel', { proxySecret: SECRET });
    for (const headers of [{}, { authorization: 'Bearer operator' }, { 'x-script-runner-proxy': SECRET }]) {
      expect((await ask('/api/v1/scripts', headers)).statusCode).toBe(403);
    }
  });
});

describe.each(['unknown', new Error('the helper is gone')] as const)('who may be a notebook (%s)', (peer) => {
  it('gets what is open to all, the rest with the operator’s token', async () => {
    const ask = await createServer(peer);
    for (const url of ['/', '/api/v1/scripts', '/api/v1/runs', '/runs', '/metrics', '/nowhere']) {
      const { statusCode, headers } = await ask(url);
      expect([url, statusCode, headers['www-authenticate']]).toEqual([url, 401, 'Bearer']);
    }
    expect((await ask('/', { accept: 'text/html' })).body).toContain('the link that the server printed');
    expect((await ask('/healthz')).statusCode).toBe(200);
    expect((await ask('/api/v1/scripts', { authorization: 'Bearer operator' })).statusCode).toBe(200);
    const { headers } = await ask('/sign-in?token=operator');
    const cookie = String(headers['set-cookie']).split(';')[0]!;
    expect((await ask('/api/v1/scripts', { cookie })).statusCode).toBe(200);
  });

  it('is nobody by a header', async () => {
    const ask = await createServer(peer, { identityHeader: 'X-Forwarded-User' }, ['127.0.0.1']);
    expect((await ask('/api/v1/scripts', { 'x-forwarded-user': 'ana' })).statusCode).toBe(401);
  });

  it('is a proxy by its secret', async () => {
    const open = await createServer(peer, { proxySecret: SECRET });
    expect((await open('/api/v1/scripts', { 'x-script-runner-proxy': SECRET })).statusCode).toBe(200);
    expect((await open('/api/v1/scripts', { 'x-script-runner-proxy': `${SECRET}x` })).statusCode).toBe(401);
    const named = await createServer(peer, { identityHeader: 'X-Forwarded-User', proxySecret: SECRET }, ['127.0.0.1']);
    const headers = { 'x-forwarded-user': 'ana', 'x-script-runner-proxy': SECRET };
    expect((await named('/api/v1/status', headers)).statusCode).toBe(200);
    expect((await named('/api/v1/status', { 'x-forwarded-user': 'ana' })).statusCode).toBe(401);
  });
});

describe('who is certainly no notebook', () => {
  it('is let in, and named by a proxy’s header', async () => {
    expect((await (await createServer('other'))('/api/v1/scripts')).statusCode).toBe(200);
    const named = await createServer('other', { identityHeader: 'X-Forwarded-User' }, ['127.0.0.1']);
    expect((await named('/api/v1/status', { 'x-forwarded-user': 'ana' })).statusCode).toBe(200);
    expect((await named('/api/v1/status', { 'x-forwarded-user': 'bob' })).statusCode).toBe(403);
  });

  it('is nobody by a header without the proxy’s secret, where there is one', async () => {
    const authentication = { identityHeader: 'X-Forwarded-User', proxySecret: SECRET };
    const ask = await createServer('other', authentication, ['127.0.0.1']);
    expect((await ask('/api/v1/status', { 'x-forwarded-user': 'ana' })).statusCode).toBe(401);
  });
});
