/** The servers from which reports may load: names, with `*.` for all sub-domains, only by https. */

/**
 * At least two labels, so that no whole top-level domain is allowed; no path: redirects on one server can bypass paths.
 */
export const REPORT_HOST =
  /^(?:https:\/\/)?(?:\*\.)?(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+[a-z](?:[a-z\d-]*[a-z\d])?(?::\d{1,5})?\/?$/i;

/** In the notation of a Content-Security-Policy: `https://*.example.org:8443`. */
export function reportSource(host: string): string {
  return `https://${bare(host)}`;
}

/**
 * Why the hosts may not be allowed, undefined when they may: if one of them is this server, reports could request pages
 * with the reader's session. `own`: the server's names besides the loopback ones.
 */
export function reportHostProblem(hosts: readonly string[], own: readonly string[]): string | undefined {
  for (const host of hosts) {
    const name = bare(host).replace(/:\d+$/, '');
    const covered = name.endsWith('.localhost') ? 'this machine' : own.find((each) => covers(name, each.toLowerCase()));
    if (covered !== undefined)
      return `must not name this server, but ${JSON.stringify(host)} does (${covered}). Name the other servers one by one.`;
  }
  return undefined;
}

function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^https:\/\//, '')
    .replace(/\/$/, '');
}

function covers(name: string, own: string): boolean {
  return name.startsWith('*.') ? own.endsWith(name.slice(1)) : own === name;
}
