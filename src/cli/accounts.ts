/** `script-runner accounts`: people whose passwords this server keeps. */
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
} from '../app/account.ts';
import { createAudit } from '../app/audit/audit.ts';
import { type Config, type ConfigSources, readConfig } from '../config/config.ts';
import { LOCAL, userId } from '../domain/access/access.ts';
import { namingProviders } from '../domain/access/authentication.ts';
import { prefixOf } from '../domain/access/provider.ts';
import { AppError } from '../domain/error.ts';
import { DAY_MS } from '../domain/milliseconds.ts';
import { createUrls } from '../page/urls.ts';
import { openPeople } from '../store/open-people.ts';
import { findAddress } from '../store/server-address.ts';
import { plain } from './server-status.ts';

type SettingFlags = NonNullable<ConfigSources['flags']>;

export interface NewAccount {
  readonly name: string;
  readonly groups: readonly string[];
  readonly email?: string;
  readonly shownName?: string;
}

export async function add(given: NewAccount, flags: SettingFlags, folder: string): Promise<void> {
  await withAccounts(folder, flags, async (ctx, config) => tellLink(config, await addAccount(ctx, LOCAL, given)));
}

export async function reset(name: string, flags: SettingFlags, folder: string): Promise<void> {
  await withAccounts(folder, flags, async (ctx, config) => tellLink(config, await resetAccount(ctx, LOCAL, name)));
}

export async function list(flags: SettingFlags, folder: string, json: boolean): Promise<void> {
  await withAccounts(folder, flags, async (ctx) => {
    const shown = (await listAccounts(ctx, LOCAL)).map(({ passwordHash, secondFactor, ...account }) => {
      const isInvited = (account.invitedUntilMs ?? 0) > Date.now();
      const state = account.disabledAtMs !== undefined ? 'disabled' : isInvited ? 'invited' : 'active';
      const hasSecondFactor = secondFactor !== undefined;
      return {
        ...account,
        hasSecondFactor,
        state: passwordHash === undefined && state === 'active' ? 'invitation expired' : state,
      };
    });
    if (json) return console.log(JSON.stringify(shown, null, 2));
    if (shown.length === 0) return console.log('There are no accounts. Add one: script-runner accounts add NAME');
    for (const { name, state, groups, hasSecondFactor } of shown)
      console.log(
        plain(
          `${name}  ${state}${hasSecondFactor ? ', second factor' : ''}${groups.length === 0 ? '' : `, in ${groups.join(', ')}`}`,
        ),
      );
  });
}

const CHANGES = {
  disable: { work: disableAccount, done: 'is disabled and signed out' },
  enable: { work: enableAccount, done: 'may sign in again' },
  'drop-second-factor': { work: dropSecondFactor, done: 'needs no second factor now and is signed out' },
  remove: { work: removeAccount, done: 'is removed and signed out; reports stay' },
} as const;

export async function change(
  what: keyof typeof CHANGES,
  name: string,
  flags: SettingFlags,
  folder: string,
): Promise<void> {
  const { work, done } = CHANGES[what];
  await withAccounts(folder, flags, (ctx) => work(ctx, LOCAL, name));
  console.log(`${plain(name)} ${done}.`);
}

export async function setGroups(
  name: string,
  groups: readonly string[],
  flags: SettingFlags,
  folder: string,
): Promise<void> {
  await withAccounts(folder, flags, (ctx) => setAccountGroups(ctx, LOCAL, { name, groups }));
  console.log(`${plain(name)} is in ${groups.length === 0 ? 'no group' : plain(groups.join(', '))}.`);
}

async function withAccounts(
  folder: string,
  flags: SettingFlags,
  work: (ctx: AccountContext, config: Config) => Promise<void>,
): Promise<void> {
  const config = readConfig({ target: folder, flags });
  const provider = config.authentication.providers?.find(({ type }) => type === 'accounts')?.name;
  if (provider === undefined)
    throw new AppError(
      'invalid',
      'This server keeps no accounts. Add to script-runner.toml: [[sign_in]], name = "local", type = "accounts".',
    );
  const people = await openPeople(config.data, config.database);
  const { accounts, sessions, tokens, auditStore } = people;
  const prefix = prefixOf(namingProviders(config.authentication), provider);
  const personId = (name: string) => userId(prefix + name);
  const recording = config.audit.isOn ? { audit: createAudit(auditStore, Date.now) } : {};
  const ctx = { accounts, sessions, tokens, now: Date.now, provider, personId, ...recording };
  await work(ctx, config).finally(() => people.close());
}

function tellLink(config: Config, code: string): void {
  const urls = createUrls(config.basePath);
  const [host] = config.hosts;
  const own = findAddress(config.data) ?? `http://127.0.0.1:${config.port}`;
  const base = host === undefined ? own : `https://${host}`;
  console.log(new URL(urls.invitation(code), base).href);
  console.error(
    `Give this link to the person alone: it sets the password, once, within ${INVITATION_MS / DAY_MS} days.`,
  );
}
