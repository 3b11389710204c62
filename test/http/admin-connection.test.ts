import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createConnectionSource } from '../../src/connection/connection-source.ts';
import { createHttp } from '../../src/http/server.ts';
import { createTestApp } from '../app/test-app.ts';

const TRIAL = (name: string) =>
  `import functools, link as _link\n_opened = functools.reduce(getattr, "${name}".split("."), _link.lnk)\nlist(_opened.select("select 1"))\n`;

async function createPage() {
  const folder = mkdtempSync(join(tmpdir(), 'admin-'));
  const login = { wrapper: 'PostgresDB', host: '<db>.example', user: 'ana', database: 'sales' };
  const dbs = {
    good: { ...login, password: 'S3cret-one' },
    bad: { ...login, password: 'S3cret-two' },
    weak: { ...login, password: 'abc' },
  };
  writeFileSync(join(folder, 'link.config'), JSON.stringify({ dbs }), { mode: 0o600 });
  const { ctx } = await createTestApp(['1'], {
    [TRIAL('dbs.good')]: async () => {},
    [TRIAL('dbs.bad')]: ({ raise }) => raise('OperationalError', 'no password S3cret-two for <ana>'),
  });
  const connections = createConnectionSource({ folder, scripts: folder, environment: {}, allows: () => true });
  const app = await createHttp(
    { ...ctx, connections },
    { basePath: '', operatorTokens: ['operator'], allowedHosts: [], trustedProxies: [], assetsDirectory: folder },
  );
  onTestFinished(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });
  const ask = (method: 'GET' | 'POST', url: string, payload?: object, token = 'operator') =>
    app.inject({
      method,
      url,
      headers: {
        host: 'localhost',
        accept: 'text/html',
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(payload === undefined ? {} : { payload }),
    });
  return ask;
}

it('the operator sees connections with what is wrong, and tries them', async () => {
  const ask = await createPage();
  const { statusCode, body } = await ask('GET', '/admin');
  expect(statusCode).toBe(200);
  expect(body).toContain('Time to end after the last step');
  expect(body).toContain('ana@&lt;db&gt;.example/sales');
  expect(body).toContain('Its &quot;password&quot; cannot be hidden in reports'.replaceAll('&quot;', '&#34;'));
  expect(body).not.toMatch(/S3cret|>abc</);
  expect(body.match(/name="name" value="[^"]*"/g)).toEqual([
    'name="name" value="dbs.good"',
    'name="name" value="dbs.bad"',
  ]);

  expect((await ask('POST', '/admin/connections/test', { name: 'dbs.good' })).body).toMatch(
    /It works \(\d+ ms\)\.<\/strong> It answered “select 1”/,
  );
  const failed = await ask('POST', '/admin/connections/test', { name: 'dbs.bad' });
  expect(failed.body).toContain('It does not work.</strong> OperationalError: no password ••• for &lt;ana&gt;');
  expect((await ask('POST', '/admin/connections/test', { name: 'dbs.weak' })).body).toContain('It does not work.');
  expect((await ask('POST', '/admin/connections/test', { name: 'dbs.none' })).statusCode).toBe(404);
});

it('nobody else does', async () => {
  const ask = await createPage();
  expect((await ask('GET', '/admin', undefined, '')).statusCode).toBe(403);
  expect((await ask('POST', '/admin/connections/test', { name: 'dbs.good' }, '')).statusCode).toBe(403);
});
