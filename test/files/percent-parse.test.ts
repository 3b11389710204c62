import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createScriptSource } from '../../src/files/script-source.ts';
import { languages } from '../../src/language/all.ts';
import { parsePercent } from '../../src/files/percent-parse.ts';
import { folderWith, notebookText } from './folder.ts';

const sample = (name: string) => readFileSync(new URL(`percent/${name}`, import.meta.url), 'utf8');
const FILE = sample('cells.py.txt');

describe('a Python file in cells', () => {
  it('is a notebook', () => {
    const { cells, kernelName, language, metadata } = parsePercent(FILE);
    expect({ kernelName, language, title: metadata.title }).toEqual({
      kernelName: 'my-env',
      language: 'python',
      title: 'Header',
    });
    expect(cells.map(({ type, source, tags }) => [type, source, tags])).toEqual([
      ['code', 'import os', []],
      ['markdown', '# Weekly sales\n\nBy *region*.', []],
      ['code', 'rows = 5  # How many\n%matplotlib inline\n# a comment', ['parameters']],
      ['markdown', 'Quoted', []],
      ['code', 'print(rows)  # %% not a marker\n# # %%% nor this', []],
    ]);
  });

  it.each(['', '# %%', '# %% {"tags": ["a"', '# ---\n# : [\n# ---\n# %%\nx', '\ufeff# %%\r\nx\r\n'])(
    'of any text is some notebook: %j',
    (text) => {
      expect(parsePercent(text).language).toBe('python');
    },
  );

  it('is a script beside modules, which are none; a notebook of its name wins', async () => {
    const directory = await folderWith({
      'a.py': FILE,
      'b.py': FILE,
      'b.ipynb': notebookText([{ code: 'x' }]),
      'module.py': 'import os\n',
      'latin.py': Buffer.from('# \xe9', 'latin1'),
      'a.params.json': '{"rows": {"minimum": 1}}',
    });
    const source = await createScriptSource({ directory, languages: languages(), watch: false });
    expect((await source.list()).map(({ file, state }) => `${file} ${state}`)).toEqual([
      'a.py ready',
      'b.ipynb ready',
      'b.py shadowed',
    ]);
    const { script, bytes } = await source.read('a');
    expect(script).toMatchObject({
      title: 'Header',
      schema: { properties: { rows: { type: 'integer', minimum: 1 } } },
    });
    expect((await source.parse('gone', bytes)).notebook.cells).toHaveLength(5);
    await expect(source.read('module')).rejects.toMatchObject({ code: 'not-found' });
  });
});

it('reads back what Jupytext writes', () => {
  const text = sample('jupytext.py.txt');
  const expected = JSON.parse(sample('jupytext.json'));
  expect(parsePercent(text).cells.map(({ type, source, tags }) => [type, source, tags])).toEqual(expected);
});

it.each<[string, string, string[]]>([
  ['commands', '# %%\n# !ls\n# x = !ls\n# %time 1\n  # %cd ..', ['!ls\nx = !ls\n%time 1\n  %cd ..']],
  [
    'comments that Jupytext has not escaped',
    '# %%\n# copy the file\n# why?\n# 50 % off',
    ['# copy the file\n# why?\n# 50 % off'],
  ],
  ['a cell magic alone', '# %%\n# %%time\nx', ['%%time\nx']],
  ['markers in texts', "# %%\nx = '''\n# %%\n'''\n# %%\ny", ["x = '''\n# %%\n'''", 'y']],
  ['a quote in a comment', '# %%\n# it\'s """\n# %%\ny', ['# it\'s """', 'y']],
  ['cells within cells', '# %% A\na\n# %%% B\nb\n# %%%% C\nc', ['a', 'b', 'c']],
  ['other markers', '# %%\na\n# In[3]:\nb\n# <codecell>\nc', ['a', 'b', 'c']],
  ['a language', '# %% language="bash" magic_args="-e"\n# echo 1', ['%%bash -e\necho 1']],
  ['a fence that nobody closes', '# %% [markdown]\n# ```\n# %%\nx', ['```', 'x']],
])('reads %s', (_name, text, sources) => {
  expect(parsePercent(text).cells.map(({ source }) => source)).toEqual(sources);
});

it('leaves commands alone where the header says that they are no comments', () => {
  const header = '# ---\n# jupyter:\n#   jupytext:\n#     comment_magics: false\n# ---\n';
  expect(parsePercent(`${header}# %%\n# !ls`).cells.map(({ source }) => source)).toEqual(['# !ls']);
});
