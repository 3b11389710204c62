import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'smol-toml';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EnvironmentState } from '../../src/domain/kernel/environment.ts';
import { listEnvironments } from '../../src/python/environment-cache.ts';
import { packageInstaller } from '../../src/app/script/script-environment.ts';
import { checkInstallable } from '../../src/python/environment-build.ts';
import { createEnvironments, type EnvironmentOptions } from '../../src/python/environments.ts';
import type { Script } from '../../src/domain/script/script.ts';
import type { ScriptEnvironment } from '../../src/domain/script/script-environment.ts';
import { testPython } from '../python.ts';
import { createChannel, rattler } from './conda-channel.ts';
import { createPackageIndex, type PackageIndex } from './package-index.ts';
import { findUv } from './find-uv.ts';

const uv = findUv();
const patience = () => AbortSignal.timeout(50_000);

const declare = (requirements: string, more: Partial<ScriptEnvironment> = {}): ScriptEnvironment => ({
  kind: 'python',
  file: 'requirements.txt',
  requirements,
  ...more,
});

const buildOptions = (index: PackageIndex) => ({
  python: testPython(),
  environment: index.environment,
  mayBuild: false,
  limitBytes: 1e9,
  reserveBytes: 0,
  inUse: () => new Set<string>(),
});

function sourceOf(index: PackageIndex, more: Partial<EnvironmentOptions> = {}) {
  const source = createEnvironments({
    ...buildOptions(index),
    python: Promise.resolve(testPython()),
    ...more,
  });
  onTestFinished(() => source.close());
  return source;
}
const rootOf = ({ folder }: PackageIndex) => join(folder, 'cache/script-runner/environments');
const folders = (index: PackageIndex) => readdirSync(rootOf(index)).filter((name) => /-[0-9a-f]{12}$/.test(name));
const imported = (python = '', module: string) =>
  spawnSync(python, ['-c', `import ${module}, ipykernel; print(${module}.value)`], { encoding: 'utf8' }).stdout.trim();

describe.skipIf(uv === undefined)('environments of scripts (needs uv)', { timeout: 60_000 }, () => {
  const indexOf = () => createPackageIndex(uv ?? '');

  it('have what is declared, and are shared by what is resolved to the same', async () => {
    const index = indexOf();
    index.add('sales', '1.0', 'value = "one"');
    index.add('sales', '2.0', 'value = "two"');
    const source = sourceOf(index);
    const first = await source.ready(declare('sales<2\n'), patience());
    expect(imported(first.python, 'sales')).toBe('one');
    expect(first.lock).toMatch(/^sales==1\.0 \\\n {4}--hash=sha256:[0-9a-f]{64}$/m);
    const [same, other] = await Promise.all([
      source.ready(declare('sales==1.0\n', { file: 'other/requirements.txt' }), patience()),
      source.ready(declare('sales\n', { constraints: 'sales!=1.0\n' }), patience()),
    ]);
    expect(same).toEqual(first);
    expect(imported(other.python, 'sales')).toBe('two');
    expect(folders(index)).toHaveLength(2);
  });

  it('come from the index that a script names for a package', async () => {
    const index = indexOf();
    const other = createPackageIndex(uv ?? '');
    index.add('sales', '9.0', 'value = "public"');
    other.add('sales', '1.0', 'value = "private"');
    const flat = (name: string, { wheels }: PackageIndex, more: object) => ({
      ...{ name, url: `file://${wheels}`, format: 'flat', ...more },
    });
    const indexes = [flat('public', index, { default: true }), flat('private', other, { explicit: true })];
    const environment = { ...index.environment, PIP_NO_INDEX: undefined, PIP_FIND_LINKS: undefined };
    const built = await sourceOf(index, { environment }).ready(
      declare('sales\n', { uv: { index: indexes, sources: { sales: [{ index: 'private' }] } } }),
      patience(),
    );
    expect(imported(built.python, 'sales')).toBe('private');
  });

  it('come from the index that a script or uv.lock names, also where two have the same version', async () => {
    const index = indexOf();
    const other = createPackageIndex(uv ?? '');
    index.add('sales', '1.0', 'value = "public"');
    other.add('sales', '1.0', 'value = "private"');
    const environment = { ...index.environment, PIP_NO_INDEX: undefined, PIP_FIND_LINKS: undefined };
    const flat = (name: string, { wheels }: PackageIndex, more: object) => ({
      ...{ name, url: `file://${wheels}`, format: 'flat', ...more },
    });
    // the other one is asked first, so that what is named is not what comes first
    const indexes = [flat('private', other, {}), flat('public', index, { default: true })];
    const source = sourceOf(index, { environment });
    const sources = { sales: [{ index: 'public' }] };
    const bounds = { 'constraint-dependencies': ['sales<2'], 'override-dependencies': ['ipykernel>=9'] };
    const own = await source.ready(declare('sales\n', { uv: { index: indexes, sources, ...bounds } }), patience());
    expect(imported(own.python, 'sales')).toBe('public');
    const folder = join(index.folder, 'project');
    mkdirSync(folder);
    const project = { name: 'p', version: '0', 'requires-python': '>=3.8', dependencies: ['sales'] };
    writeFileSync(join(folder, 'pyproject.toml'), stringify({ project, tool: { uv: { index: indexes, sources } } }));
    const locked = spawnSync(uv ?? '', ['lock', '--python', testPython()], {
      cwd: folder,
      env: environment as NodeJS.ProcessEnv,
    });
    expect(String(locked.stderr)).toContain('Resolved');
    const lock = readFileSync(join(folder, 'uv.lock'), 'utf8');
    const declared = (text: string) =>
      declare('', { project: { toml: stringify({ project }), lock: text }, uv: { index: indexes } });
    const built = await source.ready(declared(lock), patience());
    expect(imported(built.python, 'sales')).toBe('public');
    // another file than the lock names is not installed
    await expect(
      source.ready(
        declared(lock.replace(/{ (?:path|url) = "[^"]*sales[^"]*"/, `$&, hash = "sha256:${'0'.repeat(64)}"`)),
        patience(),
      ),
    ).rejects.toThrow(/Hash mismatch for `sales==1\.0`/);
  });

  it('stay as they were resolved, also for the next process, until the declaration changes', async () => {
    const index = indexOf();
    index.add('sales', '1.0', 'value = "one"');
    const first = await sourceOf(index).ready(declare('sales\n'), patience());
    index.add('sales', '2.0', 'value = "two"');
    const said: string[] = [];
    const next = sourceOf(index, { say: (line) => said.push(line) });
    expect(await next.ready(declare('sales\n'), patience())).toEqual(first);
    expect(said).toEqual([]);
    expect((await next.ready(declare('sales>=1\n'), patience())).lock).toContain('sales==2.0');
  });

  it('fail with the message of the resolver, and harm no others', async () => {
    const index = indexOf();
    index.add('sales', '1.0', 'value = "one"');
    const source = sourceOf(index);
    const states: EnvironmentState['type'][] = [];
    source.onChange(() => states.push(source.ensure(declare('missing-package\n')).type));
    await expect(source.ready(declare('missing-package\n'), patience())).rejects.toThrow(
      /The packages of requirements\.txt could not be installed\.[^]*missing-package was not found/,
    );
    expect(states.at(-1)).toBe('failed');
    const check = (requirements: string) => checkInstallable(declare(requirements), buildOptions(index), patience());
    expect(await check('missing-package>=1\n')).toMatchObject({
      type: 'failed',
      message: expect.stringMatching(/was not found/) as string,
    });
    expect(await check('sales>=1\n')).toEqual({ type: 'installable' });
    expect(folders(index)).toEqual([]);
    await source.ready(declare('sales\n'), patience());
    index.add('missing_package', '1.0', 'value = "late"');
    expect(source.ensure(declare('missing-package\n')).type).toBe('failed');
    expect(source.retry(declare('missing-package\n')).type).toBe('building');
    const late = await source.ready(declare('missing-package\n'), patience());
    expect(imported(late.python, 'missing_package')).toBe('late');
  });

  it('are tried again when a declaration is changed back, and not when its file is only touched', async () => {
    const index = indexOf();
    const environments = sourceOf(index);
    const scriptWith = (requirements: string) =>
      ({ name: 's', state: 'ready', environment: declare(requirements) }) as unknown as Script;
    const install = packageInstaller({ environments, environmentFor: ({ environment }) => environment });
    const state = (requirements: string) => environments.ensure(declare(requirements)).type;
    install([scriptWith('sales\n')]);
    await expect.poll(() => state('sales\n'), { timeout: 50_000 }).toBe('failed');
    index.add('sales', '1.0', 'value = 1');
    install([scriptWith('sales\n')]);
    expect(state('sales\n')).toBe('failed');
    install([scriptWith('sales<0\n')]);
    expect(state('sales\n')).toBe('failed');
    install([scriptWith('sales\n')]);
    expect((await environments.ready(declare('sales\n'), patience())).lock).toContain('sales==1.0');
  });

  it.skipIf(rattler === undefined)(
    'are those of an environment.yml, also with packages of pip (needs py_rattler)',
    async () => {
      const index = indexOf();
      index.add('extra', '1.0', 'value = "pip"');
      const { url, python } = createChannel(index.folder);
      const conda = (dependencies: readonly string[], pip = '') =>
        declare(JSON.stringify({ channels: [url], dependencies, pip }), { kind: 'conda', file: 'environment.yml' });
      const said: string[] = [];
      const source = sourceOf(index, { python: Promise.resolve(python), say: (line) => said.push(line) });
      const built = await source.ready(conda(['salesc<2'], 'extra\n'), patience());
      expect(imported(built.python, 'salesc')).toBe('conda 1.0');
      expect(imported(built.python, 'extra')).toBe('pip');
      expect(built.lock).toMatch(
        /^# platform: linux-\S+\n@EXPLICIT\n[^]*\/noarch\/salesc-1\.0-0\.tar\.bz2#sha256:[0-9a-f]{64}\n# pip:\nextra==1\.0\n$/,
      );
      expect(said).toContain('Installing salesc');
      await expect(source.ready(conda(['salesc>=3']), patience())).rejects.toThrow(
        /No candidates were found for salesc >=3/,
      );
      const check = (spec: string) => checkInstallable(conda([spec]), { ...buildOptions(index), python }, patience());
      expect(await check('salesc>=2')).toEqual({ type: 'installable' });
      expect(await check('absentc')).toMatchObject({ type: 'failed' });
    },
  );

  it('execute no code of packages while they are built', async () => {
    const index = indexOf();
    const mark = join(index.folder, 'executed');
    const archive = join(index.folder, 'evil');
    spawnSync('mkdir', ['-p', archive]);
    writeFileSync(
      join(archive, 'setup.py'),
      `open(${JSON.stringify(mark)}, "w")\nfrom setuptools import setup\nsetup(name="evil", version="1.0")\n`,
    );
    writeFileSync(join(archive, 'PKG-INFO'), 'Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n');
    spawnSync('tar', ['-czf', join(index.wheels, 'evil-1.0.tar.gz'), '--transform', 's/^evil/evil-1.0/', 'evil'], {
      cwd: index.folder,
    });
    await expect(sourceOf(index).ready(declare('evil\n'), patience())).rejects.toThrow(/could not be installed/);
    expect(existsSync(mark)).toBe(false);
  });

  it('use a Python that the script requires, or say that there is none', async () => {
    const index = indexOf();
    const source = sourceOf(index);
    const [major, minor] = spawnSync(testPython(), ['--version'], { encoding: 'utf8' }).stdout.match(/\d+/g) ?? [];
    const built = await source.ready(declare('', { requiresPython: `>=${major}.${minor}` }), patience());
    expect(Number(built.version.split('.')[1])).toBeGreaterThanOrEqual(Number(minor));
    await expect(source.ready(declare('', { requiresPython: '>=3.99' }), patience())).rejects.toThrow(/>=3\.99/);
  });

  it('leave nothing half-built behind, which would be taken for finished', async () => {
    const index = indexOf();
    index.add('sales', '1.0', 'value = "one"');
    const source = sourceOf(index);
    const waiting = source.ready(declare('sales\n'), patience()).catch(() => undefined);
    await new Promise<void>((resolve) => source.onChange(resolve));
    await source.close();
    await Promise.race([waiting, Promise.resolve()]);
    expect(listEnvironments(rootOf(index))).toEqual([]);
    expect(folders(index)).toEqual([]);
  });

  it('are removed when they were not used for long, and those used longest ago when they take too much', async () => {
    const index = indexOf();
    for (const name of ['one', 'two', 'three', 'four']) index.add(name, '1.0', 'value = 1');
    const first = sourceOf(index);
    const [one, two, three] = await Promise.all(
      ['one\n', 'two\n', 'three\n'].map((line) => first.ready(declare(line), patience())),
    );
    const age = (key: string | undefined, days: number) => {
      const at = new Date(Date.now() - days * 86_400_000);
      utimesSync(join(rootOf(index), `${key}.json`), at, at);
    };
    age(one?.key, 91);
    age(two?.key, 3);
    age(three?.key, 2);
    const [{ sizeBytes } = { sizeBytes: 0 }] = listEnvironments(rootOf(index));
    expect(sizeBytes).toBeGreaterThan(0);
    const next = sourceOf(index, { limitBytes: sizeBytes * 1.5 });
    const four = await next.ready(declare('four\n'), patience());
    expect(new Set(listEnvironments(rootOf(index)).map(({ key }) => key))).toEqual(new Set([three?.key, four.key]));
    expect(folders(index)).toHaveLength(2);
    // a pointer without its folder is not taken for an environment
    rmSync(rootOf(index) + `/${folders(index)[0]}`, { recursive: true });
    expect(readFileSync(join(rootOf(index), `${four.key}.json`), 'utf8')).toContain(four.version);
  });

  it('cannot be built without uv, which is said with how to install it', async () => {
    const index = indexOf();
    const PATH = join(index.folder, 'empty');
    // nothing can be installed there, which is quicker than an installation that fails
    const cache = join(index.folder, 'cache/script-runner');
    mkdirSync(cache, { recursive: true });
    symlinkSync('/proc', join(cache, 'python'));
    const bare = sourceOf(index, { environment: { ...index.environment, PATH, PIP_FIND_LINKS: undefined } });
    await expect(bare.ready(declare('sales\n'), patience())).rejects.toThrow(
      /uv, which installs packages, is missing, and could not be installed\. Install it \(python3 -m pip install uv/,
    );
  });

  it('keep the passwords of indexes to themselves', async () => {
    const index = indexOf();
    const environment = { ...index.environment, PIP_NO_INDEX: undefined, UV_HTTP_RETRIES: '0' };
    const address = 'http://user:hunter2@127.0.0.1:1/simple';
    const lines: string[] = [];
    const source = sourceOf(index, { environment, say: (line) => lines.push(line) });
    const failing = source.ready(declare(`--index-url ${address}\nabsent\n`), patience());
    const message = await failing.then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message).toMatch(/could not be installed/);
    expect(`${message} ${lines.join(' ')}`).not.toContain('hunter2');
    // uv would insert it
    const asked = declare('x @ http://127.0.0.1:1/${UV_INDEX_URL}/x-1-py3-none-any.whl\n');
    await expect(source.ready(asked, patience())).rejects.toThrow(/has \$\{UV_INDEX_URL\}/);
  });
});
