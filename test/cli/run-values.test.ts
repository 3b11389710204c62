import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readValues } from '../../src/cli/run-values.ts';
import { NO_PARAMETERS } from '../../src/domain/parameter/parameter.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'values-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const schema = {
  ...NO_PARAMETERS,
  properties: { top: { type: ['integer', 'null'] }, name: { type: 'string' }, tags: { type: 'array' } },
} as const;
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('readValues', () => {
  it('leaves texts to the check, but reads none where the parameter may be absent', () => {
    expect(readValues(schema, ['top=None', 'name=None', 'name2=a=b'], undefined)).toEqual({
      top: null,
      name: 'None',
      name2: 'a=b',
    });
  });

  it('makes a list of a name that is given twice', () => {
    expect(readValues(schema, ['tags=a', 'tags=b'], undefined)).toEqual({ tags: ['a', 'b'] });
  });

  it('reads JSON and YAML, and texts win', () => {
    expect(readValues(schema, ['top=3'], file('v.json', '{"top": 1, "name": "x"}'))).toEqual({ top: '3', name: 'x' });
    expect(readValues(schema, [], file('v.yaml', 'top: 1\nsince: 2026-01-31\ntags: [a, b]'))).toEqual({
      top: 1,
      since: '2026-01-31',
      tags: ['a', 'b'],
    });
  });

  it('says what is wrong', () => {
    expect(() => readValues(schema, ['top'], undefined)).toThrow('-p top is no value; write -p name=value.');
    expect(() => readValues(schema, [], file('v.yaml', '- 1'))).toThrow(/must hold names with values/);
    expect(() => readValues(schema, [], join(folder, 'none.json'))).toThrow(/none\.json cannot be read/);
  });
});
