/** Signing in by OpenID Connect, against a real provider. */
import { randomBytes } from 'node:crypto';
import { chromium } from 'playwright-core';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { AccountsSettings, OidcSettings, Provider } from '../../src/domain/access/provider.ts';
import { readAccessRules } from '../../src/domain/access/rule.ts';
import { createAccounts } from '../../src/sign-in/account.ts';
import { createLdap } from '../../src/sign-in/ldap.ts';
import { createOidc } from '../../src/sign-in/oidc.ts';
import { createSecretBox } from '../../src/store/secret.ts';
import { CHROMIUM_FLAGS, testChromium } from '../chromium.ts';
import { openSite, TOKEN, type TestSite } from '../http/site.ts';
import { cheapPasswords } from './cheap-passwords.ts';
import { BASE, MANAGER, SLAPD, startLdap } from './ldap-server.ts';
import { altered, byClient, byStranger, changed } from './oidc-forge.ts';
import { CLIENT, type Forge, startOidc, type OidcServer } from './oidc-server.ts';
import { createVisitor, type Visit, type Visitor } from './visitor.ts';

const MINUTE_MS = 60_000;
/** Longer than usual: on a busy machine answers are slow. */
const ANSWER_MS = 60_000;
let settings: OidcSettings;
let oidc: OidcServer;
/** Has people of the same names. */
let partner: OidcServer;
let site: TestSite;
let providers: Provider[];
let app: string;
let offsetMs = 0;
const now = () => Date.now() + offsetMs;
const names = ['company', 'partner', 'local', 'directory'];

beforeAll(async () => {
  [oidc, partner] = await Promise.all([startOidc(), startOidc()]);
  settings = {
    type: 'oidc',
    name: 'company',
    title: 'Company <b>',
    issuer: oidc.issuer,
    client: CLIENT.id,
    secret: CLIENT.secret,
    scopes: 'openid profile email',
    nameClaim: 'preferred_username',
    groupsClaim: 'groups',
  };
  const ports = { seals: createSecretBox(randomBytes(32)), now, names, answerMs: ANSWER_MS };
  const theirs: OidcSettings = { ...settings, name: 'partner', title: 'Partner', issuer: partner.issuer };
  const local: AccountsSettings = { type: 'accounts', name: 'local', title: 'Local', isSecondFactorRequired: false };
  providers = [createOidc(settings, ports), createOidc(theirs, ports)];
  site = await openSite({
    authentication: { operators: ['@admins', '@partner:board'], providers: [settings, theirs, local] },
    accessRules: () => readAccessRules(['sales/*: runner partner:ivy @local:staff']),
    providers,
  });
  const accounts = site.ctx.accounts!;
  const noHash = await cheapPasswords.hash('nobody has this');
  providers.push(createAccounts(local, { accounts, passwords: cheapPasswords, noHash, now, names }));
  Object.assign(site.ctx, { now });
  app = await site.app.listen({ host: '127.0.0.1', port: 0 });
  await Promise.all([oidc.serve(app), partner.serve(app, 'partner')]);
});
afterAll(async () => {
  await site.close();
  await Promise.all([oidc.close(), partner.close()]);
});
beforeEach(() => {
  offsetMs = 0;
  oidc.setSilent(false);
  oidc.setForge(undefined);
  Object.assign(settings, { acrValues: undefined, amrValues: undefined });
  oidc.groups.clear();
  partner.groups.clear();
});

const isBack = (url: string) => /^\/sign-in\/\w+\/callback$/.test(new URL(url).pathname);

/** Up to the address at which the provider sends the browser back. */
async function signInThere(visitor: Visitor, name: string, next = '', way = 'company'): Promise<Visit> {
  let at = await visitor.go(`${app}/sign-in/${way}?next=${encodeURIComponent(next)}`, isBack);
  if (!isBack(at.url)) at = await visitor.send(at, { login: name }, isBack);
  return at;
}

async function signIn(name: string, visitor = createVisitor(), way = 'company'): Promise<Visitor> {
  const { url } = await signInThere(visitor, name, '', way);
  expect((await visitor.go(url)).status).toBe(200);
  return visitor;
}

const isIn = async (visitor: Visitor) => (await visitor.go(`${app}/runs`)).url === `${app}/runs`;
const groupsOf = async (personId: string) => (await site.ctx.sessions.list(personId))[0]?.person?.groups;

describe('OpenID Connect', () => {
  it.skipIf(testChromium() === undefined)('signs in and out in a browser (needs chromium)', async () => {
    oidc.groups.set('ana', ['admins']);
    const browser = await chromium.launch({ executablePath: testChromium()!, args: CHROMIUM_FLAGS });
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(30_000);
      await page.goto(`${app}/runs`);
      await page.getByRole('link', { name: 'Sign in with Company <b>' }).click();
      await page.getByLabel('Login').fill('ana');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.waitForURL(`${app}/runs`);
      await page.getByLabel('You: ana Moreno').click();
      await expect.poll(() => page.getByRole('link', { name: 'Admin' }).isVisible()).toBe(true);
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByRole('button', { name: 'Sign me out' }).click();
      await page.waitForURL(`${app}/sign-in`);
      await page.goto(`${app}/runs`);
      expect(page.url()).toContain('/sign-in?next=');
    } finally {
      await browser.close();
    }
  });

  it('names people and their groups, which give rights', async () => {
    oidc.groups.set('bo', ['staff']);
    const visitor = await signIn('bo');
    expect((await visitor.go(`${app}/admin`)).status).toBe(403);
    const [session] = await site.ctx.sessions.list('bo');
    expect(session).toMatchObject({
      provider: 'company',
      subject: 'bo',
      person: { name: 'bo', shownName: 'bo Moreno', email: 'bo@example.org', groups: ['staff'], isSignedIn: true },
    });
    // a token has dots
    expect(session?.state).not.toMatch(/eyJ[\w-]*\./);
    oidc.groups.set('cy', ['admins']);
    expect((await (await signIn('cy')).go(`${app}/admin`)).status).toBe(200);
  });

  it.each(['https://evil.example/', '//evil.example', '/\\evil.example'])('leads nowhere else: %s', async (next) => {
    const visitor = createVisitor();
    const back = await signInThere(visitor, 'ana', next);
    expect(new URL((await visitor.go(back.url, (url) => !isBack(url))).url).origin).toBe(app);
  });

  it('leads to the page that was asked for', async () => {
    const visitor = createVisitor();
    const back = await signInThere(visitor, 'ana', '/runs?script=x');
    expect((await visitor.go(back.url)).url).toBe(`${app}/runs?script=x`);
  });
});

describe('a way back that does not belong to the sign-in', () => {
  const refused = async (visitor: Visitor, url: string) => {
    const { status, body } = await visitor.go(url);
    expect([status, body]).toEqual([403, expect.stringContaining('This sign-in cannot be finished')]);
    expect(await isIn(visitor)).toBe(false);
  };

  it('is refused with another state, without one, with another issuer, or with an invented code', async () => {
    for (const [name, value] of [
      ['state', 'x'],
      ['state', ''],
      ['iss', 'http://localhost:1'],
      ['code', 'x'],
    ] as const) {
      const visitor = createVisitor();
      const url = new URL((await signInThere(visitor, 'ana')).url);
      url.searchParams.set(name, value);
      await refused(visitor, url.href);
    }
  });

  it('is refused in another browser, a second time, and too late', async () => {
    const visitor = createVisitor();
    const { url } = await signInThere(visitor, 'ana');
    await refused(createVisitor(), url);
    const begun = createVisitor();
    await signInThere(begun, 'bo');
    await refused(begun, url);
    const copy = createVisitor();
    for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
    expect((await visitor.go(url)).status).toBe(200);
    await refused(copy, url);
    const late = createVisitor();
    const back = await signInThere(late, 'ana');
    offsetMs = 16 * MINUTE_MS;
    await refused(late, back.url);
  });
});

describe('an answer that names an error', () => {
  it.each([
    ['access_denied', 403, 'Company &lt;b&gt; did not sign you in.'],
    ['temporarily_unavailable', 503, 'Company &lt;b&gt; cannot be reached'],
    ['invalid_scope', 403, 'Company &lt;b&gt; refused the sign-in (invalid_scope).'],
    ['<script>x</script>', 403, 'Company &lt;b&gt; refused the sign-in. Tell'],
  ])('is one sentence on the sign-in page: %s', async (error, code, sentence) => {
    const visitor = createVisitor();
    const url = new URL((await signInThere(visitor, 'ana')).url);
    url.searchParams.delete('code');
    url.searchParams.set('error', error);
    url.searchParams.set('error_description', '<script>x</script>');
    const { status, body } = await visitor.go(url.href);
    expect([status, body]).toEqual([code, expect.stringContaining(sentence)]);
    expect(body).not.toContain('<script>x');
    expect(await isIn(visitor)).toBe(false);
  });
});

describe('an ID token', () => {
  const nowS = () => Math.floor(Date.now() / 1000);
  const HOUR_S = 3_600;

  it('that is sent by the provider of the tests is accepted', async () => {
    oidc.setForge((claims, sign) => sign(claims));
    expect(await isIn(await signIn('gil'))).toBe(true);
  });

  it.each<readonly [string, Forge]>([
    ['for another audience', changed(() => ({ aud: 'another' }))],
    ['for several, of which another may use it', changed(() => ({ aud: [CLIENT.id, 'another'], azp: 'another' }))],
    ['of another issuer', changed(() => ({ iss: 'https://evil.example' }))],
    ['that has expired', changed(() => ({ iat: nowS() - 2 * HOUR_S, exp: nowS() - HOUR_S }))],
    ['without an end', changed(() => ({ exp: undefined }))],
    ['issued in the future', changed(() => ({ iat: nowS() + HOUR_S, exp: nowS() + 2 * HOUR_S }))],
    ['valid in the future', changed(() => ({ nbf: nowS() + HOUR_S }))],
    ['of another sign-in', changed(() => ({ nonce: 'another' }))],
    ['of no sign-in', changed(() => ({ nonce: undefined }))],
    ['without a person', changed(() => ({ sub: undefined }))],
    ['without a signature', async (claims) => new UnsecuredJWT(claims).encode()],
    ['signed by somebody else', byStranger('a')],
    ['signed with an unknown key', byStranger('b')],
    ['signed with the secret of the client', byClient],
    ['that was altered', altered],
    ['that is none', async () => 'x'],
    ['that is missing', async () => undefined],
  ])('%s signs nobody in', async (_, forge) => {
    const visitor = createVisitor();
    oidc.setForge(forge);
    const { url } = await signInThere(visitor, 'hal');
    const { status, body } = await visitor.go(url);
    expect([status, body]).toEqual([403, expect.stringContaining('sent an answer that cannot be trusted')]);
    expect([await isIn(visitor), await site.ctx.sessions.list('hal')]).toEqual([false, []]);
  });
});

describe('the strength of a sign-in', () => {
  const WITH: Readonly<Record<string, unknown>> = { acr: 'urn:mfa', amr: ['pwd', 'otp'] };

  it.each<readonly [string, object, Readonly<Record<string, unknown>>, boolean]>([
    ['no class, and none is asked for', {}, {}, true],
    ['a class that is asked for', { acrValues: 'urn:hardware urn:mfa' }, WITH, true],
    ['another class', { acrValues: 'urn:hardware' }, WITH, false],
    ['no class', { acrValues: 'urn:mfa' }, { amr: ['otp'] }, false],
    ['a method that is asked for', { amrValues: 'hwk otp' }, WITH, true],
    ['other methods', { amrValues: 'hwk' }, WITH, false],
    ['methods that are a text', { amrValues: 'otp' }, { amr: 'otp' }, false],
    ['the class, without the method', { acrValues: 'urn:mfa', amrValues: 'hwk' }, WITH, false],
  ])('counts by its ID token: %s', async (_, asked, claims, isEnough) => {
    Object.assign(settings, asked);
    oidc.setForge((usual, sign) => sign({ ...usual, ...claims }));
    const visitor = createVisitor();
    const { url } = await signInThere(visitor, 'lea');
    const { status, body } = await visitor.go(url);
    expect([status, body.includes('not in a way that this server asks for'), await isIn(visitor)]).toEqual(
      isEnough ? [200, false, true] : [403, true, false],
    );
  });

  it('is asked for', async () => {
    Object.assign(settings, { acrValues: 'urn:hardware urn:mfa' });
    const { headers } = await fetch(`${app}/sign-in/company`, { redirect: 'manual' });
    expect(new URL(headers.get('location') ?? '').searchParams.get('acr_values')).toBe('urn:hardware urn:mfa');
  });
});

describe('ending other sessions', () => {
  const endAll = async (visitor: Visitor) => {
    const headers = { cookie: visitor.cookieOf(app), origin: app, accept: 'text/html' };
    const { headers: answer } = await fetch(`${app}/sessions/end-all`, { method: 'POST', headers, redirect: 'manual' });
    return answer.get('location') ?? '';
  };
  const AGAIN = '/sign-in?next=%2Fsessions&again=yes';
  const THERE = '/sign-in/company?next=%2Fsessions&again=yes';

  it('asks the provider for another proof, also where it has signed in without one', async () => {
    const [visitor, other] = [await signIn('mo'), await signIn('mo')];
    // it does not say when
    expect(await endAll(visitor)).toBe(AGAIN);
    expect((await visitor.go(app + AGAIN)).body).toContain(`href="${THERE.replace('&', '&amp;')}"`);
    const usual = await visitor.go(`${app}/sign-in/company?next=%2Fsessions`);
    expect([usual.url, await endAll(visitor)]).toEqual([`${app}/sessions`, AGAIN]);
    const asked = await visitor.go(app + THERE);
    expect(asked.url).toContain('/interaction/');
    expect((await visitor.send(asked, { login: 'mo' })).url).toBe(`${app}/sessions`);
    // a refresh keeps when it was
    offsetMs = 9 * MINUTE_MS;
    await site.ctx.sessions.makeDue('company', 'mo');
    expect(await isIn(visitor)).toBe(true);
    offsetMs = 11 * MINUTE_MS;
    expect(await endAll(visitor)).toBe(AGAIN);
    offsetMs = 5 * MINUTE_MS;
    expect(await endAll(visitor)).toBe('/');
    expect([await isIn(visitor), await isIn(other)]).toEqual([false, false]);
  });

  it('needs a time of the proof', async () => {
    const visitor = await signIn('nat');
    oidc.setForge(changed(() => ({ auth_time: undefined })));
    const { status, body } = await visitor.send(await visitor.go(app + THERE), { login: 'nat' });
    expect([status, body]).toEqual([403, expect.stringContaining('did not ask you again who you are')]);
    expect([await isIn(visitor), await endAll(visitor)]).toEqual([true, AGAIN]);
  });
});

describe('the provider', () => {
  it('is asked again for groups, and ends a session by revoking its grant', async () => {
    oidc.groups.set('dee', ['staff']);
    const visitor = await signIn('dee');
    oidc.groups.set('dee', ['board']);
    expect(await isIn(visitor)).toBe(true);
    expect(await groupsOf('dee')).toEqual(['staff']);
    offsetMs = 61 * MINUTE_MS;
    expect(await isIn(visitor)).toBe(true);
    expect(await groupsOf('dee')).toEqual(['board']);
    // a page does not wait for a provider that accepts the question and says nothing
    oidc.setSilent('hangs');
    offsetMs = 123 * MINUTE_MS;
    expect(await isIn(visitor)).toBe(true);
    oidc.setSilent('closes');
    offsetMs = 125 * MINUTE_MS;
    expect(await isIn(visitor)).toBe(true);
    oidc.setSilent(false);
    const [session] = await site.ctx.sessions.list('dee');
    expect(session?.refreshAtMs).toBeGreaterThan(Date.now() + offsetMs);
    oidc.gone.add('dee');
    offsetMs = 190 * MINUTE_MS;
    expect(await isIn(visitor)).toBe(false);
    expect(await site.ctx.sessions.list('dee')).toEqual([]);
  });

  it('says what a token may do when its person was last here', async () => {
    oidc.groups.set('kim', ['admins']);
    const visitor = await signIn('kim');
    const form = new URLSearchParams({ name: 'nightly', scope: 'administer', places: '', days: '9' });
    const made = await fetch(`${app}/tokens`, {
      method: 'POST',
      body: form,
      headers: { cookie: visitor.cookieOf(app), origin: app, accept: 'text/html' },
    });
    const authorization = `Bearer ${/srt_[\da-f]{48}/.exec(await made.text())?.[0] ?? ''}`;
    const use = async (path: string) => (await fetch(app + path, { headers: { authorization } })).status;
    expect([await use('/api/v1/runs'), await use('/admin')]).toEqual([200, 200]);
    oidc.groups.set('kim', []);
    offsetMs = 61 * MINUTE_MS;
    expect(await use('/admin')).toBe(200);
    expect(await isIn(visitor)).toBe(true);
    await expect.poll(() => use('/admin'), { timeout: 30_000 }).toBe(403);
    expect(await use('/api/v1/runs')).toBe(200);
  });

  it('that does not answer is named on the sign-in page', async () => {
    oidc.setSilent('closes');
    const fresh = createOidc(settings, { seals: createSecretBox(randomBytes(32)), now: Date.now, names: [] });
    await expect(fresh.begin(`${app}/back`, { next: '', isAgain: false })).rejects.toMatchObject({
      code: 'unavailable',
    });
    const visitor = createVisitor();
    oidc.setSilent(false);
    const { url } = await signInThere(visitor, 'ana');
    oidc.setSilent('closes');
    const { status, body } = await visitor.go(url);
    expect([status, body]).toEqual([503, expect.stringContaining('Company &lt;b&gt; cannot be reached')]);
  });

  it('ends the session here when somebody signs out there', async () => {
    const [visitor, other] = [await signIn('eve'), await signIn('eve')];
    await visitor.send(await visitor.go(`${oidc.issuer}/session/end`), { logout: 'yes' });
    await expect.poll(() => isIn(visitor), { timeout: 30_000 }).toBe(false);
    expect(await isIn(other)).toBe(true);
  });

  it('alone can end sessions', async () => {
    const visitor = await signIn('fay');
    const [{ providerSession: sid = '' } = {}] = await site.ctx.sessions.list('fay');
    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    const nowS = Math.floor(Date.now() / 1000);
    const claims = { iss: oidc.issuer, aud: CLIENT.id, iat: nowS, exp: nowS + 120, events, sid, sub: 'fay' };
    const { privateKey } = await generateKeyPair('RS256');
    const foreign = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'a' }).sign(privateKey);
    const send = async (text: string) => {
      const body = new URLSearchParams({ logout_token: text });
      return (await fetch(`${app}/sign-in/company/back-channel`, { method: 'POST', body })).status;
    };
    for (const text of [
      foreign,
      new UnsecuredJWT(claims).encode(),
      'x',
      '',
      await oidc.sign({ ...claims, nonce: 'x' }),
      await oidc.sign({ ...claims, events: {} }),
      await oidc.sign({ ...claims, aud: 'another' }),
      await oidc.sign({ ...claims, iat: nowS - 600 }),
      await oidc.sign(claims, 'at+jwt'),
      await oidc.sign(claims, 'application/id+jwt'),
    ])
      expect(await send(text)).toBe(400);
    const others = [undefined, 'JWT', 'logout+jwt', 'application/logout+jwt'];
    for (const type of others) expect(await send(await oidc.sign({ ...claims, sid: 'another' }, type))).toBe(200);
    expect((await fetch(`${app}/sign-in/company/front-channel?sid=${sid}&iss=http://evil.example`)).status).toBe(200);
    expect(await isIn(visitor)).toBe(true);
    await fetch(`${app}/sign-in/company/front-channel?sid=${sid}&iss=${encodeURIComponent(oidc.issuer)}`);
    expect(await isIn(visitor)).toBe(false);
    const [entry] = await site.store.auditStore.list({ action: 'sessions-ended', limit: 1 });
    expect(entry).toMatchObject({ actor: 'script-runner', way: 'company', details: { sessions: 1 } });
  });
});

describe('several providers', () => {
  const seesSales = async (visitor: Visitor) => (await visitor.go(`${app}/`)).body.includes('Weekly sales');
  const addLocal = async (name: string, groups: string[]) => {
    const accounts = site.ctx.accounts!;
    await accounts.add({ name, groups, createdAtMs: 0 }, { hash: name, untilMs: 10 });
    await accounts.accept(name, { passwordHash: await cheapPasswords.hash('password of local'), nowMs: 1 });
  };
  const signInHere = async (name: string, way = 'local', password = 'password of local') => {
    const visitor = createVisitor();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: app, accept: 'text/html' };
    const body = new URLSearchParams({ name, password }).toString();
    const reply = await fetch(`${app}/sign-in/${way}`, { method: 'POST', headers, body, redirect: 'manual' });
    for (const cookie of reply.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      visitor.cookies.set(`127.0.0.1 ${key}`, value);
    }
    return visitor;
  };

  it('are all on the sign-in page', async () => {
    const { body } = await createVisitor().go(`${app}/sign-in`);
    for (const text of ['Sign in with Company &lt;b&gt;', 'Sign in with Partner', 'name="name"'])
      expect(body).toContain(text);
    expect((await createVisitor().go(`${app}/sign-in/local`)).url).toBe(`${app}/sign-in?next=`);
  });

  it('with the same names have different people and groups, whom rules tell apart', async () => {
    oidc.groups.set('ivy', ['staff', 'partner:board', 'local:staff']);
    partner.groups.set('ivy', ['admins', 'staff']);
    partner.groups.set('bo', ['board']);
    await addLocal('ivy', ['admins']);
    await addLocal('bo', ['staff']);
    const company = await signIn('ivy');
    const theirs = await signIn('ivy', createVisitor(), 'partner');
    const own = await signInHere('ivy');
    for (const [id, groups] of [
      ['ivy', ['staff']],
      ['partner:ivy', ['partner:admins', 'partner:staff']],
      ['local:ivy', ['local:admins']],
    ] as const)
      expect((await site.ctx.sessions.list(id)).map(({ person }) => person)).toMatchObject([{ name: id, groups }]);
    for (const visitor of [company, theirs, own]) expect((await visitor.go(`${app}/admin`)).status).toBe(403);
    expect((await (await signIn('bo', createVisitor(), 'partner')).go(`${app}/admin`)).status).toBe(200);
    const bo = await signInHere('bo');
    expect(await Promise.all([company, theirs, own, bo].map(seesSales))).toEqual([false, true, false, true]);
  });

  it.skipIf(SLAPD === undefined)('may be a directory, too, whose people are others (needs slapd)', async () => {
    const server = await startLdap();
    onTestFinished(() => server.close());
    const people = { bind: MANAGER.dn, secret: MANAGER.password, base: `ou=people,${BASE}`, filter: '(uid={name})' };
    const groups = { nameAttribute: 'uid', groupsAttribute: '', groupsBase: '', groupsFilter: '' };
    const about = { type: 'ldap', name: 'directory', title: 'Directory', url: server.url, ca: '' } as const;
    providers.push(createLdap({ ...about, ...people, ...groups }, { now, names, answerMs: ANSWER_MS }));
    const { body } = await createVisitor().go(`${app}/sign-in`);
    for (const text of ['Sign in with Company &lt;b&gt;', 'Directory', '/sign-in/directory'])
      expect(body).toContain(text);
    const company = await signIn('ana');
    const [theirs, other] = [
      await signInHere('ana', 'directory', 'password of ana'),
      await signInHere('ana', 'directory', 'password of ana'),
    ];
    const whoIs = async (visitor: Visitor) => (await visitor.go(`${app}/who`)).body;
    expect(await Promise.all([company, theirs].map(whoIs))).toEqual(['ana', 'directory:ana']);
    const headers = { cookie: theirs.cookieOf(app), origin: app };
    await fetch(`${app}/sessions/end-all`, { method: 'POST', headers, redirect: 'manual' });
    expect(await Promise.all([company, theirs, other].map(isIn))).toEqual([true, false, false]);
  });

  it('cannot name each other’s people', async () => {
    const visitor = createVisitor();
    const { url } = await signInThere(visitor, 'partner:bo');
    const { status, body } = await visitor.go(url);
    expect([status, body]).toEqual([403, expect.stringContaining('a name that cannot be used here')]);
    expect(await isIn(visitor)).toBe(false);
  });

  it('are not mixed up: an answer, or a sign-out, of one is none of the other', async () => {
    const visitor = createVisitor();
    await signInThere(visitor, 'cy', '', 'partner');
    const { url } = await signInThere(visitor, 'cy');
    const { status } = await visitor.go(url.replace('/sign-in/company/', '/sign-in/partner/'));
    expect([status, await isIn(visitor)]).toEqual([403, false]);
    const [company, theirs] = [await signIn('dan'), await signIn('dan', createVisitor(), 'partner')];
    const [{ providerSession: sid = '' } = {}] = await site.ctx.sessions.list('dan');
    const query = `sid=${sid}&iss=${encodeURIComponent(oidc.issuer)}`;
    await fetch(`${app}/sign-in/partner/front-channel?${query}`);
    expect([await isIn(company), await isIn(theirs)]).toEqual([true, true]);
    await company.send(await company.go(`${oidc.issuer}/session/end`), { logout: 'yes' });
    await expect.poll(() => isIn(company), { timeout: 30_000 }).toBe(false);
    expect(await isIn(theirs)).toBe(true);
  });
});

it('the operator’s link works beside it, and other providers do not exist', async () => {
  const visitor = createVisitor();
  expect((await visitor.go(`${app}/sign-in?token=${TOKEN}`)).url).toBe(`${app}/admin`);
  expect((await createVisitor().go(`${app}/sign-in/other`)).status).toBe(404);
});
