/**
 * What the wrong person sees, of everything that a server sends: of a script that is closed to them, and of another's
 * private report. And how soon a right that is withdrawn in a file counts for what is open.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDaemons, type Daemon } from '../cli/daemon.ts';
import { ROUTES } from '../http/access/right-route.ts';
import { requestOf, type Subject } from '../http/access/right-site.ts';
import { programsIn } from '../program.ts';
import type { ApiRun } from './client.ts';
import { makeProject, notebook } from './project.ts';

const PROXY_SECRET = 'proxy-secret-of-the-test';
const PRIVATE = programsIn(import.meta.dirname)('private-report');
const WAITS = [
  '# parameters\nregion: str = "wait"',
  'import time\nprint("begun", flush=True)\ntime.sleep(600)',
] as const;
const sidecar = (about: object, properties: object = {}) =>
  JSON.stringify({ type: 'object', properties, 'x-script-runner': about });
/** With a rule in its own metadata. */
const ruled = (access: string) => {
  const text = JSON.parse(notebook(...WAITS)) as { metadata: object };
  return JSON.stringify({ ...text, metadata: { ...text.metadata, script_runner: { access } } });
};
const settings = (...lines: readonly string[]) =>
  `identity_header = "X-Forwarded-User"\ntrusted_proxies = ["127.0.0.1"]\nembed_origins = ["https://intranet.example"]
operators = ["olga"]\naccess = ${JSON.stringify(['*: runner signed-in', ...lines])}\n`;
const LINES = [
  'hidden/*: runner qzrob',
  'own/*: runner qzrob ron; author ada; runs own',
  'lines/*: runner qzrob; viewer vera',
];

const project = makeProject({
  'script-runner.toml': settings(...LINES),
  'scripts/open/plain.ipynb': notebook('# Plain', '# parameters\nregion: str = ""'),
  'scripts/hidden/qzledger.ipynb': notebook(
    '# Qztitle\n\nQzdescribed.',
    '# parameters\nregion: str = "qzdefault"\nqzparameter: int = 1\nmore: str = None',
    `qzcode = 1\n${PRIVATE}`,
  ),
  'scripts/hidden/qzledger.params.json': sidecar(
    { aliases: ['hidden/former'], owner: 'Qzowner', contact: 'qzcontact@example.org', tags: ['qztag'] },
    { qzparameter: { title: 'Qzlabel', enum: [1, 2] } },
  ),
  'scripts/own/sheet.ipynb': notebook(
    '# Sheet',
    '# parameters\nregion: str = ""\nmore: str = None\nattached: str = None\nword: str = ""',
    PRIVATE,
  ),
  'scripts/own/sheet.params.json': sidecar({}, { attached: { format: 'file' }, word: { format: 'password' } }),
  'scripts/lines/setting.ipynb': notebook(...WAITS),
  'scripts/lines/sidecar.ipynb': notebook(...WAITS),
  'scripts/lines/sidecar.params.json': sidecar({ access: 'runner qzrob; viewer vera' }),
  'scripts/lines/inside.ipynb': ruled('runner qzrob; viewer vera'),
});
const daemons = useDaemons(afterAll, () => project.remove());
let server: Daemon;

const person = (name: string): Record<string, string> =>
  name === '' ? {} : { 'x-forwarded-user': name, 'x-script-runner-proxy': PROXY_SECRET };

interface Answer {
  readonly status: number;
  /** With the headers. */
  readonly text: string;
}

async function ask(
  headers: Readonly<Record<string, string>>,
  { method, url, payload, ...sent }: ReturnType<typeof requestOf>,
): Promise<Answer> {
  const body = typeof payload === 'object' ? JSON.stringify(payload) : payload;
  const reply = await fetch(`${server.url}${url}`, {
    method,
    redirect: 'manual',
    headers: {
      accept: 'text/html, application/json',
      origin: server.url,
      ...(typeof payload === 'object' ? { 'content-type': 'application/json' } : {}),
      ...sent.headers,
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const said = [...reply.headers].filter(([name]) => name !== 'date').map((line) => line.join(': '));
  return { status: reply.status, text: `${said.join('\n')}\n\n${await reply.text()}` };
}

const get = (who: string, url: string) => ask(person(who), { method: 'GET', url, headers: {} });

async function submit(who: string, script: string, parameters: object, headers: object = {}): Promise<ApiRun> {
  const reply = await fetch(`${server.url}/api/v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...person(who), ...headers },
    body: JSON.stringify({ script, parameters }),
  });
  expect([200, 202], await reply.clone().text()).toContain(reply.status);
  return (await reply.json()) as ApiRun;
}

/** Each is in an answer to the right person, and in none to a wrong one. */
const WORDS = [
  ...['qzledger', 'qztitle', 'qzdescribed', 'qzowner', 'qzcontact', 'qztag', 'qzdefault', 'qzparameter', 'qzlabel'],
  ...['qzcode', 'qzvalue', 'qzoutput', 'qzcolumn', 'qzcell', 'qzresult', 'qzprogress', 'qzfile', 'qzcontent'],
  ...['qzraised', 'qzupload', 'qzpassword', 'qzpreset', 'qzkept', 'qznote', 'qzrob'],
];
const KEY = { 'idempotency-key': 'of-the-day' };
/** In the stream of a run that has ended. */
const ENDED = /^event: run-finished|"ended":true/m;
const UNTIL_END = { prefer: 'wait=120' };

beforeAll(async () => {
  server = await daemons.start('serve', project.folder, {
    flags: ['--concurrency', '5', '--log', 'json'],
    environment: { SCRIPT_RUNNER_PROXY_SECRET: PROXY_SECRET },
  });
});

describe('another’s private report, and a script that is closed', () => {
  const subjects: Subject[] = [];
  let waiting: ApiRun;
  beforeAll(async () => {
    const form = new FormData();
    form.set('script', 'own/sheet');
    form.set('parameters', JSON.stringify({ region: 'qzvalue', word: 'qzpassword' }));
    form.set('attached', new File(['a,b\n'], 'qzupload.csv'));
    const [hidden, own, failed, going] = await Promise.all([
      submit('qzrob', 'hidden/qzledger', { region: 'qzvalue' }, UNTIL_END),
      fetch(`${server.url}/api/v1/runs`, {
        method: 'POST',
        body: form,
        headers: { ...person('qzrob'), ...UNTIL_END },
      }).then((reply) => reply.json() as Promise<ApiRun>),
      submit('qzrob', 'own/sheet', { region: 'qzvalue', more: 'x' }, UNTIL_END),
      submit('qzrob', 'own/sheet', { region: 'wait qzvalue' }, KEY),
    ]);
    expect([hidden.status, own.status, failed.status]).toEqual(['succeeded', 'succeeded', 'failed']);
    waiting = going;
    for (const { id } of [own, failed, going]) subjects.push({ script: 'own/sheet', run: id });
    subjects.unshift({ script: 'hidden/qzledger', run: hidden.id });
    for (const script of ['own/sheet', 'hidden/qzledger']) {
      const url = `/api/v1/scripts/${encodeURIComponent(script)}/presets/qzpreset`;
      const payload = { values: { region: 'qzkept' } };
      expect((await ask(person('qzrob'), { method: 'PUT', url, payload, headers: {} })).status).toBe(201);
    }
    const payload = { allows: 'download', days: 1, note: 'qznote' };
    const url = `/api/v1/runs/${own.id}/links`;
    expect((await ask(person('qzrob'), { method: 'POST', url, payload, headers: {} })).status).toBe(201);
  });

  const NAMES = { cell: '3', name: 'qzfile.csv', preset: 'own', grantee: 'qzrob', link: 'qzlink' };
  /** What lists and searches can be asked for, beyond the addresses of reports and scripts. */
  const SEARCHES = [
    ...['qzledger', 'qz', 'qztitle', 'qzdescribed', 'qzcode', 'qzowner', 'qztag', 'former'].map((q) => `q=${q}`),
    ...['folder=hidden', 'folder=own', 'page=2', 'limit=1'],
  ];
  const FILTERS = [
    ...['hidden/qzledger', 'hidden/former', 'own/sheet'].map((script) => `script=${encodeURIComponent(script)}`),
    ...['succeeded', 'failed', 'running', 'unfinished'].map((status) => `status=${status}`),
    ...['by=qzrob', 'since=2020-01-01', 'until=2100-01-01', 'shared=me', 'limit=1', 'cursor=z'],
  ];

  /** Every route: about each report and each script once, and all others once. */
  function requests() {
    const [hidden, own] = subjects;
    const routes = Object.entries(ROUTES).flatMap(([route, what]) => {
      const about = what.startsWith('run ') ? subjects : what.startsWith('script ') ? [hidden!, own!] : [own!];
      return about.map((subject) => requestOf(route, subject, NAMES));
    });
    const lists = { '/': SEARCHES, '/api/v1/scripts': SEARCHES, '/runs': FILTERS, '/api/v1/runs': FILTERS };
    const pages = ['/s/own/sheet', '/s/hidden/qzledger', '/embed/auto/s/hidden/qzledger'];
    const queries = ['_preset=qzpreset', `_parent=${waiting.id}`];
    const urls = [
      ...Object.entries(lists).flatMap(([url, filters]) => filters.map((filter) => `${url}?${filter}`)),
      ...pages.flatMap((url) => queries.map((query) => `${url}?${query}`)),
      ...['s', 'latest', 'usage', 'check', 'revisions', 'api/v1/scripts'].map((place) => `/${place}/hidden/former`),
      ...['/s/hidden', '/s/nowhere', '/nowhere/qzledger'],
    ];
    return [...routes, ...urls.map((url) => ({ method: 'GET', url, headers: {} }))];
  }

  const wordsIn = (text: string) => WORDS.filter((word) => text.toLowerCase().includes(word));

  /** What the answers contain that the request did not, with the requests. */
  async function found(
    who: string,
    asked: ReturnType<typeof requests>,
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const ids = subjects.map(({ run }) => run);
    const all = new Map<string, string[]>();
    const waitingOnes = [...asked];
    const walk = async () => {
      for (let next = waitingOnes.pop(); next !== undefined; next = waitingOnes.pop()) {
        const { status, text } = await ask(person(who), next);
        const sent = JSON.stringify(next).toLowerCase();
        for (const word of [...wordsIn(text), ...ids.filter((id) => text.includes(id))])
          if (!sent.includes(word)) all.set(word, [...(all.get(word) ?? []), `${status} ${next.method} ${next.url}`]);
      }
    };
    await Promise.all(Array.from({ length: 6 }, walk));
    return all;
  }

  it('are shown to whoever they are for, but for the password', async () => {
    const seen = await found(
      'qzrob',
      requests().filter(({ method, url }) => method === 'GET' && !url.includes(waiting.id)),
    );
    expect(WORDS.filter((word) => !seen.has(word))).toEqual(['qzpassword']);
  });

  it.each(['eve', 'ron', 'ada'])('show %s nothing, whatever is asked', async (who) => {
    const seen = await found(who, requests());
    // authors see who uses their script, and how often
    const isKnown = (word: string, places: readonly string[]) =>
      who === 'ada' && word === 'qzrob' && places.every((place) => place === '200 GET /usage/own/sheet');
    expect([...seen].filter(([word, places]) => !isKnown(word, places))).toEqual([]);
  });

  it('answer the wrong person word for word as what has never been', async () => {
    const [hidden] = subjects;
    const plain = ({ status, text }: Answer, { run, script }: Subject) =>
      `${status} ${text
        .replaceAll(run, 'RUN')
        .replaceAll(script, 'SCRIPT')
        .replace(/content-length: \d+/, '')}`;
    const about = Object.entries(ROUTES).filter(([, what]) => /^(run|script) /.test(what));
    for (const [route] of about) {
      const never = { run: 'abcdefghijklmnopqrstuvwxyz', script: 'hidden/qzledgex' };
      const [there, nowhere] = await Promise.all(
        [hidden!, never].map(async (one) => plain(await ask(person('eve'), requestOf(route, one)), one)),
      );
      expect([route, there]).toEqual([route, nowhere]);
    }
  });

  it('are not found by the key with which they were requested', async () => {
    const again = await submit('ron', 'own/sheet', { region: 'wait qzvalue' }, KEY);
    expect(subjects.map(({ run }) => run)).not.toContain(again.id);
    for (const [who, { id }] of [
      ['ron', again],
      ['qzrob', waiting],
    ] as const)
      await ask(person(who), { method: 'POST', url: `/api/v1/runs/${id}/cancel`, headers: {} });
  });
});

it('a right that is withdrawn in a file ends open streams, and then there is no such report', async () => {
  const folder = join(project.folder, 'scripts/lines');
  const withdrawals: Readonly<Record<string, () => void>> = {
    sidecar: () => writeFileSync(join(folder, 'sidecar.params.json'), sidecar({ access: 'runner qzrob' })),
    inside: () => writeFileSync(join(folder, 'inside.ipynb'), ruled('runner qzrob; viewer eve')),
    setting: () => {
      const lines = LINES.map((line) => line.replace('; viewer vera', ''));
      writeFileSync(join(project.folder, 'script-runner.toml'), settings(...lines));
      server.signal('SIGHUP');
    },
  };
  const going = await Promise.all(
    Object.entries(withdrawals).map(async ([name, withdraw]) => {
      const run = await submit('qzrob', `lines/${name}`, {});
      return { run, withdraw, urls: [`/api/v1/runs/${run.id}/events`, `/runs/${run.id}/live`] };
    }),
  );
  // one after the other: none ends because of another's change
  for (const { run, withdraw, urls } of going) {
    const open = (who: string) =>
      Promise.all(urls.map((url) => fetch(`${server.url}${url}`, { headers: person(who) })));
    const [wrong, right] = await Promise.all([open('vera'), open('qzrob')]);
    expect([...wrong, ...right].map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    withdraw();
    for (const reply of wrong) expect(await reply.text().catch(() => 'cut')).not.toMatch(ENDED);
    for (const url of [...urls, `/runs/${run.id}`]) expect((await get('vera', url)).status).toBe(404);
    await ask(person('qzrob'), { method: 'POST', url: `/api/v1/runs/${run.id}/cancel`, headers: {} });
    for (const reply of right) expect(await reply.text()).toMatch(ENDED);
  }
});

it('that a file says other earlier names of a script is in the audit', async () => {
  writeFileSync(join(project.folder, 'scripts/open/plain.params.json'), sidecar({ aliases: ['open/former'] }));
  const audit = async () => (await get('olga', '/admin/audit/export?action=script-file-changed')).text;
  await expect.poll(audit, { timeout: 30_000 }).toContain('"now":{"aliases":["open/former"]}');
});
