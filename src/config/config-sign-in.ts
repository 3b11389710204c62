/** The tables `[[sign_in]]` of the settings file, each checked; their secrets come from variables. */
import {
  type LdapSettings,
  OWN_PROVIDERS,
  type OidcSettings,
  type ProviderSettings,
} from '../domain/access/provider.ts';
import type { AuthenticationSettings } from '../domain/access/authentication.ts';
import { defined } from '../domain/defined.ts';
import type { FieldProblem } from '../domain/error.ts';
import type { Settings } from './setting.ts';

type Table = Readonly<Record<string, unknown>>;
type ReadSecret = (variable: string) => string | undefined;

/** Adds a problem for everything that is missing, unknown or does not fit. */
export function readProviders(
  tables: readonly Table[],
  readSecret: ReadSecret,
  problems: FieldProblem[],
): readonly ProviderSettings[] {
  const names = new Set<string>();
  return tables.flatMap((table, at) => {
    const name = typeof table['name'] === 'string' ? table['name'] : '';
    const tell = (message: string) => {
      problems.push({ field: `sign_in ${name === '' ? at + 1 : `“${name}”`}`, message });
    };
    if (!/^[a-z][a-z\d-]{0,29}$/.test(name) || OWN_PROVIDERS.includes(name))
      return (
        tell(
          `needs a name of its own of up to 30 small letters, digits and hyphens, none of ${OWN_PROVIDERS.join(', ')}.`,
        ) ?? []
      );
    if (names.has(name)) return tell('is there twice; each needs a name of its own.') ?? [];
    names.add(name);
    // both would have the same people
    if (table['type'] === 'accounts' && tables.slice(0, at).some(({ type }) => type === 'accounts'))
      return tell('is a second table with the type accounts; there can be one.') ?? [];
    const kind = KINDS[String(table['type'])];
    if (kind === undefined) return tell(`needs a type: ${Object.keys(KINDS).join(', ')}.`) ?? [];
    return checkFields(table, kind.fields, tell) ? [kind.read(table, secretOf(name, readSecret), tell)].flat() : [];
  });
}

/** How people sign in. */
export function authenticationOf(settings: Settings, providers: readonly ProviderSettings[]): AuthenticationSettings {
  return {
    ...(settings.password_hash === '' ? {} : { passwordHash: settings.password_hash }),
    ...(settings.identity_header === '' ? {} : { identityHeader: settings.identity_header }),
    ...(settings.proxy_secret === '' ? {} : { proxySecret: settings.proxy_secret }),
    ...(settings.groups_header === '' ? {} : { groupsHeader: settings.groups_header }),
    ...(providers.length === 0 ? {} : { providers: Object.freeze(providers) }),
    operators: Object.freeze(settings.operators),
  };
}

/** Names of the variables that have secrets of providers. */
export const SIGN_IN_SECRET = /^SCRIPT_RUNNER_SIGN_IN_[A-Z\d_]+_SECRET(_FILE)?$/;

function secretOf(name: string, readSecret: ReadSecret): string | undefined {
  return readSecret(`SCRIPT_RUNNER_SIGN_IN_${name.toUpperCase().replaceAll('-', '_')}_SECRET`);
}

interface Field {
  readonly isNeeded?: boolean;
  readonly pattern: RegExp;
  readonly expected: string;
}

interface Kind {
  readonly fields: Readonly<Record<string, Field>>;
  readonly read: (table: Table, secret: string | undefined, tell: (message: string) => void) => ProviderSettings;
}

const TEXT: Field = { pattern: /^[^\0-\x1f\x7f]{1,500}$/, expected: 'a text' };
const WORDS: Field = { pattern: /^(?=.{1,500}$)[!-~]+( [!-~]+)*$/, expected: 'words with a blank between them' };
const CLAIM: Field = { pattern: /^[!-~]{0,100}$/, expected: 'the name of a claim' };

const DN: Field = { ...TEXT, expected: 'a name such as "ou=people,dc=example,dc=org"' };
const ATTRIBUTE: Field = { pattern: /^[A-Za-z\d.;-]{0,100}$/, expected: 'the name of an attribute' };
const FILTER: Field = { pattern: /^\([^\0-\x1f]{1,500}\)$/, expected: 'a filter such as "(uid={name})"' };

const KINDS: Readonly<Record<string, Kind>> = {
  accounts: {
    fields: {
      title: TEXT,
      second_factor: { pattern: /^(optional|required)$/, expected: '"optional" or "required"' },
    },
    read: (table) =>
      Object.freeze({
        type: 'accounts',
        name: String(table['name']),
        title: String(table['title'] ?? table['name']),
        isSecondFactorRequired: table['second_factor'] === 'required',
      } as const),
  },
  ldap: {
    fields: {
      title: TEXT,
      url: {
        isNeeded: true,
        pattern: /^ldaps?:\/\/[A-Za-z\d.:[\]-]+\/?$/,
        expected: 'the address of the server such as "ldaps://ldap.example.org"',
      },
      ca: TEXT,
      bind: DN,
      base: { ...DN, isNeeded: true },
      filter: { ...FILTER, pattern: /^\([^\0-\x1f]*\{name\}[^\0-\x1f]*\)$/ },
      name_attribute: { ...ATTRIBUTE, pattern: /^[A-Za-z\d.;-]{1,100}$/ },
      groups_attribute: ATTRIBUTE,
      groups_base: DN,
      groups_filter: FILTER,
    },
    read: readLdap,
  },
  oidc: {
    fields: {
      title: TEXT,
      issuer: {
        isNeeded: true,
        pattern: /^https:\/\/[!-~]+$|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/[!-~]*)?$/,
        expected: 'the address of the issuer with https, such as "https://id.example.org/realms/main"',
      },
      client: { ...TEXT, isNeeded: true },
      scopes: {
        pattern: /^(?=.*\bopenid\b)[!-~ ]{1,500}$/,
        expected: 'scopes with blanks between them, among them openid',
      },
      name_claim: { ...CLAIM, pattern: /^[!-~]{1,100}$/ },
      groups_claim: CLAIM,
      acr_values: WORDS,
      amr_values: WORDS,
    },
    read: readOidc,
  },
};

function readLdap(table: Table, secret: string | undefined): LdapSettings {
  const text = (name: string, fallback = '') => String(table[name] ?? fallback);
  return Object.freeze({
    type: 'ldap',
    name: text('name'),
    title: text('title', text('name')),
    url: text('url'),
    ca: text('ca'),
    bind: text('bind'),
    ...defined({ secret }),
    base: text('base'),
    filter: text('filter', '(uid={name})'),
    nameAttribute: text('name_attribute', 'uid'),
    groupsAttribute: text('groups_attribute', 'memberOf'),
    groupsBase: text('groups_base'),
    groupsFilter: text('groups_filter', '(member={dn})'),
  } as const);
}

function readOidc(table: Table, secret: string | undefined): OidcSettings {
  const text = (name: string, fallback = '') => String(table[name] ?? fallback);
  return Object.freeze({
    type: 'oidc',
    name: text('name'),
    title: text('title', text('name')),
    issuer: text('issuer'),
    client: text('client'),
    ...defined({ secret }),
    scopes: text('scopes', 'openid profile email'),
    nameClaim: text('name_claim', 'preferred_username'),
    groupsClaim: text('groups_claim', 'groups'),
    ...(table['acr_values'] === undefined ? {} : { acrValues: text('acr_values') }),
    ...(table['amr_values'] === undefined ? {} : { amrValues: text('amr_values') }),
  } as const);
}

/** False if something is wrong. */
function checkFields(table: Table, fields: Kind['fields'], tell: (message: string) => void): boolean {
  const before = new Set<string>();
  for (const [field, value] of Object.entries(table)) {
    const known = fields[field];
    if (field === 'name' || field === 'type') continue;
    if (field === 'secret')
      before.add('has its secret in the file, which notebooks can read. Set the variable instead.');
    else if (known === undefined) before.add(`has “${field}”, which is not one of ${Object.keys(fields).join(', ')}.`);
    else if (typeof value !== 'string' || !known.pattern.test(value))
      before.add(`needs ${known.expected} as ${field}.`);
  }
  for (const [field, { isNeeded = false, expected }] of Object.entries(fields))
    if (isNeeded && table[field] === undefined) before.add(`needs ${expected} as ${field}.`);
  before.forEach(tell);
  return before.size === 0;
}
