import { expect, it } from 'vitest';
import { parseNotebook } from '../../../src/domain/notebook/notebook-parse.ts';

const tagsOf = (...sources: string[]): (readonly string[])[] =>
  parseNotebook(
    JSON.stringify({
      nbformat: 4,
      metadata: {},
      cells: sources.map((source) => ({
        cell_type: 'code',
        source,
        metadata: source.includes('papermill') ? { tags: ['parameters'] } : {},
        outputs: [],
      })),
    }),
  ).cells.map(({ tags }) => tags);

it.each([
  ['#| tags: [parameters, "b"]\na = 1', ['parameters', 'b']],
  ['#| echo: false\n#| tags: parameters\na = 1', ['parameters', 'remove-input']],
  ['#| tags:\n#|   - parameters\n#|   - b\n#| echo: false\na = 1', ['parameters', 'b', 'remove-input']],
  ['#| output: false\na', ['remove-output']],
  ['#| include: false\na', ['remove-cell']],
  ['#| code-fold: true\n#| warning: false\na', ['remove-stderr', 'hide-input']],
  ['//| output: false\na', ['remove-output']],
  ['#| echo: true\n#| fig-cap: "output: false"\na', ['show-input']],
  ['#| echo: fenced\na', ['show-input']],
  ['#| code-fold: show\na', ['hide-input']],
  ['#| output: "false"  # nothing\na', ['remove-output']],
  ['#| output: asis\na', []],
  ['#| include: true\n#|   echo: false\na', []],
  ['#|hide\na', ['remove-cell']],
  ['#| hide_input\na', ['remove-input']],
  ['#| export\na', []],
  ['--| echo: false\nselect 1', ['remove-input']],
  ['a = 1\n#| tags: [parameters]', []],
  ['a = 1  #@param {type: "integer"}', ['parameters']],
  ['a: int = 1  # @param', ['parameters']],
  ['print("#@param")', []],
])('%j has the tags %j', (source, tags) => {
  expect(tagsOf(source)).toEqual([tags]);
});

it.each([
  [{ jupyter: { source_hidden: true } }, ['hide-input']],
  [{ jupyter: { outputs_hidden: true }, collapsed: true, tags: ['a'] }, ['a', 'hide-output']],
  [{ collapsed: true }, ['hide-output']],
  [{ hide_input: true }, ['hide-input']],
  [{ cellView: 'form' }, ['hide-input']],
  [{ scrolled: true }, ['scroll-output']],
  [{ scrolled: false }, ['whole-output']],
  [{ scrolled: 'auto' }, []],
  [{ nbsphinx: 'hidden' }, ['remove-cell']],
  [{ mystnb: { remove_code_source: true, remove_code_outputs: true } }, ['remove-input', 'remove-output']],
  [{ '_kg_hide-input': true, '_kg_hide-output': true }, ['hide-input', 'hide-output']],
  [{ is_code_hidden: true }, ['hide-input']],
  [{ jupyter: { source_hidden: false, outputs_hidden: false }, collapsed: false }, []],
  [{ jupyter: 1 }, []],
])('what is folded as %j has the tags %j', (metadata, tags) => {
  const cells = [{ cell_type: 'code', source: 'a', metadata, outputs: [] }];
  expect(parseNotebook(JSON.stringify({ nbformat: 4, metadata: {}, cells })).cells[0]?.tags).toEqual(tags);
});

it('takes the first Colab form for the parameters, unless a cell is tagged', () => {
  expect(tagsOf('x', 'a = 1 #@param', 'b = 1 #@param')).toEqual([[], ['parameters'], []]);
  expect(tagsOf('a = 1 #@param', 'papermill = 1')).toEqual([[], ['parameters']]);
});

it.each([
  ['execute:\n  echo: false\n  warning: false', ['remove-input', 'remove-stderr'], ['remove-stderr', 'show-input']],
  ['execute:\n  echo: true\nformat:\n  html:\n    code-fold: true', ['hide-input'], ['show-input', 'hide-input']],
  ['title: "execute:"', [], ['show-input']],
])('the header %j holds for all cells that say nothing else', (header, plain, own) => {
  const source = (text: string) => ({ cell_type: 'code', source: text, metadata: {}, outputs: [] });
  const cells = [
    { cell_type: 'raw', source: `---\n${header}\n---`, metadata: {} },
    source('a'),
    source('#| echo: true\na'),
  ];
  const tags = parseNotebook(JSON.stringify({ nbformat: 4, metadata: {}, cells })).cells.map(({ tags }) => [...tags]);
  expect([tags[1]?.sort(), tags[2]?.sort()]).toEqual([plain.sort(), own.sort()]);
});
