/** Scripts that declare packages, on a real server: installed in the background, waited for, and refused. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { withLock } from '../../src/python/lock.ts';
import { scriptRunner } from '../cli/command.ts';
import { startDaemon } from '../cli/daemon.ts';
import { notebookText } from '../files/folder.ts';
import { findUv } from '../python/find-uv.ts';
import { createChannel, rattler } from '../python/conda-channel.ts';
import { createPackageIndex } from '../python/package-index.ts';
import { choicesOf, events, findRun, read, run, submit } from './client.ts';

const MAKE_REPOSITORY = join(import.meta.dirname, '../python/program/make-repository.r');
const uv = findUv();
const own = (name: string) =>
  notebookText([
    { code: `# /// script\n# dependencies = ["${name}"]\n# ///\nimport ${name}, script_runner` },
    { code: `script_runner.result("value", ${name}.value)` },
  ]);

/** Its choices come from a module of its packages. */
const CHOSEN = `# /// script
# dependencies = ["sales"]
# ///
# %% tags=["choices"]
def choices_year():
    import sales
    return [sales.value]
# %% tags=["parameters"]
year: int
`;

async function createProject(flags: readonly string[] = []) {
  const index = createPackageIndex(uv ?? '');
  const folder = join(index.folder, 'project');
  const write = (path: string, text: string) => {
    mkdirSync(join(folder, 'scripts', path, '..'), { recursive: true });
    writeFileSync(join(folder, 'scripts', path), text);
  };
  const start = async (more: readonly string[] = []) => {
    const server = await startDaemon(folder, [...flags, ...more], index.environment);
    onTestFinished(async () => {
      server.signal('SIGTERM');
      await server.ended;
    });
    return server;
  };
  const bearer = () => {
    const token = readFileSync(join(folder, '.script-runner/operator-token'), 'utf8').trim();
    return { authorization: `Bearer ${token}` };
  };
  return { index, folder, write, start, bearer };
}

describe.skipIf(uv === undefined)('scripts with packages (needs uv)', { timeout: 120_000 }, () => {
  it('wait in the queue while these are installed, and hold up no others', async () => {
    const { index, write, start } = await createProject();
    index.add('sales', '1.0', 'value = 42');
    write('own.ipynb', own('sales'));
    write('plain.ipynb', notebookText([{ code: 'print(1)' }]));
    write('chosen.py', CHOSEN);
    const root = join(index.folder, 'cache/script-runner/environments');
    mkdirSync(root, { recursive: true });
    const held = Promise.withResolvers<void>();
    const holding = withLock(
      join(root, 'build.lock'),
      new AbortController().signal,
      () => {},
      () => held.promise,
    );
    const { url, log } = await start();
    const waiting = await submit(url, 'own');
    expect((await run(url, 'plain')).status).toBe('succeeded');
    expect(await findRun(url, waiting.id)).toMatchObject({
      status: 'queued',
      queue: { waitsFor: 'It waits for the packages of the block “# /// script”, which are being installed.' },
    });
    expect(await read(`${url}/s/own`)).toContain('Its packages are being installed');
    expect(await read(`${url}/runs/${waiting.id}`)).toContain('It waits for the packages of the block');
    expect(await choicesOf(url, 'chosen', 'year', {})).toMatchObject({
      choices: [],
      problem: 'The packages of this script are being installed. Try again in a moment.',
    });
    held.resolve();
    await holding;
    await expect
      .poll(() => findRun(url, waiting.id), { timeout: 60_000 })
      .toMatchObject({ status: 'succeeded', results: [{ name: 'value', value: 42 }] });
    const ready = (await events(url, waiting.id)).find(({ type }) => type === 'kernel-ready');
    expect(ready).toMatchObject({ packages: { file: 'the block “# /// script”' } });
    expect(await read(`${url}/api/v1/runs/${waiting.id}/packages`)).toMatch(/^sales==1\.0 /m);
    expect(await read(`${url}/runs/${waiting.id}`)).toContain(`/api/v1/runs/${waiting.id}/packages`);
    expect(log()).toContain('The packages of scripts are installed');
    const choices = async () => (await choicesOf(url, 'chosen', 'year', {})).choices;
    await expect.poll(choices, { timeout: 30_000, interval: 500 }).toEqual([{ value: '42', label: '42' }]);
  });

  it('are refused with the message of the resolver, until the operator tries again, or the file changes', async () => {
    const { index, folder, write, start, bearer } = await createProject();
    write('bad/requirements.txt', 'absent-package\n');
    write(
      'bad/s.ipynb',
      notebookText([
        { code: 'import absent_package as p, script_runner' },
        { code: 'script_runner.result("value", p.value)' },
      ]),
    );
    write('broken/requirements.txt', '-e .\n');
    write('broken/s.ipynb', notebookText([{ code: 'print(1)' }]));
    const { url, log } = await start();
    await expect.poll(() => read(`${url}/s/bad/s`), { timeout: 60_000 }).toContain('absent-package was not found');
    await expect(submit(url, 'bad/s')).rejects.toThrow(/503.*bad\/requirements\.txt could not be installed/);
    await expect(submit(url, 'broken/s')).rejects.toThrow(/422.*installed from its source/);
    expect(await read(`${url}/s/broken/s`)).toContain('broken/requirements.txt, line 1');
    const checked = await (await fetch(`${url}/check/bad/s`, { headers: bearer() })).text();
    expect(checked).toMatch(/Error<\/td><td class="nowrap">bad\/requirements.txt<\/td>.*uninstallable-packages/s);
    const { code, stdout } = await scriptRunner(['check', folder, '--json'], undefined, index.environment);
    expect([code, JSON.parse(stdout)]).toMatchObject([
      1,
      [{ name: 'bad/s', findings: [{ code: 'uninstallable-packages', severity: 'error' }] }, { name: 'broken/s' }],
    ]);
    const alone = await scriptRunner(['run', join(folder, 'scripts/bad/s.ipynb')], undefined, index.environment);
    expect(alone.stderr).toMatch(/^Installing the packages of bad\/requirements\.txt$/m);
    expect(alone.stderr).toMatch(/absent-package was not found/);
    expect(alone.code).not.toBe(0);
    const send = (method: string, path: string, headers: Record<string, string>) =>
      fetch(url + path, { method, headers, redirect: 'manual' });
    expect(await read(`${url}/s/bad/s`)).not.toContain('Try again');
    const page = await (await fetch(`${url}/s/bad/s`, { headers: bearer() })).text();
    expect(page).toMatch(/<form method="post" action="\/packages\/bad\/s" data-visit><button[^>]*><span>Try again</);
    expect((await send('POST', '/packages/bad/s', {})).status).toBe(403);
    expect((await send('POST', '/packages/bad/s', { ...bearer(), origin: 'http://other.example' })).status).toBe(403);
    expect((await send('PUT', '/api/v1/scripts/bad/s/packages', {})).status).toBe(403);
    expect((await send('PUT', '/api/v1/scripts/broken/s/packages', bearer())).status).toBe(422);
    expect((await send('POST', '/packages/bad/s', bearer())).headers.get('location')).toBe('/s/bad/s');
    await expect.poll(() => read(`${url}/s/bad/s`), { timeout: 60_000 }).toContain('absent-package was not found');
    expect(log().match(/absent-package was not found/g)).toHaveLength(1);
    index.add('absent_package', '0.5', 'value = 0');
    const tried = await send('PUT', '/api/v1/scripts/bad/s/packages', bearer());
    expect(tried.status).toBe(202);
    expect(await tried.json()).toEqual({ file: 'bad/requirements.txt', state: 'installing' });
    const value = (expected: number) =>
      expect
        .poll(() => run(url, 'bad/s').catch(() => undefined), { timeout: 60_000 })
        .toMatchObject({ status: 'succeeded', results: [{ value: expected }] });
    await value(0);
    index.add('absent_package', '1.0', 'value = 1');
    write('bad/requirements.txt', 'absent-package>=1\n');
    await value(1);
  });

  it('get kernels that were forked, and those of their snapshot, with the same packages', async () => {
    const { index, write, start } = await createProject();
    index.add('sales', '1.0', 'value = 42');
    write('own.ipynb', own('sales'));
    const head = '# /// script\n# dependencies = ["sales"]\n# ///\nimport sales, script_runner';
    const cells = [
      { code: head, tags: ['snapshot'] },
      { code: 'n = 1', tags: ['parameters'] },
      { code: 'script_runner.result("value", sales.value + n)' },
    ];
    write('quick.ipynb', notebookText(cells));
    const { url } = await start();
    expect(await run(url, 'own')).toMatchObject({ status: 'succeeded' });
    const supply = async (script: string) => {
      const { id, results } = await run(url, script);
      const ready = (await events(url, id)).find(({ type }) => type === 'kernel-ready');
      return `${String(ready?.['supply'])} ${String(results[0]?.value)}`;
    };
    await expect.poll(() => supply('own'), { timeout: 60_000 }).toMatch(/^(pre)?fork 42$/);
    await expect.poll(() => supply('quick'), { timeout: 60_000 }).toBe('snapshot 43');
  });

  it.skipIf(rattler === undefined)('have the conda packages of an environment.yml (needs py_rattler)', async () => {
    const { index, write, start } = await createProject();
    const { url: channel, python } = createChannel(index.folder);
    const packages = (spec: string) => `name: sales\nchannels: ["${channel}", nodefaults]\ndependencies: [${spec}]\n`;
    const sales = [{ code: 'import salesc, script_runner\nscript_runner.result("value", salesc.value)' }];
    for (const folder of ['good', 'bad']) write(`${folder}/s.ipynb`, notebookText(sales));
    write('good/environment.yml', packages('salesc =1.0'));
    write('bad/environment.yml', packages('absentc'));
    const { url } = await start(['--python', python]);
    const { status, id, results } = await run(url, 'good/s');
    expect([status, results[0]?.value]).toEqual(['succeeded', 'conda 1.0']);
    expect(await read(`${url}/api/v1/runs/${id}/packages`)).toMatch(/^file:.*salesc-1\.0-0\.tar\.bz2#sha256:/m);
    await expect
      .poll(() => read(`${url}/s/bad/s`), { timeout: 60_000 })
      .toContain('No candidates were found for absentc');
  });

  it('run in the default environment where the setting says so', async () => {
    const { write, start } = await createProject(['--environments', 'false']);
    write('s.ipynb', notebookText([{ code: '# /// script\n# dependencies = ["absent-package"]\n# ///\nprint(1)' }]));
    const { url } = await start();
    expect((await run(url, 's')).status).toBe('succeeded');
  });
});

const SALES = 'library(report)\ncat(report::value(), as.character(packageVersion("salesr")))';

it.skipIf(process.env['SCRIPT_RUNNER_R'] === undefined)(
  'R scripts have the exact versions of their lock file of renv (needs R)',
  async () => {
    const { index, folder, write, start, bearer } = await createProject();
    mkdirSync(folder);
    writeFileSync(join(folder, 'script-runner.toml'), 'environments_build = true\n');
    const repository = join(index.folder, 'repository');
    expect(spawnSync('Rscript', ['--vanilla', MAKE_REPOSITORY, repository]).status).toBe(0);
    const lock = (packages: Readonly<Record<string, string>>) =>
      JSON.stringify({
        R: { Version: '4.2.2', Repositories: [{ Name: 'CRAN', URL: `file://${repository}` }] },
        Packages: Object.fromEntries(
          Object.entries(packages).map(([name, Version]) => [name, { Version, Source: 'Repository' }]),
        ),
      });
    const r = notebookText([{ code: SALES }], { kernelspec: { name: 'ir', language: 'R' } });
    write('own/renv.lock', lock({ report: '1.1', salesr: '1.0' }));
    write('own/s.ipynb', r);
    write('bad/renv.lock', lock({ salesr: '7.0' }));
    write('bad/s.ipynb', r);
    write('conda/environment.yml', 'channels: [conda-forge]\ndependencies: [gdal]\n');
    write('conda/s.ipynb', r);
    const { url } = await start();
    const { id, status } = await run(url, 'own/s');
    expect(status).toBe('succeeded');
    expect(JSON.stringify(await events(url, id))).toContain('old 1.0');
    expect(await read(`${url}/api/v1/runs/${id}/packages`)).toContain('"salesr"');
    await expect.poll(() => read(`${url}/s/bad/s`), { timeout: 60_000 }).toContain('salesr 7.0 is in none of the');
    await expect(submit(url, 'bad/s')).rejects.toThrow(/503.*bad\/renv\.lock could not be installed/);
    expect(await read(`${url}/s/conda/s`)).toContain('conda/environment.yml, which is not installed here');
    const checked = await (await fetch(`${url}/check/conda/s`, { headers: bearer() })).text();
    expect(checked).toMatch(/which this server builds only for Python.*unbuilt-environment/s);
    const { stdout } = await scriptRunner(['check', folder], undefined, index.environment);
    expect(stdout).toMatch(/bad\/renv\.lock: Its packages cannot be installed: .*salesr 7\.0 is in none/);
    expect(stdout.match(/unbuilt-environment/g)).toHaveLength(1);
    // the one with its own library has it
    expect(stdout.match(/The R of this script does not have the package report/g)).toHaveLength(1);
  },
  120_000,
);
