/** Accounts of a whole server: invitation, password, and what the operator does with them. */
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AccountContext,
  addAccount,
  disableAccount,
  dropSecondFactor,
  enableAccount,
  INVITATION_MS,
  listAccounts,
  removeAccount,
  resetAccount,
  setAccountGroups,
} from '../../src/app/account.ts';
import { submitRun } from '../../src/app/run/run-submit.ts';
import { LOCAL, OPERATOR, userId, VIEWER } from '../../src/domain/access/access.ts';
import { accountNameProblem, passwordProblem } from '../../src/domain/access/account.ts';
import type { AccountsSettings, PasswordProvider } from '../../src/domain/access/provider.ts';
import { readAccessRules } from '../../src/domain/access/rule.ts';
import { createAccounts } from '../../src/sign-in/account.ts';
import { isGuessable } from '../../src/sign-in/password-guess.ts';
import { form, openSite, page, type TestSite } from '../http/site.ts';
import { cheapPasswords } from './cheap-passwords.ts';

const PASSWORD = 'correct horse battery';
const SETTINGS: AccountsSettings = { type: 'accounts', name: 'local', title: 'Local', isSecondFactorRequired: false };
let site: TestSite;
let ctx: AccountContext;
let nowMs = Date.now();
let count = 0;
let name: string;
const list: PasswordProvider[] = [];
/** Of the setting `access`. */
let lines: readonly string[] = [];

beforeAll(async () => {
  const providers: Parameters<typeof openSite>[0] = {
    authentication: { operators: ['@admins'], providers: [SETTINGS] },
    providers: [],
    accessRules: () => readAccessRules(lines),
  };
  site = await openSite({ ...providers, providers: list });
  Object.assign(site.ctx, { now: () => nowMs });
  const accounts = site.ctx.accounts!;
  const [noHash, passwords] = [await cheapPasswords.hash('nobody has this'), cheapPasswords];
  list.push(createAccounts(SETTINGS, { accounts, passwords, noHash, now: () => nowMs, names: ['local'] }));
  const { sessions, tokens, audit } = site.ctx;
  ctx = { accounts, sessions, tokens: tokens!, now: () => nowMs, provider: 'local', personId: userId, audit: audit! };
});
afterAll(() => site.close());
beforeEach(() => {
  name = `ana${(count += 1)}`;
});

const invite = (code: string) => site.app.inject(page(`/invitation?code=${code}`));
const accept = (code: string, password = PASSWORD) => site.app.inject(form('/invitation', { code, password }));
const enter = (password = PASSWORD, who = name) =>
  site.app.inject({ ...form('/sign-in/local', { name: who, password }), remoteAddress: `192.0.2.${count}` });
const cookieOf = (reply: Awaited<ReturnType<typeof enter>>) =>
  reply.cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join('; ');
const look = async (cookie: string, url = '/runs') => (await site.app.inject(page(url, { cookie }))).statusCode;
const add = () => addAccount(ctx, LOCAL, { name, groups: ['admins'], shownName: 'Ana <b>' });

describe('an account', () => {
  it('begins with an invitation, by which the person chooses a password, once', async () => {
    const code = await add();
    expect((await enter('')).statusCode).toBe(403);
    const { statusCode, body } = await invite(code);
    expect([statusCode, body]).toEqual([200, expect.stringContaining(`<strong>${name}</strong>`)]);
    const short = await accept(code, 'short');
    expect([short.statusCode, short.body]).toEqual([422, expect.stringContaining('at least 12 characters')]);
    const common = await accept(code, 'Password1234');
    expect([common.statusCode, common.body]).toEqual([422, expect.stringContaining('easy to guess')]);
    const entered = await accept(code);
    expect(entered.statusCode).toBe(303);
    expect(await look(cookieOf(entered), '/admin')).toBe(200);
    expect([(await invite(code)).statusCode, (await accept(code, 'another password')).statusCode]).toEqual([403, 403]);
    expect((await enter()).statusCode).toBe(303);
    expect((await enter(PASSWORD, ` ${name.toUpperCase()}`)).statusCode).toBe(303);
    expect((await enter('another password')).statusCode).toBe(403);
    expect(JSON.stringify(await ctx.accounts.find(name))).not.toContain(PASSWORD);
  });

  it('has an invitation for a week, which a new one replaces', async () => {
    const first = await add();
    const second = await resetAccount(ctx, LOCAL, name);
    expect([(await invite(first)).statusCode, (await invite(second)).statusCode]).toEqual([403, 200]);
    nowMs += INVITATION_MS;
    expect([(await invite(second)).statusCode, (await accept(second)).statusCode]).toEqual([403, 403]);
  });

  it('is reset, disabled and removed, each of which signs the person out', async () => {
    await accept(await add());
    for (const change of [resetAccount, disableAccount, removeAccount]) {
      const cookie = cookieOf(await enter());
      expect(await look(cookie)).toBe(200);
      await change(ctx, LOCAL, name);
      expect(await look(cookie)).toBe(303);
      expect((await enter()).statusCode).toBe(403);
      if (change === resetAccount) await accept(await resetAccount(ctx, LOCAL, name));
      if (change === disableAccount) await enableAccount(ctx, LOCAL, name);
    }
    await expect(disableAccount(ctx, LOCAL, name)).rejects.toMatchObject({ code: 'not-found' });
    const entries = await site.store.auditStore.list({ action: 'account-changed', actor: LOCAL.id, limit: 6 });
    expect(entries.map(({ details }) => [details?.['account'], details?.['change']])).toEqual(
      ['removed', 'enabled', 'disabled', 'reset', 'reset', 'added'].map((change) => [name, change]),
    );
  });

  it('that is disabled cannot accept an invitation', async () => {
    const code = await add();
    await disableAccount(ctx, LOCAL, name);
    expect((await accept(code)).statusCode).toBe(403);
  });

  it('is guessed no more often by people who have signed in with another one', async () => {
    await accept(await add());
    const [victim, eve] = [name, `eve${count}`];
    name = eve;
    await accept(await add());
    const statuses: number[] = [];
    for (const browser of [1, 2, 3]) {
      const cookie = cookieOf(await enter());
      for (const place of [1, 2, 3]) {
        const guess = form('/sign-in/local', { name: victim, password: 'a wrong password' });
        const headers = { ...guess.headers, cookie };
        const remoteAddress = `198.51.100.${browser * 10 + place}`;
        statuses.push((await site.app.inject({ ...guess, headers, remoteAddress })).statusCode);
      }
    }
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429, 429, 429, 429]);
  });

  it('changes groups for those who are signed in, at once, also for what they have open', async () => {
    const cookie = cookieOf(await accept(await add()));
    await setAccountGroups(ctx, LOCAL, { name, groups: ['staff'] });
    expect(await look(cookie, '/admin')).toBe(403);
    const { run } = await submitRun(site.ctx, OPERATOR, { script: 'sales/weekly', values: {}, trigger: 'form' });
    lines = ['*: viewer @staff'];
    const address = await site.app.listen({ host: '127.0.0.1', port: 0 });
    const urls = [`${address}/api/v1/runs/${run.id}/events`, `${address}/runs/${run.id}/live`];
    const replies = await Promise.all(urls.map((url) => fetch(url, { headers: { cookie } })));
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
    await setAccountGroups(ctx, LOCAL, { name, groups: ['others'] });
    for (const reply of replies) await expect(reply.text()).rejects.toThrow('terminated');
    for (const url of urls) expect((await fetch(url, { headers: { cookie } })).status).toBe(404);
    lines = [];
    await site.clear();
  });

  it('is for operators alone, with a name that nobody has', async () => {
    await add();
    await expect(add()).rejects.toMatchObject({ code: 'conflict' });
    const given = { name: 'x', groups: [] };
    await expect(addAccount(ctx, VIEWER, given)).rejects.toMatchObject({ code: 'forbidden' });
    for (const change of [resetAccount, disableAccount, enableAccount, removeAccount])
      await expect(change(ctx, VIEWER, name)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(listAccounts(ctx, VIEWER)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await listAccounts(ctx, LOCAL)).map((one) => one.name)).toContain(name);
  });

  it.each(['', 'Ana', 'a b', '../a', 'a:b', '@a', 'é'])('cannot be named %j', async (wrong) => {
    expect(accountNameProblem(wrong)).toContain('cannot be the name');
    await expect(addAccount(ctx, LOCAL, { name: wrong, groups: [] })).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('a second factor', () => {
  const post = (url: string, fields: Record<string, string>, cookie = '') => {
    const { headers, ...rest } = form(url, fields);
    return site.app.inject({ ...rest, headers: { ...headers, cookie } });
  };
  const field = (body: string, wanted: string) => new RegExp(`name="${wanted}" value="([^"]*)"`).exec(body)?.[1] ?? '';
  const codeOf = (secret: string) => new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: nowMs });
  const secretIn = (body: string) => /<code>([A-Z2-7]{32})<\/code>/.exec(body)?.[1] ?? '';
  const recoveryIn = (body: string) =>
    [...body.matchAll(/<code>([\dA-F]{8}(?:-[\dA-F]{8}){3})</g)].map(([, code = '']) => code);
  const code = (ticket: string, given: string, more: Record<string, string> = {}) =>
    post('/sign-in/local/code', { ticket, code: given, ...more });
  const ticketOf = async () => {
    const reply = await enter();
    expect([reply.statusCode, reply.cookies]).toEqual([200, []]);
    return field(reply.body, 'ticket');
  };
  /** Signed in, with the second factor on. */
  const setUp = async () => {
    const cookie = cookieOf(await accept(await add()));
    const begun = (await post('/account/second-factor', {}, cookie)).body;
    const [secret, enrolment] = [secretIn(begun), field(begun, 'enrolment')];
    const confirm = (present: string, given: string) =>
      post('/account/second-factor/confirm', { present, enrolment, code: given }, cookie);
    const stranger = await confirm('another password', codeOf(secret));
    expect([stranger.statusCode, secretIn(stranger.body)]).toEqual([403, secret]);
    const wrong = await confirm(PASSWORD, '12345');
    expect([wrong.statusCode, secretIn(wrong.body)]).toEqual([422, secret]);
    const done = await confirm(PASSWORD, codeOf(secret));
    return { cookie, secret, recovery: recoveryIn(done.body) };
  };

  it('is set up with a code, and is needed from then on, each code once', async () => {
    const { cookie, secret, recovery } = await setUp();
    expect(new Set(recovery).size).toBe(10);
    const stored = JSON.stringify(await ctx.accounts.find(name));
    for (const hidden of [secret, ...recovery]) expect(stored).not.toContain(hidden);
    expect((await site.app.inject(page('/account', { cookie }))).body).toContain('10 recovery codes are left');

    const ticket = await ticketOf();
    expect((await code(ticket, codeOf(secret))).statusCode).toBe(403);
    nowMs += 60_000;
    const now = codeOf(secret);
    const raced = await Promise.all([code(ticket, now), code(ticket, now)]);
    expect(raced.map(({ statusCode }) => statusCode).toSorted()).toEqual([303, 403]);
    const entered = raced.find(({ statusCode }) => statusCode === 303)!;
    expect(await look(cookieOf(entered), '/admin')).toBe(200);
    nowMs += 60_000;
    expect((await code(ticket, codeOf(secret).replace(/^.../, '$& '))).statusCode).toBe(303);
  });

  it('accepts each recovery code once, and codes of a clock that is half a minute off', async () => {
    const { secret, recovery } = await setUp();
    const ticket = await ticketOf();
    const [first = ''] = recovery;
    expect((await code(ticket, first.toLowerCase())).statusCode).toBe(303);
    expect((await code(ticket, first)).statusCode).toBe(403);
    nowMs += 90_000;
    const early = codeOf(secret);
    nowMs += 30_000;
    expect((await code(ticket, early)).statusCode).toBe(303);
    nowMs += 60_000;
    const old = codeOf(secret);
    nowMs += 60_000;
    expect((await code(ticket, old)).statusCode).toBe(403);
  });

  it('can be tried five times, from wherever, and not with a ticket that is altered, old or of before a reset', async () => {
    const { recovery } = await setUp();
    const ticket = await ticketOf();
    for (let tried = 0; tried < 5; tried += 1) expect((await code(ticket, '000000')).statusCode).toBe(403);
    expect((await code(ticket, recovery[0] ?? '')).statusCode).toBe(429);
    expect((await code(`x${ticket}`, recovery[0] ?? '')).statusCode).toBe(403);
    nowMs += 15 * 60_000;
    expect((await code(ticket, recovery[0] ?? '')).body).toContain('This took too long');
    const other = await ticketOf();
    await accept(await resetAccount(ctx, LOCAL, name));
    expect((await code(other, recovery[0] ?? '')).body).toContain('This took too long');
    expect((await enter()).statusCode).toBe(303);
  });

  it('is turned off with the password or a code, and by the operator, who signs the person out', async () => {
    const { cookie, recovery } = await setUp();
    const off = (proof: string) => post('/account/second-factor/off', { proof }, cookie);
    expect((await off('wrong')).statusCode).toBe(403);
    expect((await off(recovery[1] ?? '')).body).toContain('The second factor is off.');
    expect((await enter()).statusCode).toBe(303);
    count += 1;
    name = `ana${count}`;
    const other = await setUp();
    await expect(dropSecondFactor(ctx, VIEWER, name)).rejects.toMatchObject({ code: 'forbidden' });
    await dropSecondFactor(ctx, LOCAL, name);
    expect([await look(other.cookie), (await enter()).statusCode]).toEqual([303, 303]);
  });

  it('may be required: then it is set up with the first sign-in', async () => {
    const before = cookieOf(await accept(await add()));
    Object.assign(SETTINGS, { isSecondFactorRequired: true });
    Object.assign(list[0]!.own!, { isSecondFactorRequired: true });
    nowMs += 60_000;
    expect(await look(before)).toBe(303);
    const asked = (await enter()).body;
    const [ticket, enrolment, secret] = [field(asked, 'ticket'), field(asked, 'enrolment'), secretIn(asked)];
    const wrong = await code(ticket, 'x', { enrolment });
    expect([wrong.statusCode, wrong.cookies, secretIn(wrong.body)]).toEqual([422, [], secret]);
    const done = await code(ticket, codeOf(secret), { enrolment });
    expect(recoveryIn(done.body)).toHaveLength(10);
    expect(await look(cookieOf(done))).toBe(200);
    Object.assign(SETTINGS, { isSecondFactorRequired: false });
    Object.assign(list[0]!.own!, { isSecondFactorRequired: false });
  });
});

describe('a token', () => {
  const make = async (cookie: string, days = 9) => {
    const fields = { name: 'nightly', scope: 'administer', places: '', days: String(days) };
    const { headers, ...rest } = form('/tokens', fields);
    const { body } = await site.app.inject({ ...rest, headers: { ...headers, cookie } });
    return /srt_[\da-f]{48}/.exec(body)?.[0] ?? '';
  };
  const use = async (token: string, url = '/api/v1/runs') =>
    (await site.app.inject({ url, headers: { host: 'localhost', authorization: `Bearer ${token}` } })).statusCode;

  it('has the rights of its account as they are now, also without a session', async () => {
    const token = await make(cookieOf(await accept(await add())));
    await ctx.sessions.endOf(name);
    const rights = async () => [await use(token), await use(token, '/admin')];
    expect(await rights()).toEqual([200, 200]);
    await setAccountGroups(ctx, LOCAL, { name, groups: [] });
    expect(await rights()).toEqual([200, 403]);
    await disableAccount(ctx, LOCAL, name);
    expect(await rights()).toEqual([401, 401]);
    await enableAccount(ctx, LOCAL, name);
    expect(await rights()).toEqual([200, 403]);
    const code = await resetAccount(ctx, LOCAL, name);
    expect(await use(token)).toBe(401);
    await accept(code);
    expect(await use(token)).toBe(200);
  });

  it('counts on while its account does, however long the person is away', async () => {
    const token = await make(cookieOf(await accept(await add())), 365);
    nowMs += 200 * 86_400_000;
    expect(await use(token)).toBe(200);
    await disableAccount(ctx, LOCAL, name);
    expect(await use(token)).toBe(401);
  });

  it('is revoked with its account: the name may be given to somebody else', async () => {
    const token = await make(cookieOf(await accept(await add())));
    await removeAccount(ctx, LOCAL, name);
    await accept(await add());
    expect(await use(token)).toBe(401);
  });
});

it('people change their passwords, which signs their other browsers out', async () => {
  const first = cookieOf(await accept(await add()));
  const second = cookieOf(await enter());
  const change = (present: string, password: string) => {
    const { headers, ...rest } = form('/account/password', { present, password });
    return site.app.inject({ ...rest, headers: { ...headers, cookie: first } });
  };
  expect((await change('wrong', 'another good password')).statusCode).toBe(403);
  expect((await change(PASSWORD, 'short')).statusCode).toBe(422);
  expect((await change(PASSWORD, 'qwertyuiop123')).body).toContain('easy to guess');
  expect((await change(PASSWORD, 'another good password')).statusCode).toBe(200);
  expect([await look(first), await look(second)]).toEqual([200, 303]);
  expect([(await enter()).statusCode, (await enter('another good password')).statusCode]).toEqual([403, 303]);
});

it.each([
  ['elevenchars', 'at least 12'],
  ['aaaaaaaaaaaaaaaa', 'more different'],
  ['my name is ANA.MORENO', 'without your name'],
  ['x'.repeat(201), 'at most 200'],
])('a password such as %j is refused', (password, problem) => {
  expect(passwordProblem(password, { name: 'ana.moreno@example.org' })).toContain(problem);
});

it.each([PASSWORD, 'zwölf Zeichen', '🐎🔋📎🐎🔋📎🐎🔋📎🎉🎈🎁', ' leading and trailing '])(
  'a password such as %j is taken',
  (password) => {
    expect(passwordProblem(password, { name: 'ana' })).toBeUndefined();
  },
);

it.each([
  'password1234',
  'P@ssw0rd12345',
  'letmeinletmein',
  '1q2w3e4r5t6y',
  'abcdefghijklmno',
  'qwertyuiop123',
  'iloveyou1234',
  'baseball2024',
  'Passwort1234',
  'scriptrunner1',
  'moreno20002000',
  'ababab'.repeat(33),
])('a password such as %j is easy to guess', async (password) => {
  expect(await isGuessable(password, ['script runner', 'scriptrunner', 'Moreno'])).toBe(true);
});

it.each([
  PASSWORD,
  'another good password',
  'zwölf Zeichen',
  '🐎🔋📎🐎🔋📎🐎🔋📎🎉🎈🎁',
  '4@8({[<3690!1|70$5+2%'.repeat(9),
])('a password such as %j is hard to guess', async (password) => {
  expect(await isGuessable(password, ['ana'])).toBe(false);
});
