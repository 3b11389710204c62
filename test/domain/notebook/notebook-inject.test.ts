import { expect, it } from 'vitest';
import { injectParameters } from '../../../src/domain/notebook/notebook-inject.ts';
import { parseNotebook } from '../../../src/domain/notebook/notebook-parse.ts';

const notebook = (...tags: string[][]): ReturnType<typeof parseNotebook> =>
  parseNotebook(
    JSON.stringify({
      nbformat: 4,
      metadata: {},
      cells: tags.map((own, index) => ({
        cell_type: 'code',
        id: `c${index}`,
        source: `${index}`,
        metadata: { tags: own },
        outputs: [],
      })),
    }),
  );

it.each([
  { where: 'first', given: notebook([], []), at: 0, replaces: false, sources: ['new', '0', '1'] },
  { where: 'into an empty notebook', given: notebook(), at: 0, replaces: false, sources: ['new'] },
  {
    where: 'after the parameters',
    given: notebook([], ['parameters'], []),
    at: 2,
    replaces: false,
    sources: ['0', '1', 'new', '2'],
  },
  {
    where: 'in place of the cell of an earlier run',
    given: notebook(['parameters'], [], ['injected-parameters'], []),
    at: 2,
    replaces: true,
    sources: ['0', '1', 'new', '3'],
  },
])('values go $where', ({ given, at, replaces, sources }) => {
  const injection = injectParameters(given, 'new');
  expect(injection).toMatchObject({ at, replaces });
  expect(injection.notebook.cells.map(({ source }) => source)).toEqual(sources);
  expect(injection.notebook.cells[at]).toMatchObject({
    type: 'code',
    tags: ['injected-parameters'],
    metadata: { tags: ['injected-parameters'] },
  });
});
