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
  ['#| echo: true\n#| fig-cap: "output: false"\na', []],
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
