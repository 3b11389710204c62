import { describe, expect, it } from 'vitest';
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
