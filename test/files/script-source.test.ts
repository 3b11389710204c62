import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Language } from '../../src/domain/parameter/language.ts';
import type { ScriptSource } from '../../src/domain/script/script.ts';
import { createScriptIndex } from '../../src/files/script-index.ts';
import { createScriptSource, type ScriptSourceOptions } from '../../src/files/script-source.ts';
import { languages } from '../../src/language/all.ts';
import { folderWith, notebookText } from './folder.ts';

const sourceOf = async (directory: string, more: Partial<ScriptSourceOptions> = {}): Promise<ScriptSource> => {
  const source = await createScriptSource({ directory, languages: languages(), watch: false, ...more });
  onTestFinished(() => source.close());
  return source;
};
const weekly = notebookText([
  { markdown: '# Weekly *sales*\n\nRevenue by [region](x) and `week`.' },
  { code: 'rows = 5  # How many', tags: ['parameters'] },
]);

describe('a folder of scripts', () => {
  it('lists notebooks with what they say about themselves', async () => {
    const source = await sourceOf(await folderWith({ 'sales/weekly.ipynb': weekly }));
    expect(await source.list()).toMatchObject([
      {
        name: 'sales/weekly',
        file: 'sales/weekly.ipynb',
        title: 'Weekly sales',
        description: 'Revenue by region and week.',
        folder: 'sales',
        language: 'python',
        state: 'ready',
        revision: expect.stringMatching(/^[0-9a-f]{64}$/),
        schema: { properties: { rows: { type: 'integer', default: 5, description: 'How many' } }, required: [] },
      },
    ]);
  });

  it('says so where a pipe lies in its place', async () => {
    const place = join(await folderWith({}), 'scripts');
    execFileSync('mkfifo', [place]);
    const [broken] = await (await sourceOf(place)).list();
    expect(broken).toMatchObject({ state: 'broken', problem: { what: expect.stringContaining('not a folder') } });
  });

  it('skips hidden, private, package and environment folders', async () => {
    const source = await sourceOf(
      await folderWith({
        'a.ipynb': weekly,
        '.b.ipynb': weekly,
        '_c.ipynb': weekly,
        '.ipynb_checkpoints/a.ipynb': weekly,
        '__pycache__/d.ipynb': weekly,
        'node_modules/e.ipynb': weekly,
        'env/pyvenv.cfg': '',
        'env/f.ipynb': weekly,
        'data.csv': 'a,b',
        '.ipynb': weekly,
      }),
    );
    expect((await source.list()).map(({ name }) => name)).toEqual(['a']);
  });

  it('names scripts in NFC and finds them by either spelling', async () => {
    const source = await sourceOf(await folderWith({ 'cafe\u0301.ipynb': weekly }));
    expect(await source.find('cafe\u0301')).toMatchObject({ name: 'caf\u00e9', file: 'cafe\u0301.ipynb' });
    expect((await source.read('caf\u00e9')).notebook.cells).toHaveLength(2);
  });

  it('shows the second of two equal names as shadowed', async () => {
    const source = await sourceOf(await folderWith({ 'cafe\u0301.ipynb': weekly, 'caf\u00e9.ipynb': weekly }));
    expect((await source.list()).map(({ state }) => state)).toEqual(['ready', 'shadowed']);
  });

  it('shows each broken file with its problem, and harms nothing else', async () => {
    const folder = await folderWith({
      'good.ipynb': weekly,
      'json.ipynb': '{"cells": [\n  {"a": 1,}\n]}',
      'shape.ipynb': '{"nbformat": 4, "cells": [{"cell_type": "x"}]}',
      'latin.ipynb': Buffer.from('{"a":\n "\xe9"}', 'latin1'),
      'empty.ipynb': '',
      'half.ipynb': weekly.slice(0, 100),
      'huge.ipynb': '',
    });
    await truncate(join(folder, 'huge.ipynb'), 200_000_000);
    await mkdir(join(folder, 'folder.ipynb'));
    await symlink('nowhere', join(folder, 'dangling.ipynb'));
    await symlink('loop.ipynb', join(folder, 'loop.ipynb'));
    await symlink('/etc/hostname', join(folder, 'outside.ipynb'));
    const source = await sourceOf(folder);
    const problems = (await source.list()).map(({ name, state, problem }) => [
      name,
      state,
      problem?.what,
      problem?.where,
    ]);
    expect(problems).toEqual([
      ['dangling', 'broken', 'This link leads to nowhere, which does not exist.', undefined],
      ['empty', 'broken', 'The file is empty.', undefined],
      ['folder', 'broken', 'This is a folder with the name of a notebook.', undefined],
      ['good', 'ready', undefined, undefined],
      [
        'half',
        'broken',
        'The file is not valid JSON: the text ends too early.',
        expect.stringMatching(/^line 1, column \d+$/),
      ],
      ['huge', 'broken', 'The file has 200 MB; the limit is 128 MB.', undefined],
      ['json', 'broken', 'The file is not valid JSON: a name in double quotes is expected.', 'line 2, column 11'],
      ['latin', 'broken', 'The file is not UTF-8.', 'line 2'],
      ['loop', 'broken', 'This link leads back to itself.', undefined],
      ['outside', 'broken', 'This link leads out of the scripts folder.', undefined],
      ['shape', 'broken', 'Cell 1 is neither code, markdown nor raw.', 'cells[0].cell_type'],
    ]);
    await expect(source.read('json')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('line 2, column 11'),
    });
    await expect(source.read('nothing')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('follows links inside, and outside where that is allowed, but never in circles', async () => {
    const outside = await folderWith({ 'far.ipynb': weekly });
    const folder = await folderWith({ 'sub/a.ipynb': weekly });
    await symlink('..', join(folder, 'sub/up'));
    await symlink('sub/a.ipynb', join(folder, 'b.ipynb'));
    await symlink(outside, join(folder, 'out'));
    const names = async (followLinks: boolean): Promise<string[]> =>
      (await (await sourceOf(folder, { followLinks })).list()).map(({ name, state }) => `${name} ${state}`);
    expect(await names(false)).toEqual(['b ready', 'out broken', 'sub/a ready']);
    expect(await names(true)).toEqual(['b ready', 'out/far ready', 'sub/a ready']);
  });

  it('serves a single notebook, an empty and a missing folder', async () => {
    const folder = await folderWith({ 'one.ipynb': weekly, 'two.ipynb': weekly });
    const single = await sourceOf(join(folder, 'one.ipynb'));
    expect((await single.list()).map(({ name }) => name)).toEqual(['one']);
    expect((await single.read('one')).directory).toBe(folder);
    expect(await (await sourceOf(join(folder, 'none'))).list()).toEqual([]);
  });

  it('keeps the addresses of renamed scripts', async () => {
    const beside = (own: object) => JSON.stringify({ 'x-script-runner': own });
    const folder = await folderWith({
      'a.ipynb': weekly,
      'new.ipynb': weekly,
      'new.params.json': beside({ aliases: ['old', 'a', 'sales/cafe\u0301'] }),
      'other.ipynb': weekly,
      'other.params.json': beside({ aliases: 'old' }),
    });
    const source = await sourceOf(folder, { watch: true });
    expect(await source.find('old')).toMatchObject({ name: 'new', aliases: ['old', 'sales/café'] });
    expect(await source.find('sales/café')).toMatchObject({ name: 'new' });
    expect((await source.find('a'))?.name).toBe('a');
    expect((await source.find('other'))?.aliases).toBeUndefined();
    let changes = 0;
    source.onChange(() => (changes += 1));
    await writeFile(join(folder, 'old.ipynb'), weekly);
    await expect.poll(async () => (await source.find('old'))?.name, { timeout: 30_000 }).toBe('old');
    expect(await source.find('new')).toMatchObject({ aliases: ['sales/café'] });
    await rm(join(folder, 'old.ipynb'));
    await expect.poll(async () => (await source.find('old'))?.name, { timeout: 30_000 }).toBe('new');
    expect(changes).toBeLessThan(5);
  });

  it('knows drafts, also broken ones, and takes a mistake in publish for one', async () => {
    const source = await sourceOf(
      await folderWith({
        'a.ipynb': weekly,
        'a.params.json': '{"x-script-runner": {"publish": false}}',
        'b.ipynb': weekly,
        'b.params.json': '{"x-script-runner": {"publish": false}, "properties": {"rows": {"type": "nothing"}}}',
        'c.py': '# ---\n# script_runner: {publish: "later", aliases: ["../c"]}\n# ---\n\n# %%\nprint(1)\n',
        'd.qmd': '---\ntitle: D\ndraft: true\n---\n\n```{python}\n1\n```\n',
        'e.ipynb': weekly,
        'e.params.json': '{"x-script-runner": {"publish": true}}',
      }),
    );
    const found = await source.list();
    expect(found.map(({ name, state, isDraft }) => `${name} ${state} ${isDraft ?? false}`)).toEqual([
      'a ready true',
      'b broken true',
      'c ready true',
      'd ready true',
      'e ready false',
    ]);
    expect((await source.review('c')).map(({ what }) => what)).toEqual([
      'script_runner.publish is "later", so the script is a draft.',
      'script_runner.aliases is ["../c"], so its earlier addresses do not work.',
    ]);
  });

  it('reads only what has changed since the index was written, and everything where it is damaged', async () => {
    const folder = await folderWith({
      'scripts/a.ipynb': weekly,
      'scripts/b.ipynb': weekly,
      'scripts/b.params.json': '{"rows": {"title": "Lines"}}',
      'scripts/module.py': 'x = 1\n',
      'scripts/bad.ipynb': '{',
    });
    const index = createScriptIndex(join(folder, 'index'));
    const python = languages().get('python') as Language;
    /** The names of all scripts, and how many notebooks were read. */
    const start = async (): Promise<string> => {
      let reads = 0;
      const readParameters: Language['readParameters'] = (...from) => {
        reads += 1;
        return python.readParameters(...from);
      };
      const counted = new Map([['python', { ...python, readParameters }]]);
      const source = await createScriptSource({
        directory: join(folder, 'scripts'),
        languages: counted,
        watch: false,
        index,
      });
      const found = await source.list();
      await source.close();
      return `${found.map(({ name, title, state }) => `${name} ${title} ${state}`).join(', ')}; ${reads} read`;
    };
    const all = 'a Weekly sales ready, b Weekly sales ready, bad Bad broken';
    expect(await start()).toBe(`${all}; 2 read`);
    expect(await start()).toBe(`${all}; 0 read`);
    await writeFile(join(folder, 'scripts/a.ipynb'), notebookText([{ markdown: '# Saved' }]));
    await writeFile(join(folder, 'scripts/b.params.yaml'), 'rows: {title: More lines}');
    const saved = 'a Saved ready, b Weekly sales ready, bad Bad broken';
    expect(await start()).toBe(`${saved}; 1 read`);
    expect(await start()).toBe(`${saved}; 0 read`);
    await rm(join(folder, 'scripts/a.ipynb'));
    expect(await start()).toBe('b Weekly sales ready, bad Bad broken; 0 read');
    await truncate(join(folder, 'index'), 300);
    expect(await start()).toBe('b Weekly sales ready, bad Bad broken; 1 read');
    await writeFile(join(folder, 'index'), 'nothing\n{"a');
    expect(await start()).toBe('b Weekly sales ready, bad Bad broken; 1 read');
    await rm(join(folder, 'index'));
    await mkdir(join(folder, 'index'));
    expect(await start()).toBe('b Weekly sales ready, bad Bad broken; 1 read');
  });

  it('publishes names of 255 bytes in any script, and one of two that differ in the form of accents only', async () => {
    const full = ['я'.repeat(124) + 'x', '漢'.repeat(83), '😀'.repeat(62) + 'x', 'e\u0301'.repeat(83)];
    const deep = Array.from({ length: 4 }, () => 'п'.repeat(127)).join('/') + '/x';
    const names = [...full, deep, 'caf\u00e9', 'cafe\u0301', 'a', 'A', 'line\nbreak', '-rf', 'CON', 'trailing. '];
    const files = names.map((name) => [`${name}.ipynb`, notebookText([{ markdown: `# ${name.length}` }])] as const);
    const source = await sourceOf(await folderWith(Object.fromEntries(files)));
    const found = await source.list();
    expect(found.filter(({ state }) => state === 'ready').map(({ name }) => name)).toEqual(
      [...new Set(names.map((name) => name.normalize('NFC')))].sort(),
    );
    expect(found.filter(({ state }) => state !== 'ready').map(({ name, state }) => `${name} ${state}`)).toEqual([
      'caf\u00e9 shadowed',
    ]);
    // either form leads to it, and its bytes are read from the file as it is spelt
    for (const name of names) {
      const { script } = await source.read(name);
      expect(script.name).toBe(name.normalize('NFC'));
      expect(Number(script.title)).toBeGreaterThanOrEqual(script.name.length);
    }
    expect((await source.read('a')).script.name).toBe('a');
    expect(await source.find('CAF\u00c9')).toBeUndefined();
  });

  it('says of a name that is not UTF-8 that it is not', async () => {
    const folder = await folderWith({ 'good\ufffd.ipynb': weekly });
    await writeFile(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff]), Buffer.from('.ipynb')]), weekly);
    await mkdir(Buffer.concat([Buffer.from(`${folder}/dir`), Buffer.from([0xff])]));
    const what = 'The name of this file, or of a folder above it, is not UTF-8.';
    const found = await (await sourceOf(folder)).list();
    expect(found.map(({ name, problem }) => [name, problem?.what])).toEqual([
      ['bad\ufffd', what],
      ['dir\ufffd', what],
      ['good\ufffd', undefined],
    ]);
  });

  it('answers with a sentence where files go, or turn into folders, between the list and the reading', async () => {
    const folder = await folderWith({ 'gone.ipynb': weekly, 'turned.ipynb': weekly, 'team/below.ipynb': weekly });
    const source = await sourceOf(folder);
    await rm(join(folder, 'gone.ipynb'));
    await rm(join(folder, 'turned.ipynb'));
    await mkdir(join(folder, 'turned.ipynb'));
    await rm(join(folder, 'team'), { recursive: true });
    await writeFile(join(folder, 'team'), 'a file');
    const whatOf = (name: string) => source.read(name).then(String, (error: Error) => error.message);
    expect(await whatOf('gone')).toContain('The file has just disappeared.');
    expect(await whatOf('turned')).toContain('a pipe, a device or a folder, not a file');
    expect(await whatOf('team/below')).toContain('it, or a folder above it, is a pipe, a device, a socket or a file');
    expect(await source.review('gone').catch(({ code }: { code: string }) => code)).toBe('invalid');
  });

  it('reads stored bytes again, also of a script that is gone', async () => {
    const folder = await folderWith({ 'a.ipynb': weekly });
    const source = await sourceOf(folder);
    const { bytes, script } = await source.read('a');
    expect(await source.parse('a', bytes)).toMatchObject({ script, directory: folder });
    expect(await source.parse('gone/b', bytes)).toMatchObject({
      script: { name: 'gone/b', title: 'Weekly sales' },
      directory: join(folder, 'gone'),
    });
    await expect(source.parse('a', new Uint8Array([0xff]))).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('a sidecar', () => {
  it('refines the parameters', async () => {
    const source = await sourceOf(
      await folderWith({
        'a.ipynb': weekly,
        'a.params.json':
          '{"properties": {"rows": {"title": "Rows", "minimum": 1, "maximum": 9}, "region": {"enum": ["EU", "US"]}}}',
      }),
    );
    expect((await source.find('a'))?.schema).toMatchObject({
      properties: {
        rows: { type: 'integer', default: 5, title: 'Rows', minimum: 1, maximum: 9 },
        region: { enum: ['EU', 'US'] },
      },
      required: ['region'],
    });
  });

  it('may be YAML', async () => {
    const source = await sourceOf(
      await folderWith({
        'a.ipynb': weekly,
        'a.params.yaml': 'rows:\n  title: Rows\n  minimum: 1\n',
        'b.ipynb': weekly,
        'b.params.yaml': 'rows:\n  title: [\n',
      }),
    );
    expect((await source.find('a'))?.schema.properties.rows).toMatchObject({ title: 'Rows', minimum: 1, default: 5 });
    expect((await source.find('b'))?.problem).toMatchObject({
      what: expect.stringMatching(/^This is not valid YAML: /),
      where: 'b.params.yaml, line 3',
    });
  });

  it('is neither waited for nor read without end, and links to one stay in the folder', async () => {
    const root = await folderWith({
      'scripts/pipe.ipynb': notebookText([]),
      'scripts/zero.ipynb': notebookText([]),
      'scripts/out.ipynb': notebookText([]),
      'scripts/in.ipynb': notebookText([]),
      'scripts/other.json': '{}',
      'outside.json': '{}',
    });
    const directory = join(root, 'scripts');
    execFileSync('mkfifo', [join(directory, 'pipe.params.json')]);
    await symlink('/dev/zero', join(directory, 'zero.params.json'));
    await symlink('../outside.json', join(directory, 'out.params.json'));
    await symlink('other.json', join(directory, 'in.params.json'));
    const problems = async (followLinks: boolean) => {
      const source = await createScriptSource({ directory, languages: languages(), followLinks, watch: false });
      const listed = await source.list();
      await source.close();
      return Object.fromEntries(listed.map(({ name, problem }) => [name, problem?.what]));
    };
    const outside = 'This link leads out of the scripts folder.';
    const odd = expect.stringContaining('is a pipe, a device or a folder') as string;
    expect(await problems(false)).toEqual({ in: undefined, out: outside, pipe: odd, zero: outside });
    expect(await problems(true)).toEqual({ in: undefined, out: undefined, pipe: odd, zero: odd });
  });

  it('is handed out with the script, and read again as it was', async () => {
    const source = await sourceOf(
      await folderWith({ 'a.ipynb': weekly, 'a.params.yaml': 'rows: {maximum: 9}', 'b.ipynb': weekly }),
    );
    const { bytes, sidecar } = await source.read('a');
    expect([sidecar?.file, String(sidecar?.bytes && Buffer.from(sidecar.bytes))]).toEqual([
      'a.params.yaml',
      'rows: {maximum: 9}',
    ]);
    expect((await source.parse('a', bytes, sidecar)).script.schema.properties.rows).toMatchObject({ maximum: 9 });
    expect((await source.parse('a', bytes)).script.schema.properties.rows).not.toHaveProperty('maximum');
    expect((await source.parse('gone', bytes, sidecar)).script.schema.properties.rows).toMatchObject({ maximum: 9 });
    expect(await source.read('b')).not.toHaveProperty('sidecar');
  });

  it.each([
    [
      '{"rows": {"minimum": "x"}}',
      'The parameters’ schema has mistakes. rows.minimum must be a number.',
      'a.params.json',
    ],
    ['{"rows": \n}', 'The parameters’ file is not valid JSON: a value is expected.', 'a.params.json, line 2, column 1'],
    [
      '{"rows": {"minimum": 9, "maximum": 1}}',
      'The parameters’ schema has mistakes. rows.minimum is above maximum, so no value would be valid.',
      'a.params.json',
    ],
    [
      '{"rows": {"minimum": 10}}',
      'The default of “rows” does not fit its schema, which says: Enter a whole number of at least 10.',
      'the parameters',
    ],
    ['{"a b": {"type": "string"}}', '“a b” is not a name that a variable can have.', 'the parameters'],
  ])('with a mistake makes the script broken: %s', async (sidecar, what, where) => {
    const source = await sourceOf(await folderWith({ 'a.ipynb': weekly, 'a.params.json': sidecar }));
    expect(await source.find('a')).toMatchObject({ state: 'broken', problem: { what, where } });
  });
});

describe('a watched folder', () => {
  const changed = (source: ScriptSource, until: () => Promise<boolean>): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = async (): Promise<void> => {
        if (!(await until())) return;
        stop();
        resolve();
      };
      const stop = source.onChange(() => void look().catch(reject));
    });

  it('shows saved, added, renamed and removed files', async () => {
    const folder = await folderWith({ 'a.ipynb': weekly });
    const source = await sourceOf(folder, { watch: true });
    const title = async (name: string): Promise<string | undefined> => (await source.find(name))?.title;
    const step = async (act: () => Promise<unknown>, done: () => Promise<boolean>): Promise<void> => {
      const seen = changed(source, done);
      await act();
      await seen;
    };
    await step(
      () => writeFile(join(folder, 'a.ipynb'), notebookText([{ markdown: '# Saved' }])),
      async () => (await title('a')) === 'Saved',
    );
    await step(
      () => writeFile(join(folder, 'a.params.json'), '{"n": {"type": "integer"}}'),
      async () => (await source.find('a'))?.schema.properties.n !== undefined,
    );
    await step(
      () => rename(join(folder, 'a.ipynb'), join(folder, 'b.ipynb')),
      async () => (await title('b')) === 'Saved' && (await title('a')) === undefined,
    );
    await step(
      async () => {
        await mkdir(join(folder, 'sub'));
        await writeFile(join(folder, 'sub/c.ipynb'), weekly);
      },
      async () => (await title('sub/c')) !== undefined,
    );
    await step(
      () => rm(join(folder, 'sub'), { recursive: true }),
      async () => (await title('sub/c')) === undefined,
    );
  });
});
