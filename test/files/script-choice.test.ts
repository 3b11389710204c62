import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/error.ts';
import { placeholdersOf } from '../../src/domain/parameter/choice-rule.ts';
import { problemOf } from '../../src/domain/problem.ts';
import { parseScript } from '../../src/files/script-parse.ts';
import { languages } from '../../src/language/all.ts';

function scriptOf(choices: string, { schema = {}, language = 'python' } = {}) {
  const cell = (tags: string[], source: string, at: number) => ({
    cell_type: 'code',
    id: `c${at}`,
    metadata: { tags },
    source,
    outputs: [],
    execution_count: null,
  });
  const notebook = {
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: language, language, display_name: language },
      script_runner: { parameters: schema },
    },
    cells: [cell(['choices'], choices, 0), cell(['parameters'], language === 'R' ? 'a <- "x"' : 'a = "x"\nb = "y"', 1)],
  };
  const bytes = Buffer.from(JSON.stringify(notebook));
  return parseScript('s', { file: 's.ipynb', bytes, modifiedAtMs: 0 }, undefined, languages());
}
const problemIn = (...given: Parameters<typeof scriptOf>) => {
  try {
    scriptOf(...given);
    return undefined;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return problemOf(error)?.what;
  }
};

describe('a cell tagged choices', () => {
  it('gives an input its choices, and is not executed', () => {
    const { script, notebook } = scriptOf('def choices_b(a): return [a]');
    expect(script.schema.properties['b']).toMatchObject({
      default: 'y',
      'x-choices': { function: 'choices_b', inputs: ['a'] },
    });
    expect(script.ownDefaults).toEqual(['a', 'b']);
    expect(notebook.cells[0]?.tags).toEqual(['choices', 'skip-execution']);
  });

  it.each<[string, object, string]>([
    ['def choices_c(a): return []', {}, 'choices_c computes the choices of “c”, which is no input of this script.'],
    ['def choices_b(c): return []', {}, '“b” depends on “c”, which is no input of this script.'],
    ['def choices_b(a): ...\ndef choices_a(b): ...', {}, 'in a circle: “a” → “b” → “a”.'],
    ['def choices_b(a): ...', { b: { 'x-choices': { csv: 'b.csv' } } }, 'come both from choices_b and from x-choices.'],
    ['', { b: { 'x-choices': { function: 'choices_b', inputs: [] } } }, 'x-choices must be an object such as'],
    [
      '',
      { b: { 'x-choices': { connection: 'shop; drop', query: 'select 1' } } },
      'x-choices must be an object such as',
    ],
    ['', { b: { 'x-choices': { connection: 'shop', query: 'select :c' } } }, '“b” depends on “c”, which is no input'],
  ])('that cannot be: %j with %j', (choices, schema, what) => {
    expect(problemIn(choices, { schema })).toContain(what);
  });

  it('that computes nothing is named by check', () => {
    const whatOf = (...given: Parameters<typeof scriptOf>) =>
      scriptOf(...given)
        .script.findings?.()
        .map(({ what }) => what);
    expect(whatOf('def stores(a): return []')).toEqual([
      'It has no function whose name begins with choices_, and is not executed in runs.',
    ]);
    expect(whatOf('x <- 1', { language: 'R' })).toEqual(['It computes no choices: only notebooks in Python can.']);
    expect(scriptOf('x <- 1', { language: 'R' }).notebook.cells[0]?.tags).toEqual(['choices']);
  });
});

describe('the placeholders of a query', () => {
  it.each<[string, string[]]>([
    ['select a from t where r = :r and s = :s or r = :r', ['r', 's']],
    [`select ':a', ":b", '''' || ':c' -- :d\n, :e /* :f\n:g */`, ['e']],
    ['select a::text, b ::int, x[1:2], :a::date', []],
    ['select :a ::date', ['a']],
    ["select ':never closed, :a", []],
  ])('%j', (query, names) => {
    expect(placeholdersOf(query)).toEqual(names);
  });
});
