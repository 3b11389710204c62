/** LDAP: a search for the person, then a bind with their password. Sources: RFC 4511, 4513, 4515. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { Client, type Entry, InvalidCredentialsError } from 'ldapts';
import { type LdapSettings, type PasswordProvider, personOf, type SignIn } from '../domain/access/provider.ts';
import { defined } from '../domain/defined.ts';
import { AppError } from '../domain/error.ts';
import { MINUTE_MS, SECOND_MS } from '../domain/milliseconds.ts';
import { escapeFilter, groupName } from './ldap-text.ts';

/** Time for each answer, and for all of them together. */
const ANSWER_MS = 10 * SECOND_MS;
const ALL_ANSWERS = 2;
/** How often groups are read again. */
const REFRESH_MS = 5 * MINUTE_MS;
const MOST_GROUPS = 1_000;
const SHOWN_CHARS = 200;

export interface LdapPorts {
  readonly now: () => number;
  /** Names of all providers, in their order. */
  readonly names: readonly string[];
  /** Time for each answer; other than usual in tests alone. */
  readonly answerMs?: number;
}

/** Throws what reading the file of certificates throws. */
export function createLdap(settings: LdapSettings, { now, names, answerMs = ANSWER_MS }: LdapPorts): PasswordProvider {
  const tls = settings.ca === '' ? {} : { ca: readFileSync(settings.ca) };
  const connected = <T>(work: (client: Client) => Promise<T>) => connect(settings, { tls, answerMs }, work);
  const signInOf = async (client: Client, entry: Entry, asked: string): Promise<SignIn> => {
    const [name = ''] = textsOf(entry, settings.nameAttribute);
    const [shownName, email] = [textOf(entry, 'displayName') ?? textOf(entry, 'cn'), textOf(entry, 'mail')];
    const groups = await groupsOf(client, settings, entry);
    return {
      person: personOf(names, settings.name, { name, ...defined({ shownName, email }), groups, isSignedIn: true }),
      subject: entry.dn,
      state: asked,
      lookup: asked,
      refreshAtMs: now() + REFRESH_MS,
    };
  };
  return {
    type: 'password',
    name: settings.name,
    title: settings.title,
    async check(name, password) {
      // a bind without a password succeeds without proving anything (RFC 4513, 5.1.2)
      if (name.trim() === '' || password === '') return undefined;
      return connected(async (client) => {
        const entry = await find(client, settings, name.trim());
        if (entry === undefined) {
          // a name that nobody has takes as long as a wrong password: the time does not tell which names there are
          const nobody = `cn=${randomUUID()},${settings.base}`;
          await connected(async (own) => isPassword(own, nobody, password)).catch(() => false);
          return undefined;
        }
        const isRight = await connected(async (own) => isPassword(own, entry.dn, password));
        return isRight ? signInOf(client, entry, name.trim()) : undefined;
      });
    },
    refresh: (state) =>
      connected(async (client) => {
        const entry = await find(client, settings, state);
        return entry === undefined ? undefined : signInOf(client, entry, state);
      }),
  };
}

async function connect<T>(
  settings: LdapSettings,
  { tls, answerMs }: { readonly tls: { readonly ca?: Buffer }; readonly answerMs: number },
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { protocol, hostname } = new URL(settings.url);
  const isOwn = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  const client = new Client({
    url: settings.url,
    timeout: answerMs,
    connectTimeout: answerMs,
    ...(protocol === 'ldaps:' ? { tlsOptions: tls } : {}),
  });
  // without a name, the certificate would be compared with that of this machine
  const named = isIP(hostname) === 0 ? { servername: hostname } : {};
  const ask = async () => {
    if (protocol === 'ldap:' && !isOwn) await client.startTLS({ ...tls, host: hostname, ...named });
    return work(client);
  };
  try {
    return await within(ALL_ANSWERS * answerMs, ask());
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('unavailable', `${settings.title} cannot be asked at the moment. Try again shortly.`, {
      cause: error,
    });
  } finally {
    client.unbind().catch(() => undefined);
  }
}

/** The client has no limit for the beginning of TLS, nor for many slow answers. */
async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

/** The only one that fits; undefined if there is none, or several. Referrals are not followed. */
async function find(client: Client, settings: LdapSettings, name: string): Promise<Entry | undefined> {
  const { bind, secret = '', base, filter, nameAttribute, groupsAttribute } = settings;
  if (bind !== '') await client.bind(bind, secret);
  const { searchEntries } = await client.search(base, {
    scope: 'sub',
    filter: filter.replaceAll('{name}', () => escapeFilter(name)),
    attributes: [nameAttribute, 'displayName', 'cn', 'mail', ...(groupsAttribute === '' ? [] : [groupsAttribute])],
    sizeLimit: 2,
    timeLimit: ANSWER_MS / SECOND_MS,
  });
  return searchEntries.length === 1 ? searchEntries[0] : undefined;
}

async function isPassword(client: Client, dn: string, password: string): Promise<boolean> {
  try {
    await client.bind(dn, password);
    return true;
  } catch (error) {
    if (error instanceof InvalidCredentialsError) return false;
    throw error;
  }
}

async function groupsOf(client: Client, settings: LdapSettings, entry: Entry): Promise<readonly string[]> {
  const { groupsAttribute, groupsBase, groupsFilter } = settings;
  const named = groupsAttribute === '' ? [] : textsOf(entry, groupsAttribute).map(groupName);
  if (groupsBase === '') return named;
  const { searchEntries } = await client.search(groupsBase, {
    scope: 'sub',
    filter: groupsFilter.replaceAll('{dn}', () => escapeFilter(entry.dn)),
    attributes: ['cn'],
    sizeLimit: MOST_GROUPS,
    timeLimit: ANSWER_MS / SECOND_MS,
  });
  return [...new Set([...named, ...searchEntries.flatMap((group) => textsOf(group, 'cn').slice(0, 1))])];
}

/** Attributes are named in any case. */
function textsOf(entry: Entry, attribute: string): readonly string[] {
  const key = Object.keys(entry).find((name) => name.toLowerCase() === attribute.toLowerCase());
  return key === undefined ? [] : [entry[key]].flat().map(String);
}

function textOf(entry: Entry, attribute: string): string | undefined {
  const [text = ''] = textsOf(entry, attribute);
  return text === '' ? undefined : text.slice(0, SHOWN_CHARS);
}
