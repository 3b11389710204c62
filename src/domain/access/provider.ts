/** Providers: who signs people in and says what they are called and in which groups they are. */
import { AppError } from '../error.ts';
import type { Passwords } from './account.ts';
import type { Person } from './right.ts';
import type { OneTimeCodes } from './second-factor.ts';

interface CommonSettings {
  /** Small letters, digits and hyphens; in addresses, and in front of the names of all providers but the first. */
  readonly name: string;
  /** On the sign-in page. */
  readonly title: string;
}

/** OpenID Connect Core 1.0, authorization code flow. */
export interface OidcSettings extends CommonSettings {
  readonly type: 'oidc';
  /** Without a slash at the end unless the issuer has it. */
  readonly issuer: string;
  readonly client: string;
  /** Undefined: a public client. */
  readonly secret?: string;
  readonly scopes: string;
  readonly nameClaim: string;
  /** Empty: it names no groups. */
  readonly groupsClaim: string;
  /** With blanks between them: one must be the class of the sign-in (`acr`). Absent: none is asked for. */
  readonly acrValues?: string;
  /** With blanks between them: one must be among the methods of the sign-in (`amr`). Absent: all count. */
  readonly amrValues?: string;
}

/** RFC 4511: a search for the person, then a bind with the password. */
export interface LdapSettings extends CommonSettings {
  readonly type: 'ldap';
  /** `ldaps`, or `ldap`: with StartTLS, other than to the machine itself. */
  readonly url: string;
  /** File with the certificates that are trusted, besides the system's; empty: none. */
  readonly ca: string;
  /** Who searches; empty: nobody in particular. */
  readonly bind: string;
  readonly secret?: string;
  /** Below which people are, and by which filter: `{name}` is what was entered. */
  readonly base: string;
  readonly filter: string;
  readonly nameAttribute: string;
  /** Attribute of the person that has the DNs of groups; empty: they are searched. */
  readonly groupsAttribute: string;
  /** Below which groups are, and by which filter: `{dn}` is the person's. Empty: they are not searched. */
  readonly groupsBase: string;
  readonly groupsFilter: string;
}

/** Accounts of this server; see `account`. */
export interface AccountsSettings extends CommonSettings {
  readonly type: 'accounts';
  /** Whether everybody needs a second factor. */
  readonly isSecondFactorRequired: boolean;
}

export type ProviderSettings = OidcSettings | LdapSettings | AccountsSettings;

/** Who it is, whatever it is called here. */
export function placeOf(settings: ProviderSettings): string {
  switch (settings.type) {
    case 'oidc':
      return JSON.stringify([settings.issuer, settings.client]);
    case 'ldap':
      return JSON.stringify([settings.url, settings.base]);
    case 'accounts':
      return 'accounts';
  }
}

/** What a provider says of somebody who has signed in. */
export interface SignIn {
  readonly person: Person & { readonly name: string };
  /** How the provider names the person and the session, when it ends sessions. */
  readonly subject?: string;
  readonly session?: string;
  /** What the provider needs to ask again; encrypted. */
  readonly state?: string;
  /** When to ask again; absent: never. */
  readonly refreshAtMs?: number;
  /** By which the provider finds the person also without a session; absent: it cannot. Nothing secret. */
  readonly lookup?: string;
}

/** Which sessions end: those of the provider's session, or else all of the person. */
export interface ProviderLogout {
  readonly subject?: string;
  readonly session?: string;
}

/** A page of its own signs people in, and sends them back (port). Throws `unavailable` when it does not answer. */
export interface RedirectProvider {
  readonly type: 'redirect';
  readonly name: string;
  readonly title: string;
  /**
   * `flow`: what the browser keeps until it comes back; encrypted. `backUrl`: where it comes back to. `isAgain`:
   * whoever is signed in there proves again who they are.
   */
  begin(
    backUrl: string,
    to: { readonly next: string; readonly isAgain: boolean },
  ): Promise<{ readonly url: string; readonly flow: string }>;
  /**
   * `url`: to which the browser came back. Throws `forbidden` for anything that does not belong to `flow`, and where
   * nobody proved again who they are.
   */
  finish(url: URL, flow: string): Promise<{ readonly signIn: SignIn; readonly next: string }>;
  /** Undefined: the provider has ended the session. */
  refresh(state: string): Promise<SignIn | undefined>;
  /** When the person last proved there who they are, as it said at the sign-in; undefined: it did not say. */
  provenAtMs(state: string | undefined): number | undefined;
  /** Where to sign out from the provider, which then leads to `backUrl`; undefined: it has no such page. */
  logoutUrl(state: string | undefined, backUrl: string): Promise<string | undefined>;
  /** Reads the provider's own request to end sessions. Throws `forbidden` for one that it has not signed. */
  readLogout(token: string): Promise<ProviderLogout>;
  /** Whether the provider calls itself so. */
  isIssuer(issuer: string): boolean;
}

/** What accounts of this server have besides a password. */
export interface OwnAccounts {
  readonly codes: OneTimeCodes;
  readonly passwords: Passwords;
  readonly isSecondFactorRequired: boolean;
  /** Whoever has this name, with whatever factors; undefined: nobody may sign in with it. */
  find(name: string): Promise<SignIn | undefined>;
}

/** A name and a password are entered on the sign-in page (port). Throws `unavailable` when it does not answer. */
export interface PasswordProvider {
  readonly type: 'password';
  /** Absent: its people are not the accounts of this server. */
  readonly own?: OwnAccounts;
  readonly name: string;
  readonly title: string;
  /** Undefined: the name or the password is wrong. Own accounts may need a second factor besides. */
  check(name: string, password: string): Promise<SignIn | undefined>;
  /** As that of `RedirectProvider`; also with `lookup` of a sign-in. */
  refresh(state: string): Promise<SignIn | undefined>;
}

export type Provider = RedirectProvider | PasswordProvider;

/**
 * Whether the provider, by itself or by its settings, says without the person who that is now: one with a page of its
 * own does not. `provider`: undefined where the person came otherwise, such as through a proxy.
 */
export function canBeAsked<One extends Provider | ProviderSettings>(
  provider: One | undefined,
): provider is Exclude<One, { readonly type: 'redirect' | 'oidc' }> {
  return provider !== undefined && provider.type !== 'redirect' && provider.type !== 'oidc';
}

const NAME_CHARS = 200;
const GROUP_CHARS = 16_000;
/** Reserved: ids and ways of the server's own. */
export const OWN_PROVIDERS: readonly string[] = ['password', 'operator', 'proxy', 'user', 'viewer', 'cli'];

/**
 * Names of the first provider are as they are, those of others have its name in front, and so have groups: two
 * providers never name the same person or group.
 */
export function prefixOf(names: readonly string[], name: string): string {
  return names.indexOf(name) <= 0 ? '' : `${name}:`;
}

/** Whether a name without a prefix could be that of another provider. */
export function isForeignName(names: readonly string[], name: string): boolean {
  return names.some((other) => name.startsWith(`${other}:`));
}

/**
 * The person as the rules know it. Throws `forbidden` for a name that cannot be used: empty, too long (a truncated one
 * could be somebody else's), with control characters, or like one of another provider.
 */
export function personOf(
  names: readonly string[],
  provider: string,
  given: Person & { readonly name: string },
): Person & { readonly name: string } {
  const prefix = prefixOf(names, provider);
  const name = given.name.trim();
  if (name === '' || name.length > NAME_CHARS || /\p{Cc}/u.test(name) || (prefix === '' && isForeignName(names, name)))
    throw new AppError(
      'forbidden',
      'The sign-in service gave you a name that cannot be used here. Tell whoever runs this server.',
    );
  const size = given.groups.reduce((sum, group) => sum + group.length + 1, 0);
  const groups =
    size > GROUP_CHARS ? [] : given.groups.filter((group) => prefix !== '' || !isForeignName(names, group));
  return { ...given, name: prefix + name, groups: groups.map((group) => prefix + group) };
}
