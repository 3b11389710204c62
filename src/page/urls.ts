/** All URLs of the server, in one place: the only part that knows the base path. */
import type { ParameterValues } from '../domain/parameter/parameter.ts';

export type Query = Readonly<Record<string, string | readonly string[] | undefined>>;

export type Urls = ReturnType<typeof createUrls>;

/** `basePath` is empty, or starts with `/` and does not end with it. */
export function createUrls(basePath: string) {
  const at = (path: string, query: Query = {}) => `${basePath}${path}${queryText(query)}`;
  const api = (path: string) => at(`/api/v1${path}`);
  return {
    basePath,
    ...sharingUrls(at),
    home: (query?: Query) => at('/', query),
    script: (name: string, query?: Query) => at(`/s/${pathText(name)}`, query),
    access: () => at('/admin/access'),
    audit: (end = '', query?: Query) => at(`/admin/audit${end}`, query),
    check: (name: string) => at(`/check/${pathText(name)}`),
    packages: (name: string) => at(`/packages/${pathText(name)}`),
    interest: (name: string) => at(`/interest/${pathText(name)}`),
    usage: (name: string) => at(`/usage/${pathText(name)}`),
    revisions: (name: string, query?: Query) => at(`/revisions/${pathText(name)}`, query),
    tokens: (end = '') => at(`/tokens${end}`),
    /** The script, or its sidecar, as stored with a run. */
    source: (id: string, part?: 'sidecar') => at(`${run(id)}/source`, { part }),
    rollBack: (id: string) => at(`${run(id)}/roll-back`),
    repeat: (id: string) => at(`${run(id)}/repeat`),
    latest: (name: string) => at(`/latest/${pathText(name)}`),
    run: (id: string) => at(run(id)),
    cancel: (id: string) => at(`${run(id)}/cancel`),
    keep: (id: string) => at(`${run(id)}/keep`),
    erase: (id: string) => at(`${run(id)}/delete`),
    /** The page around a single report. */
    report: (id: string, query?: Query) => at(`${run(id)}/report`, query),
    /** The document in the sandboxed frame of a page. */
    reportFrame: (id: string, query?: Query) => at(`${run(id)}/frame`, query),
    reportHtml: (id: string) => at(`${run(id)}/report.html`),
    failure: (id: string) => at(`${run(id)}/failure.txt`),
    live: (id: string) => at(`${run(id)}/live`),
    history: (query?: Query) => at('/runs', query),
    admin: () => at('/admin'),
    clear: () => at('/admin/clear'),
    trustClock: () => at('/admin/clock'),
    connectionTest: () => at('/admin/connections/test'),
    signIn: (token: string) => at('/sign-in', { token }),
    signInForm: () => at('/sign-in'),
    signInFor: (next: string) => at('/sign-in', { next }),
    signInAgain: (next: string) => at('/sign-in', { next, again: 'yes' }),
    signInBy: (provider: string, query?: Query) => at(`/sign-in/${encodeURIComponent(provider)}`, query),
    signInBack: (provider: string) => at(`/sign-in/${encodeURIComponent(provider)}/callback`),
    signInCode: (provider: string) => at(`/sign-in/${encodeURIComponent(provider)}/code`),
    account: (what = '') => at(`/account${what}`),
    invitation: (code?: string) => at('/invitation', { code }),
    signOut: () => at('/sign-out'),
    sessions: (what = '') => at(`/sessions${what}`),
    allSessions: (what = '', query?: Query) => at(`/admin/sessions${what}`, query),
    theme: () => at('/theme'),
    who: () => at('/who'),
    static: () => at('/static/'),
    brand: (file: string, query?: Query) => at(`/brand/${file}`, query),
    asset: (file: string) => at(`/assets/${file}`),
    openapi: () => api('/openapi.json'),
    metrics: () => at('/metrics'),
    api: apiUrls(api, run),
  };
}

/** Addresses of the API; `api` puts them below its prefix. */
function apiUrls(api: (path: string) => string, run: (id: string) => string) {
  return {
    uploads: () => api('/uploads'),
    script: (name: string) => api(`/scripts/${pathText(name)}`),
    choices: (name: string) => api(`/scripts/${pathText(name)}/choices`),
    runs: () => api('/runs'),
    run: (id: string) => api(run(id)),
    events: (id: string) => api(`${run(id)}/events`),
    report: (id: string) => api(`${run(id)}/report`),
    /** The prefix of the addresses of all files of a run. */
    files: (id: string) => api(`${run(id)}/`),
    packages: (id: string) => api(`${run(id)}/packages`),
    notebook: (id: string) => api(`${run(id)}/report.ipynb`),
    export: (id: string, to: string) => `${api(run(id))}/export${queryText({ to })}`,
    cancel: (id: string) => api(`${run(id)}/cancel`),
    text: (id: string, cell: number) => api(`${run(id)}/cells/${String(cell)}/text`),
    /** A file beside the script that is kept with the report. */
    file: (id: string, path: string) => `${api(run(id))}/files${queryText({ path })}`,
    tables: (id: string) => api(`${run(id)}/tables`),
    table: (id: string, name: string, format: string) =>
      `${api(run(id))}/tables/${encodeURIComponent(name)}${queryText({ format })}`,
    artifact: (id: string, name: string) => api(`${run(id)}/artifacts/${encodeURIComponent(name)}`),
  };
}

function run(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}

function sharingUrls(at: (path: string) => string) {
  return {
    /** The page on which its owner shares it, and where that page sends names. */
    share: (id: string) => at(`${run(id)}/share`),
    shares: (id: string) => at(`${run(id)}/shares`),
    unshare: (id: string) => at(`${run(id)}/unshare`),
    links: (id: string) => at(`${run(id)}/links`),
    revokeLink: (id: string, link: string) => at(`${run(id)}/links/${encodeURIComponent(link)}/revoke`),
    allLinks: () => at('/admin/links'),
    /** Below it: forms in pages of other sites, see `createUrls`. */
    embed: (theme: string) => at(`/embed/${theme}`),
    /** The report for whoever has the link. */
    link: (token: string) => at(`/l/${token}`),
  };
}

/** The values of a run as a query that pre-fills the form. The caller leaves out masked ones (passwords). */
export function valuesQuery(values: ParameterValues): Query {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, Array.isArray(value) ? value.map(text) : text(value)]),
  );
}

function pathText(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}

function queryText(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of typeof value === 'string' ? [value] : value) search.append(name, one);
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
