import { describe, expect, it } from 'vitest';
import { createScriptSource } from '../../src/files/script-source.ts';
import { languages } from '../../src/language/all.ts';
import { parsePercent } from '../../src/files/percent-parse.ts';
import { folderWith, notebookText } from './folder.ts';

const FILE = `# ---
# title: Header
# jupyter:
#   kernelspec:
#     name: my-env
#     language: python
# ---
import os

# %% [markdown]
# # Weekly sales
#
# By *region*.

# %% Inputs tags=["parameters"]
rows = 5  # How many
# %matplotlib inline
# a comment

# %% [markdown]
"""
Quoted
"""

# %%
print(rows)  # %% not a marker
#%%% nor this
`;

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
      ['code', 'print(rows)  # %% not a marker\n#%%% nor this', []],
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
