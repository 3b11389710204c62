import { describe, expect, it } from 'vitest';
import { problemOf } from '../../src/domain/problem.ts';
import { parseScript } from '../../src/files/script-parse.ts';
import { languages } from '../../src/language/all.ts';
import { notebookText } from './folder.ts';

type Cells = Parameters<typeof notebookText>[0];
const schemaOf = (...cells: Cells): unknown =>
  parseScript(
    'a',
    { file: 'a.ipynb', bytes: new TextEncoder().encode(notebookText(cells)), modifiedAtMs: 0 },
    undefined,
    languages(),
  ).script.schema.properties.x;

describe('an enumeration of the notebook', () => {
  const definition = { code: 'class Region(Enum): NORTH = 1' };
  const inputs = { code: 'x = Region.NORTH', tags: ['parameters'] };
  const earlier = { code: 'x = 1', tags: ['injected-parameters'] };

  it('is known where its class is there when values are put in', () => {
    const known = { type: 'string', enum: ['NORTH'], 'x-class': 'Region', default: 'NORTH' };
    expect(schemaOf(definition, inputs)).toEqual(known);
    expect(schemaOf(definition, inputs, earlier)).toEqual(known);
  });

  it('is unknown where it comes later', () => {
    expect(schemaOf(inputs, definition)).toEqual({ 'x-source': 'Region.NORTH' });
    expect(schemaOf(earlier, definition, inputs)).toEqual({ 'x-source': 'Region.NORTH' });
  });
});

describe('numbers of a parameters’ file', () => {
  const notebook = notebookText([{ code: 'ids = [1]', tags: ['parameters'] }]);
  const read = (file: string, text: string) => {
    const source = (name: string, content: string) => ({ file: name, bytes: Buffer.from(content), modifiedAtMs: 1 });
    return parseScript('a', source('a.ipynb', notebook), source(file, text), languages());
  };
  const problem = (file: string, text: string) => {
    try {
      return read(file, text).script.schema.properties;
    } catch (error) {
      return problemOf(error);
    }
  };

  it('are refused where they would be rounded', () => {
    const json = (ids: string) => `{"properties": {"ids": {"type": "array", "maximum": NaN, "default": ${ids}}}}`;
    expect(problem('a.params.json', json('[9007199254740993]'))).toMatchObject({
      what: 'The number 9007199254740993 is too large to be kept exactly.',
      where: 'a.params.json',
    });
    expect(problem('a.params.yaml', 'properties:\n  ids:\n    default: [1, 9007199254740993]\n')).toMatchObject({
      what: 'The number 9007199254740993 is too large to be kept exactly.',
      where: 'a.params.yaml, line 3',
    });
    expect(problem('a.params.json', json('1'.repeat(400)))).toMatchObject({
      what: `The number ${'1'.repeat(40)}… is too large to be kept exactly.`,
    });
    const quoted = 'properties:\n  ids:\n    default: ["9007199254740993", 9007199254740991]\n';
    expect(problem('a.params.yaml', quoted)).toMatchObject({
      ids: { default: ['9007199254740993', 9007199254740991] },
    });
  });
});

it('a parameters’ file that is nested too deeply is a problem', () => {
  const bytes = new TextEncoder().encode(notebookText([{ code: 'x = 1', tags: ['parameters'] }]));
  const nested = (text: string) => {
    const beside = { file: 'a.params.yaml', bytes: new TextEncoder().encode(text), modifiedAtMs: 0 };
    return () => parseScript('a', { file: 'a.ipynb', bytes, modifiedAtMs: 0 }, beside, languages());
  };
  expect(nested(`a: ${'- a\n   b: '.repeat(20)}${'['.repeat(600)}`)).toThrow(/nested too deeply/);
  expect(nested(`${'- '.repeat(100_000)}a`)).toThrow(/This is not valid YAML/);
});
