/** Accounts of a whole server: invitation, password, and what the operator does with them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AccountContext,
  addAccount,
  disableAccount,
  enableAccount,
  INVITATION_MS,
  listAccounts,
  removeAccount,
  resetAccount,
  setAccountGroups,
} from '../../src/app/account.ts';
import { LOCAL, VIEWER } from '../../src/domain/access/access.ts';
import { accountNameProblem, passwordProblem } from '../../src/domain/access/account.ts';
import type { AccountsSettings } from '../../src/domain/access/provider.ts';
import { hashPassword, isPassword } from '../../src/http/access/password.ts';
import { createAccounts } from '../../src/sign-in/account.ts';
import { form, openSite, page, type TestSite } from '../http/site.ts';

const PASSWORD = 'correct horse battery';
const SETTINGS: AccountsSettings = { type: 'accounts', name: 'local', title: 'Local' };
let site: TestSite;
let ctx: AccountContext;
let nowMs = Date.now();
let count = 0;
let name: string;

beforeAll(async () => {
  const providers: Parameters<typeof openSite>[0] = {
    authentication: { operators: ['@admins'], providers: [SETTINGS] },
    providers: [],
  };
  const list: NonNullable<typeof providers.providers>[number][] = [];
  site = await openSite({ ...providers, providers: list });
  Object.assign(site.ctx, { now: () => nowMs });
  const accounts = site.ctx.accounts!;
  const noHash = await hashPassword('nobody has this', { N: 16, r: 8, p: 1 });
  list.push(createAccounts(SETTINGS, { accounts, isPassword, noHash, now: () => nowMs, names: ['local'] }));
  ctx = { accounts, sessions: site.ctx.sessions, now: () => nowMs, provider: 'local', audit: site.ctx.audit! };
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

  it('changes groups for those who are signed in, within a minute', async () => {
    const cookie = cookieOf(await accept(await add()));
    await setAccountGroups(ctx, LOCAL, { name, groups: [] });
    nowMs += 60_000;
    expect(await look(cookie, '/admin')).toBe(403);
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
