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
  ['#| echo: false\n#| tags: parameters\na = 1', ['parameters']],
  ['#| tags:\n#|   - parameters\n#|   - b\n#| echo: false\na = 1', ['parameters', 'b']],
  ['a = 1\n#| tags: [parameters]', []],
  ['a = 1  #@param {type: "integer"}', ['parameters']],
  ['a: int = 1  # @param', ['parameters']],
  ['print("#@param")', []],
])('%j has the tags %j', (source, tags) => {
  expect(tagsOf(source)).toEqual([tags]);
});

it('takes the first Colab form for the parameters, unless a cell is tagged', () => {
  expect(tagsOf('x', 'a = 1 #@param', 'b = 1 #@param')).toEqual([[], ['parameters'], []]);
  expect(tagsOf('a = 1 #@param', 'papermill = 1')).toEqual([[], ['parameters']]);
});
