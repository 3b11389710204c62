/** Signing in by LDAP, against OpenLDAP's server. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wholeMessage } from '../../src/domain/error.ts';
import type { LdapSettings, OidcSettings } from '../../src/domain/access/provider.ts';
import { createLdap } from '../../src/sign-in/ldap.ts';
import { createOidc } from '../../src/sign-in/oidc.ts';
import { createSecretBox } from '../../src/store/secret.ts';
import { form, openSite, page, type TestSite } from '../http/site.ts';
import { BASE, type LdapServer, MANAGER, SLAPD, startLdap } from './ldap-server.ts';

let server: LdapServer;
let site: TestSite;
let settings: LdapSettings;
let nowMs = Date.now();
const PORTS = { now: () => nowMs, names: ['people'], answerMs: 100 };
const provider = (changes: Partial<LdapSettings> = {}, answerMs = 60_000) =>
  createLdap({ ...settings, ...changes }, { now: () => nowMs, names: ['people'], answerMs });
/** What is said, and logged, when this cannot be done. */
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => ['it can be done'],
    (error: Error & { code?: string }) => [error.code, error.message, wholeMessage(error)],
  );
const oidc = (issuer: string, answerMs: number) => {
  const claims = { scopes: 'openid', nameClaim: 'sub', groupsClaim: '' };
  const company: OidcSettings = { type: 'oidc', name: 'company', title: 'Company', issuer, client: 'x', ...claims };
  const ports = { seals: createSecretBox(randomBytes(32)), now: () => nowMs, names: ['company'], answerMs };
  return createOidc(company, ports).begin('http://localhost/back', { next: '', isAgain: false });
};

/** Accepts connections and says nothing, or only this. */
async function startSilent(first = Buffer.alloc(0)): Promise<{ readonly port: number; close(): void }> {
  const sockets = new Set<Socket>();
  const silent: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    if (first.length > 0) socket.once('data', () => socket.write(first));
  }).listen(0, '0.0.0.0');
  await once(silent, 'listening');
  const close = () => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  };
  return { port: (silent.address() as AddressInfo).port, close };
}

it('waits for a server that says nothing no longer than the limit', async () => {
  const silent = await startSilent();
  // an extended response of success to the first message: TLS begins
  const begins = await startSilent(Buffer.from('300c02010178070a010004000400', 'hex'));
  const base: LdapSettings = {
    ...{ type: 'ldap', name: 'people', title: 'People', url: '', ca: '', bind: 'cn=x', base: 'dc=x' },
    ...{ filter: '(uid={name})', nameAttribute: 'uid', groupsAttribute: '', groupsBase: '', groupsFilter: '' },
  };
  const ask = (url: string) => failureOf(createLdap({ ...base, url }, PORTS).check('ana', 'password'));
  try {
    const ldap = ['unavailable', 'People cannot be asked at the moment. Try again shortly.'];
    for (const url of [
      `ldap://127.0.0.1:${silent.port}`,
      `ldaps://127.0.0.1:${silent.port}`,
      `ldap://127.0.0.2:${silent.port}`,
      `ldap://127.0.0.2:${begins.port}`,
    ])
      expect(await ask(url)).toEqual([...ldap, expect.stringMatching(/shortly.: .*(timed? ?out|no answer)/i)]);
    expect(await failureOf(oidc(`http://127.0.0.1:${silent.port}`, PORTS.answerMs))).toEqual([
      'unavailable',
      'Company cannot be reached at the moment. Try again shortly.',
      expect.stringContaining('timed out'),
    ]);
  } finally {
    silent.close();
    begins.close();
  }
});

describe.skipIf(SLAPD === undefined)('LDAP (needs slapd)', () => {
  beforeAll(async () => {
    server = await startLdap();
    settings = {
      type: 'ldap',
      name: 'people',
      title: 'People',
      url: server.url,
      ca: '',
      bind: MANAGER.dn,
      secret: MANAGER.password,
      base: `ou=people,${BASE}`,
      filter: '(uid={name})',
      nameAttribute: 'uid',
      groupsAttribute: 'seealso',
      groupsBase: `ou=groups,${BASE}`,
      groupsFilter: '(member={dn})',
    };
    const ports = { now: () => nowMs, names: ['people'] };
    site = await openSite({
      authentication: { operators: ['@finance'], providers: [settings] },
      providers: [createLdap(settings, ports)],
    });
    Object.assign(site.ctx, { now: ports.now });
  });
  afterAll(async () => {
    await site?.close();
    await server?.close();
  });

  it('finds people, with the groups that name them and that they name', async () => {
    expect(await provider().check('ana', 'password of ana')).toMatchObject({
      person: {
        name: 'ana',
        shownName: 'Ana Moreno',
        email: 'ana@example.org',
        groups: ['staff', 'the board, elected', 'finance'],
        isSignedIn: true,
      },
      subject: `uid=ana,ou=people,${BASE}`,
    });
    // as the directory writes it
    expect((await provider().check(' ANA ', 'password of ana'))?.person.name).toBe('ana');
    expect(
      (await provider({ groupsAttribute: '', groupsBase: '' }).check('bo', 'password of bo'))?.person.groups,
    ).toEqual([]);
  });

  it.each([
    ['ana', 'password of bo'],
    ['ana', ''],
    ['', ''],
    ['', 'password of ana'],
    ['nobody', 'password of ana'],
    ['*', 'password of ana'],
    ['an*', 'password of ana'],
    ['ana)(uid=*', 'password of ana'],
    ['ana)(|(uid=*', 'password of ana'],
    ['\\61na', 'password of ana'],
    ['ana\0', 'password of ana'],
  ])('refuses %j with %j', async (name, password) => {
    expect(await provider().check(name, password)).toBeUndefined();
  });

  it('asks the same for a name that nobody has as for a wrong password', async () => {
    let connections = 0;
    const proxy = createServer((socket) => {
      connections += 1;
      const there = connect(Number(new URL(server.url).port), '127.0.0.1');
      for (const each of [socket, there]) each.on('error', () => each.destroy());
      socket.pipe(there).pipe(socket);
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const own = provider({ url: `ldap://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
    const count = async (name: string) => {
      connections = 0;
      expect(await own.check(name, 'a wrong password')).toBeUndefined();
      return connections;
    };
    try {
      expect([await count('ana'), await count('nobody')]).toEqual([2, 2]);
    } finally {
      proxy.close();
    }
  });

  it('takes signs of filters as letters', async () => {
    expect((await provider().check('bo*', 'password of bo*'))?.person.shownName).toBe('Star');
    expect(await provider().check('bo*', 'password of bo')).toBeUndefined();
  });

  it('refuses a name that fits several', async () => {
    expect(await provider({ filter: '(|(uid={name})(objectClass=person))' }).check('ana', 'password of ana')).toBe(
      undefined,
    );
  });

  it('verifies the certificate', async () => {
    const secure = { url: server.secureUrl };
    expect(await provider({ ...secure, ca: server.ca }).check('ana', 'password of ana')).toBeDefined();
    const other = { url: server.otherUrl };
    expect(await provider({ ...other, ca: server.ca }).check('ana', 'password of ana')).toBeDefined();
    for (const [changes, why] of [
      [secure, 'self-signed certificate'],
      [other, 'self-signed certificate'],
      [{ url: server.foreignUrl, ca: server.ca }, 'does not match certificate'],
    ] as const)
      expect(await failureOf(provider(changes).check('ana', 'password of ana'))).toEqual([
        'unavailable',
        'People cannot be asked at the moment. Try again shortly.',
        expect.stringContaining(why),
      ]);
    expect(await failureOf(oidc(server.secureUrl.replace('ldaps', 'https'), 60_000))).toEqual([
      'unavailable',
      'Company cannot be reached at the moment. Try again shortly.',
      expect.stringContaining('self-signed certificate'),
    ]);
  });

  it('says when the server cannot be asked, and never with the password', async () => {
    for (const changes of [{ url: 'ldap://127.0.0.1:1' }, { secret: 'wrong' }, { base: 'dc=other' }]) {
      const failed = await provider(changes)
        .check('ana', 'password of ana')
        .catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: 'unavailable', message: expect.stringContaining('People cannot be asked') });
      expect(String((failed as Error).cause)).not.toContain('password of ana');
    }
  });

  const enter = (name: string, password: string, remoteAddress = '192.0.2.1', cookie = '') =>
    site.app.inject({
      method: 'POST',
      url: '/sign-in/people',
      remoteAddress,
      payload: new URLSearchParams({ name, password, next: '/runs' }).toString(),
      headers: {
        host: 'localhost',
        origin: 'http://localhost',
        accept: 'text/html',
        'content-type': 'application/x-www-form-urlencoded',
        cookie,
      },
    });
  const cookiesOf = ({ cookies }: Awaited<ReturnType<typeof enter>>) =>
    cookies.map(({ name, value }) => `${name}=${value}`).join('; ');

  it('signs in on the page, with rights by groups; who is removed is signed out, also programs', async () => {
    expect((await site.app.inject(page('/sign-in'))).body).toContain('id="name-people" name="name"');
    const wrong = await enter('<b>', 'x');
    expect([wrong.statusCode, wrong.body]).toEqual([403, expect.stringContaining('value="&lt;b&gt;"')]);
    const reply = await enter('ana', 'password of ana');
    expect([reply.statusCode, reply.headers.location]).toEqual([303, '/runs']);
    const look = async () => (await site.app.inject(page('/admin', { cookie: cookiesOf(reply) }))).statusCode;
    expect(await look()).toBe(200);
    const fields = { name: 'nightly', scope: 'administer', places: '', days: '9' };
    const { headers, ...rest } = form('/tokens', fields);
    const made = await site.app.inject({ ...rest, headers: { ...headers, cookie: cookiesOf(reply) } });
    const authorization = `Bearer ${/srt_[\da-f]{48}/.exec(made.body)?.[0] ?? ''}`;
    const use = async (url = '/api/v1/runs') =>
      (await site.app.inject({ url, headers: { host: 'localhost', authorization } })).statusCode;
    expect([await use(), await use('/admin')]).toEqual([200, 200]);
    await server.leave('ana', 'finance');
    nowMs += 5 * 60_000;
    expect([await look(), await use(), await use('/admin')]).toEqual([403, 200, 403]);
    await server.remove('ana');
    expect([await look(), await use()]).toEqual([403, 200]);
    nowMs += 5 * 60_000;
    expect([await look(), await use()]).toEqual([303, 401]);
  });

  it('has people of its own beside accounts of the same names', async () => {
    const both = createLdap(settings, { now: () => nowMs, names: ['local', 'people'] });
    const signedIn = await both.check('bo', 'password of bo');
    expect(signedIn?.person.name).toBe('people:bo');
    expect((await both.refresh(signedIn?.state ?? ''))?.person.name).toBe('people:bo');
    const first = createLdap(settings, { now: () => nowMs, names: ['people', 'local'] });
    expect((await first.check('bo', 'password of bo'))?.person).toMatchObject({ name: 'bo', groups: [] });
  });

  it('limits tries by account from everywhere, but not for browsers that have signed in', async () => {
    const known = cookiesOf(await enter('bo', 'password of bo'));
    for (let host = 1; host <= 5; host += 1)
      expect((await enter('BO', 'wrong', `203.0.113.${host}`)).statusCode).toBe(403);
    expect((await enter('bo', 'password of bo', '203.0.113.9')).statusCode).toBe(429);
    expect((await enter('bo', 'password of bo', '203.0.113.9', known)).statusCode).toBe(303);
  });
});
