/** A server whose scripts are in a repository: a real git, real kernels. */
import { createHmac } from 'node:crypto';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { checkSource } from '../../src/cli/doctor/doctor-source.ts';
import { readConfig, type Config } from '../../src/config/config.ts';
import { startServer, type Server } from '../../src/main.ts';
import { testPython } from '../python.ts';
import { createRepository, type Repository } from './repository.ts';

interface Answer {
  readonly id: string;
  readonly status: string;
  readonly commit: string;
}

const SECRET = 'the-secret-of-the-webhook';
const SCRIPT = '# %%\nimport time, helper\nfrom pathlib import Path\n';
const REPORT = `${SCRIPT}print(helper.VALUE, Path("data.txt").read_text())\nPath("data.txt").write_text("changed")
from IPython.display import Markdown
Path("made.svg").write_text(Path("logo.svg").read_text())
Markdown("![logo](logo.svg) ![made](made.svg)")\n`;
const PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>';
const SLOW = `${SCRIPT}time.sleep(3)\nprint(Path("data.txt").read_text())\n`;

async function serve(repository: Repository): Promise<Server & { readonly config: Config }> {
  const folder = join(repository.folder, 'project');
  await mkdir(folder, { recursive: true });
  const config = readConfig({
    target: folder,
    flags: { port: '0', python: testPython(), source: repository.address, source_interval: '1h', concurrency: '1' },
    environment: { ...process.env, SCRIPT_RUNNER_SOURCE_SECRET: SECRET },
  });
  const server = await startServer(config);
  onTestFinished(() => server.close());
  await server.prepared;
  return { ...server, config };
}

it('executes runs in the files of their commit, and publishes a push when a webhook says so', async () => {
  const files = { 'scripts/slow.py': SLOW, 'public/static/a.txt': 'static one' };
  const repository = await createRepository({
    ...files,
    'scripts/sales/report.py': REPORT,
    'scripts/sales/helper.py': 'VALUE = "one"',
    'scripts/sales/data.txt': 'data one',
    'scripts/sales/logo.svg': PICTURE,
    'scripts/helper.py': '',
    'scripts/data.txt': 'beside one',
  });
  const first = repository.git('rev-parse', 'HEAD').trim();
  const { url, config } = await serve(repository);
  const submit = async (script: string, wait = 60): Promise<Answer> =>
    (
      await fetch(`${url}api/v1/runs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', prefer: `wait=${String(wait)}` },
        body: JSON.stringify({ script }),
      })
    ).json() as Promise<Answer>;
  const report = async ({ id }: Answer) => (await fetch(`${url}api/v1/runs/${id}/report`)).text();

  const one = await submit('sales/report');
  expect(one).toMatchObject({ status: 'succeeded', commit: first });
  const shown = await report(one);
  expect(shown).toContain('one data one');
  // as from a folder: pictures beside the script are kept, and names do not begin with the commit
  expect(shown.match(/<img [^>]*src="data:image\/svg/g)).toHaveLength(2);
  expect(shown).toContain('discarded after this run: sales/data.txt. Files');
  // the first executes while the repository changes, the second waits
  const during = await submit('slow', 0);
  const waiting = await submit('slow', 0);

  const second = await repository.push({
    'scripts/sales/helper.py': 'VALUE = "two"',
    'scripts/data.txt': 'beside two',
    'public/static/a.txt': 'static two',
  });
  const body = '{}';
  const signature = createHmac('sha256', SECRET).update(body).digest('hex');
  const hook = await fetch(`${url}hooks/source`, { method: 'POST', body, headers: { 'x-gitea-signature': signature } });
  expect(hook.status).toBe(202);
  await expect.poll(async () => (await fetch(`${url}static/a.txt`)).text(), { timeout: 30_000 }).toBe('static two');
  const two = await submit('sales/report');
  expect(two).toMatchObject({ status: 'succeeded', commit: second });
  expect(await report(two)).toContain('two data one');
  for (const run of [during, waiting]) {
    const ended = (await (await fetch(`${url}api/v1/runs/${run.id}`)).json()) as Answer;
    expect(ended).toMatchObject({ status: 'succeeded', commit: first });
    expect(await report(run)).toContain('beside one');
  }
  const source = join(repository.folder, 'project/.script-runner/source');
  const [key = ''] = await readdir(source);
  expect(await readFile(join(source, key, first, 'scripts/sales/data.txt'), 'utf8')).toBe('data one');
  expect(await checkSource(config)).toMatchObject([
    {
      state: 'ok',
      text: expect.stringMatching(new RegExp(`newest commit is ${second.slice(0, 10)}\\n${second.slice(0, 10)} is`)),
    },
  ]);
});

it('starts without the repository, and says so where operators look', async () => {
  const repository = await createRepository({ 'a.py': '# %%\nprint(1)\n' });
  await rename(repository.bare, `${repository.bare}.away`);
  const { url, signInUrl, config } = await serve(repository);
  expect(await checkSource(config)).toMatchObject([
    {
      state: 'problem',
      text: expect.stringMatching(/No server has published .*\nThe last attempt of a server failed now: Git says/),
    },
  ]);
  await expect.poll(async () => (await fetch(`${url}readyz`)).status, { timeout: 30_000 }).toBe(200);
  const signedIn = await fetch(signInUrl, { redirect: 'manual' });
  const cookie = signedIn.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  const admin = await (await fetch(`${url}admin`, { headers: { cookie, accept: 'text/html' } })).text();
  expect(admin).toMatch(/Problem<\/dt><dd>[^<]*Git says: fatal:/);
});
