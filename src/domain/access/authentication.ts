/** Authentication: who may reach a server that listens beyond its own machine. */
import type { ProviderSettings } from './provider.ts';
import type { Person } from './right.ts';

export interface AuthenticationSettings {
  /** The line that `script-runner password` prints; undefined: there is no shared password. */
  readonly passwordHash?: string;
  /** Name of the header in which a trusted proxy names the user; undefined: there is no such proxy. */
  readonly identityHeader?: string;
  /** Name of the header in which that proxy names the groups of the user; undefined: it names none. */
  readonly groupsHeader?: string;
  /** The secret that the proxy sends with each request; undefined: its address is enough. */
  readonly proxySecret?: string;
  /** In the order of the sign-in page. */
  readonly providers?: readonly ProviderSettings[];
  /** Names of the users, as the proxy or the sign-in sends them, who are operators; groups begin with `@`. */
  readonly operators: readonly string[];
}

export function needsSignIn(authentication: AuthenticationSettings): boolean {
  return hasSignInPage(authentication) || authentication.identityHeader !== undefined;
}

/** Whether there is something on the sign-in page with which people who are no operators can sign in. */
export function hasSignInPage({ passwordHash, providers = [] }: AuthenticationSettings): boolean {
  return passwordHash !== undefined || providers.length > 0;
}

/** All that name people, in their order: names of the proxy are as they are, and come first. */
export function namingProviders({ identityHeader, providers = [] }: AuthenticationSettings): readonly string[] {
  return [...(identityHeader === undefined ? [] : ['proxy']), ...providers.map(({ name }) => name)];
}

export function isOperator({ operators }: AuthenticationSettings, { name, groups }: Person): boolean {
  const isNamed = name !== undefined && !name.startsWith('@') && operators.includes(name);
  return isNamed || groups.some((group) => operators.includes(`@${group}`));
}

/** Why the server must not listen on the host, and what would allow it; undefined when it may. */
export function listenProblem(
  host: string,
  authentication: AuthenticationSettings,
  trustedProxies: readonly string[],
): string | undefined {
  if (authentication.identityHeader !== undefined && trustedProxies.length === 0) {
    return 'The setting identity_header needs trusted_proxies: the addresses of the proxies that may name users. Without it, anyone could claim any name.';
  }
  if (authentication.groupsHeader !== undefined && authentication.identityHeader === undefined)
    return 'The setting groups_header needs identity_header: a proxy that names groups must name the user, too.';
  if (isLoopback(host) || needsSignIn(authentication)) return undefined;
  return (
    `Script Runner listens on ${host} only with authentication. Set sign_in (docs/sign-in.md), ` +
    'password_hash (script-runner password prints one), or identity_header and trusted_proxies where a proxy signs people in. Or leave out --host, and use a tunnel (ssh -L).'
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * Addresses that one person can change freely count as one: for IPv6 the first half (RFC 6177), for IPv4 the whole
 * address.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address;
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::');
  const [left, right] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left!.length - right!.length);
  const groups = [...left!, ...Array.from({ length: zeros }, () => '0'), ...right!];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
