/**
 * Secrets are used in every way, and then searched for in everything that the server writes or answers, in each form
 * that they may have.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../end-to-end/client.ts';
import { makeProject, notebook } from '../end-to-end/project.ts';
import { freePort } from '../free-port.ts';
import { scriptRunner } from './command.ts';
import { startDaemon, type Daemon } from './daemon.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

const CONNECTION = 'cn-"<&é/+% 7fd0c1a9e2';
const PARAMETER = "pw-'<&é/+% 5be91c04d7";
const ENVIRONMENT = 'env-93ab17cc20fe';
const TYPED = 'typed-44e0b17fa2';
const ACCESS_KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCY';

const PRINTS = program('print-secrets');
const RAISES = program('raise-secrets');
const DIES =
  'import os, signal\nos.write(2, (key + os.environ["WAREHOUSE_URL"]).encode())\nos.kill(os.getpid(), signal.SIGKILL)';
const SIDECAR = JSON.stringify({
  type: 'object',
  properties: { key: { type: 'string', format: 'password', maxLength: 40 } },
});
const SCRIPTS = { prints: PRINTS, raises: RAISES, dies: DIES };

function forms(secret: string): readonly string[] {
  const raw = Buffer.from(secret);
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), raw])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(shift === 0 ? 0 : shift + 1, (shift + raw.length) % 3 === 0 ? undefined : -1);
  });
  const html = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
  return [
    secret,
    ...base64,
    raw.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    JSON.stringify(secret).slice(1, -1).replace('é', '\\u00e9'),
    html,
    html.replaceAll("'", '&#39;'),
  ];
}

function leaks(where: string, bytes: Buffer | string): readonly string[] {
  const text = Buffer.from(bytes).toString('utf8');
  return [CONNECTION, PARAMETER, ENVIRONMENT, TYPED, ACCESS_KEY].flatMap((secret) =>
    forms(secret)
      .filter((form) => text.includes(form))
      .map((form) => `${where}: ${form}`),
  );
}

/** The server may remove a file while its folder is searched: then once more. */
function leaksIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true })
      .map((name) => join(folder, String(name)))
      .filter((path) => statSync(path).isFile())
      .flatMap((path) => leaks(path, readFileSync(path)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return leaksIn(folder);
    throw error;
  }
}

/** Everything that a visitor and the operator can read. */
async function answers({ url }: Daemon, cookie: string, ids: readonly string[]): Promise<readonly string[]> {
  const runs = ids.flatMap((id) => [
    `/runs/${id}`,
    `/runs/${id}/report`,
    `/runs/${id}/report.html`,
    `/api/v1/runs/${id}`,
    `/api/v1/runs/${id}/events`,
    `/api/v1/runs/${id}/report.ipynb`,
    `/api/v1/runs/${id}/artifacts`,
    `/api/v1/runs/${id}/artifacts/said.txt`,
  ]);
  const found: string[] = [];
  for (const path of ['/', '/runs', '/admin', '/metrics', '/api/v1/runs', '/s/prints', ...runs]) {
    found.push(...leaks(path, await (await fetch(url + path, { headers: { cookie } })).text()));
  }
  return found;
}

it.each(['json', 'text'])(
  'no secret is in a log (%s), a page, a report, an export, the data or a back-up',
  async (form) => {
    const port = await freePort();
    const config = JSON.stringify({
      dbs: {
        warehouse: { wrapper: 'PostgresDB', host: '127.0.0.1', port, user: 'ana', password: CONNECTION, database: 'd' },
        shop: { wrapper: 'MysqlDB', host: '127.0.0.1', port, user: 'ana', password: CONNECTION, database: 'd' },
        bucket: {
          wrapper: 'AlexaAPI',
          base_url: `http://127.0.0.1:${port}`,
          access_key: 'AKIAIOSFODNN7EX',
          secret_key: ACCESS_KEY,
        },
      },
    });
    const files = Object.entries(SCRIPTS).flatMap(([name, source]) => [
      [`scripts/${name}.ipynb`, notebook('# parameters\nkey: str = ""', source)],
      [`scripts/${name}.params.json`, SIDECAR],
    ]);
    const project = makeProject({
      ...(Object.fromEntries(files) as Record<string, string>),
      '.link/link.config': config,
    });
    const out = mkdtempSync(join(tmpdir(), 'leak-'));
    const found: string[] = [];
    try {
      const daemon = await startDaemon(project.folder, ['--log', form], { SERVER_CANARY: ENVIRONMENT });
      const data = join(project.folder, '.script-runner');
      const ids: string[] = [];
      for (const script of Object.keys(SCRIPTS)) ids.push((await run(daemon.url, script, { key: PARAMETER })).id);
      const report = await (await fetch(`${daemon.url}/api/v1/runs/${ids[0]}/report`)).text();
      expect(report.split('•••').length).toBeGreaterThan(20);

      const token = readFileSync(join(data, 'operator-token'), 'utf8').trim();
      const cookie =
        (await fetch(`${daemon.url}/sign-in?token=${token}`, { redirect: 'manual' })).headers
          .get('set-cookie')
          ?.split(';')[0] ?? '';
      for (const name of ['dbs.warehouse', 'dbs.shop', 'dbs.bucket']) {
        const page = await (
          await fetch(`${daemon.url}/admin/connections/test`, {
            method: 'POST',
            headers: { cookie },
            body: new URLSearchParams({ name }),
          })
        ).text();
        found.push(...leaks(`test of ${name}`, page));
      }
      const post = (path: string, body: object, headers = {}) =>
        fetch(daemon.url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        });
      for (const key of [[PARAMETER], { deep: PARAMETER }, PARAMETER.repeat(9)])
        await post('/api/v1/runs', { script: 'prints', parameters: { key } });
      await post(
        `/api/v1/runs`,
        { script: 'prints', parameters: { [TYPED]: 1 } },
        { authorization: `Bearer ${TYPED}` },
      );
      await fetch(`${daemon.url}/sign-in?token=${TYPED}`);
      await fetch(`${daemon.url}/runs?cursor=${TYPED}`, { headers: { cookie: `x=${TYPED}` } });
      found.push(...(await answers(daemon, cookie, ids)), ...leaksIn(data));

      for (const args of [
        ['doctor', project.folder],
        ['check', project.folder],
        ['params', join(project.folder, 'scripts/prints.ipynb')],
        ['backup', join(out, 'copy'), '--folder', project.folder],
        [
          'run',
          join(project.folder, 'scripts/prints.ipynb'),
          '-p',
          `key=${PARAMETER}`,
          '--html',
          join(out, 'r.html'),
          '--ipynb',
          join(out, 'r.ipynb'),
          '--out',
          join(out, 'files'),
          '--data',
          join(out, 'data'),
          '--json',
        ],
      ]) {
        const { stdout, stderr } = await scriptRunner(args);
        found.push(...leaks(`${args[0]} stdout`, stdout), ...leaks(`${args[0]} stderr`, stderr));
      }
      found.push(...leaksIn(out));

      writeFileSync(join(project.folder, '.link/link.config'), config.replace('"host"', 'host'));
      found.push(
        ...leaks('doctor, broken', JSON.stringify(await scriptRunner(['doctor', project.folder]))),
        ...(await answers(daemon, cookie, [])),
      );
      writeFileSync(join(project.folder, 'script-runner.toml'), `password_hash = "${TYPED}"\nport = `);
      daemon.signal('SIGHUP');
      await expect.poll(() => daemon.log()).toContain('The new settings were refused');
      writeFileSync(join(project.folder, 'script-runner.toml'), `password_hash = "${TYPED}"`);
      found.push(...leaks('wrong setting', JSON.stringify(await scriptRunner(['serve', project.folder]))));
      daemon.signal('SIGTERM');
      await daemon.ended;
      found.push(...leaks('log', daemon.log()), ...leaks('said', daemon.said()), ...leaksIn(data));
      for (const text of [daemon.log(), daemon.said()]) expect(text).not.toContain(token);
      expect(found).toEqual([]);
    } finally {
      project.remove();
      rmSync(out, { recursive: true });
    }
  },
  600_000,
);
