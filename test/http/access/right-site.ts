/** A server with scripts that are closed to most, and the people who ask for them; for `right-matrix`. */
import { readAccessRules } from '../../../src/domain/access/rule.ts';
import { openSite, TOKEN, type TestSite } from '../site.ts';

const SECRET = 'proxy-secret-of-the-test';
export const LINES = ['*: runner anybody', 'closed/*: viewer vera; runner rob ron; author ada', 'closed/own: runs own'];
/** Nobody else may learn any of these. */
export const HIDDEN = /ledger|private-value|closed\//i;

const notebook = (title: string) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'python3', language: 'python', display_name: 'Python 3' } },
    cells: [
      { cell_type: 'markdown', id: 'a', metadata: {}, source: `# ${title}` },
      {
        cell_type: 'code',
        id: 'b',
        metadata: { tags: ['parameters'] },
        source: 'region: str = "EU"',
        outputs: [],
        execution_count: null,
      },
    ],
  });

export type Who = 'stranger' | 'vera' | 'rob' | 'ron' | 'ada' | 'operator';
export const RANK: Readonly<Record<Who, number>> = { stranger: 0, vera: 1, rob: 2, ron: 2, ada: 3, operator: 4 };

export interface Subject {
  readonly script: string;
  readonly run: string;
}

const FIELDS: Readonly<Record<string, Record<string, string>>> = {
  '/s/*': { region: 'x' },
  '/scripts/*': { region: 'x' },
  '/embed/:theme/s/*': { region: 'x' },
  '/runs/:id/keep': { pinned: 'true' },
  '/interest/*': { page: 'page-of-the-test', state: 'open' },
  // nobody who asks here
  '/runs/:id/shares': { names: 'somebody' },
  '/runs/:id/unshare': { grantee: 'somebody' },
  '/runs/:id/links': { allows: 'view', days: '1' },
  '/admin/connections/test': { name: 'shop' },
  '/tokens': { name: 'one more', scope: 'read', places: '', days: 'many' },
  '/tokens/revoke': { id: 'none' },
  '/admin/sessions/end': { person: 'rob' },
  '/sessions/end': { id: 'x' },
  '/account/password': { present: 'x', password: 'y' },
  '/account/second-factor/confirm': { enrolment: 'x', code: '1' },
  '/account/second-factor/off': { proof: 'x' },
};

export const headersOf = (who: Who | 'olga', token?: string) => ({
  host: 'localhost',
  origin: 'http://localhost',
  'sec-fetch-site': 'same-origin',
  accept: 'application/json, text/html',
  ...(who === 'operator' || token !== undefined ? { authorization: `Bearer ${token ?? TOKEN}` } : {}),
  ...(who === 'operator' || token !== undefined ? {} : { 'x-script-runner-proxy': SECRET, 'x-forwarded-user': who }),
});

/** What would be said of any other script or run, too. */
function normal(body: string, { script, run }: Subject): string {
  return body.replaceAll(run, 'RUN').replaceAll(encodeURIComponent(script), 'SCRIPT').replaceAll(script, 'SCRIPT');
}

export interface RightSite {
  readonly site: TestSite;
  /** Of the server, as `METHOD /path`. */
  readonly routes: ReadonlySet<string>;
  /** Those of the setting `access`, from now on. */
  setLines(lines: readonly string[]): void;
  /** By rob, through the API; returns the id. */
  submit(script: string, isFinished?: boolean): Promise<string>;
  /** Made on the page, as people do; the same again for the same. */
  tokenOf(who: Who | 'olga', scope: string, places?: string): Promise<string>;
  /** `text`: the body without what names the subject. */
  ask(
    route: string,
    who: Who | 'olga',
    subject: Subject,
    token?: string,
  ): Promise<{ readonly status: number; readonly body: string; readonly location: string; readonly text: string }>;
}

/** `others`: names of more scripts. */
export async function openRightSite(others: readonly string[] = []): Promise<RightSite> {
  let lines: readonly string[] = LINES;
  const routes = new Set<string>();
  const site = await openSite(
    {
      authentication: { operators: ['olga'], identityHeader: 'x-forwarded-user', proxySecret: SECRET },
      trustedProxies: ['127.0.0.1'],
      embedOrigins: ['https://intranet.example'],
      accessRules: () => readAccessRules(lines),
      onRoute: ({ method, url }) => {
        for (const each of [method].flat()) if (!['HEAD', 'OPTIONS'].includes(each)) routes.add(`${each} ${url}`);
      },
    },
    {
      'closed/all.ipynb': notebook('Closed ledger'),
      'closed/own.ipynb': notebook('Own ledger'),
      ...Object.fromEntries(others.map((name) => [`${name}.ipynb`, notebook(name)])),
    },
  );

  const setLines = (next: readonly string[]) => void (lines = next);
  async function submit(script: string, isFinished = true): Promise<string> {
    const reply = await site.app.inject({
      method: 'POST',
      url: '/api/v1/runs',
      headers: headersOf('rob'),
      payload: { script, parameters: { region: 'private-value' } },
    });
    if (isFinished) await site.finish();
    return reply.json<{ id: string }>().id;
  }

  const tokens = new Map<string, string>();
  async function tokenOf(who: Who | 'olga', scope: string, places = ''): Promise<string> {
    const key = `${who} ${scope} ${places}`;
    const known = tokens.get(key);
    if (known !== undefined) return known;
    const reply = await site.app.inject({
      method: 'POST',
      url: '/tokens',
      headers: { ...headersOf(who), 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ name: key, scope, places, days: '7' }).toString(),
    });
    const token = /srt_[0-9a-f]{48}/.exec(reply.body)?.[0] ?? '';
    if (token !== '') tokens.set(key, token);
    return token;
  }
  const ask = (route: string, who: Who | 'olga', subject: Subject, token?: string) =>
    askAt(site, route, { who, subject, token });
  return { site, routes, setLines, submit, tokenOf, ask };
}

interface Asking {
  readonly who: Who | 'olga';
  readonly subject: Subject;
  readonly token: string | undefined;
}

async function askAt({ app }: TestSite, route: string, { who, subject, token }: Asking) {
  const { method, url, headers, payload } = requestOf(route, subject);
  const reply = await app.inject({
    method: method as 'GET',
    url,
    signal: new AbortController().signal,
    headers: { ...headersOf(who, token), ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  const location = String(reply.headers.location);
  return { status: reply.statusCode, body: reply.body, location, text: normal(reply.body, subject) };
}

/** A complete request of the route about the subject. `named`: what the other parts of the address are. */
export function requestOf(
  route: string,
  { script, run }: Subject,
  named: Readonly<Record<string, string>> = {},
): {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload?: string | object;
} {
  const [method = '', path = ''] = route.split(' ');
  const url = path
    .replace(':id', run)
    .replace(':script', encodeURIComponent(script))
    .replace(':theme', 'auto')
    .replace('api/v1/scripts/*', `api/v1/scripts/${script}${{ POST: '/choices', PUT: '/packages' }[method] ?? ''}`)
    .replace('*', script)
    .replace(/:(cell|preset|name|grantee|link)/, (_, name: string) => named[name] ?? NAMED[name] ?? '1')
    .replace(/\/export$/, '/export?to=csv')
    .replace(/\/files$/, '/files?path=a');
  if (method === 'POST' && !path.includes('/api/'))
    return {
      method,
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(FIELDS[path]).toString(),
    };
  const payload = jsonOf(route, script);
  return { method, url, headers: {}, ...(payload === undefined ? {} : { payload }) };
}

const NAMED: Readonly<Record<string, string>> = { grantee: 'somebody', link: 'none' };

function jsonOf(route: string, script: string): object | undefined {
  const parameters = { region: 'private-value' };
  if (route === 'POST /api/v1/runs/:id/shares') return { grantees: ['somebody'] };
  if (route === 'POST /api/v1/runs/:id/links') return {};
  if (/^(GET|DELETE) /.test(route) || route.includes(':id')) return undefined;
  if (route === 'POST /api/v1/runs') return { script, parameters };
  return route.includes(':preset') ? { values: parameters } : { parameters };
}
