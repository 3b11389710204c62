import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/domain/text/json.ts';
import { parseNotebook } from '../../../src/domain/notebook/notebook-parse.ts';
import { readSnapshot } from '../../../src/domain/script/script-snapshot.ts';

const cell = (source: string, tags: readonly string[] = []) => ({
  cell_type: 'code',
  id: source,
  source,
  metadata: { tags },
  outputs: [],
});
const usual = [cell('load()'), cell('n = 1', ['parameters']), cell('show()')];
const read = (snapshot: Json | undefined, cells: readonly object[] = usual, language = 'python') =>
  readSnapshot(
    parseNotebook(
      JSON.stringify({
        nbformat: 4,
        nbformat_minor: 5,
        metadata: {
          language_info: { name: language },
          ...(snapshot === undefined ? {} : { script_runner: { snapshot } }),
        },
        cells,
      }),
    ),
  );

describe('how old the data of a snapshot may be', () => {
  it.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['1d', 86_400_000],
  ])('%s', (ttl, ttlMs) => {
    expect(read({ ttl })).toEqual({ ttlMs, lastCell: 0 });
  });

  it.each([[true], [{}]])('is an hour with %j', (snapshot) =>
    expect(read(snapshot)).toEqual({ ttlMs: 3_600_000, lastCell: 0 }),
  );

  it.each(['500ms', '0s', '10', 10, 'soon', '-1h', null])('is no duration with %j', (ttl) => {
    expect(read({ ttl })?.problem).toContain('snapshot.ttl must be a duration');
  });
});

describe('the cells of a snapshot', () => {
  it('are none where nobody asks for them', () => expect(read(undefined)).toBeUndefined());

  it('reach to the last one tagged so', () => {
    expect(read(undefined, [cell('a', ['snapshot']), cell('b', ['snapshot']), cell('c')])).toEqual({
      ttlMs: 3_600_000,
      lastCell: 1,
    });
  });

  it.each([
    ['another language', read(true, usual, 'R'), 'Only Python'],
    ['no inputs', read(true, [cell('a')]), 'No cell is tagged "parameters"'],
    [
      'a tag below the inputs',
      read(undefined, [cell('n = 1', ['parameters']), cell('b', ['snapshot'])]),
      'is not above the inputs (cell 1)',
    ],
    ['no code above the inputs', read(true, [cell('n = 1', ['parameters'])]), 'There is no code above the inputs.'],
  ])('are refused with %s', (_, snapshot, problem) => expect(snapshot?.problem).toContain(problem));
});
