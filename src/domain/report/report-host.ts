/** The servers that reports may load from: names, with `*.` for all sub-domains, reached by https only. */

/**
 * At least two labels, so that no whole top-level domain is meant; no path: what a server answers for one, it answers
 * for all.
 */
export const REPORT_HOST =
  /^(?:https:\/\/)?(?:\*\.)?(?:[a-z\d](?:[a-z\d-]*[a-z\d])?\.)+[a-z](?:[a-z\d-]*[a-z\d])?(?::\d{1,5})?\/?$/i;

/** As a Content-Security-Policy names it: `https://*.example.org:8443`. */
export function reportSource(host: string): string {
  return `https://${bare(host)}`;
}

/**
 * Why the hosts may not be allowed, undefined when they may: one of them is this server, so that reports could ask it
 * for pages with the reader's session. `own`: the names that the server answers to besides the loopback ones.
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
