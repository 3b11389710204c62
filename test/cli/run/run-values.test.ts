import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readValues } from '../../../src/cli/run/run-values.ts';
import { NO_PARAMETERS } from '../../../src/domain/parameter/parameter.ts';

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

  it('waits for a pipe that the shell has made', () => {
    const script = `import { readValues } from ${JSON.stringify(resolve('src/cli/run/run-values.ts'))};
      console.log(JSON.stringify(readValues({ properties: {} }, [], process.argv[1])));`;
    const command = ['-c', `"$0" --input-type=module -e "$1" <(sleep 0.1; echo 'top: 1')`, process.execPath, script];
    expect(JSON.parse(execFileSync('bash', command, { encoding: 'utf8' }))).toEqual({ top: 1 });
  });

  it('says what is wrong', () => {
    expect(() => readValues(schema, ['top'], undefined)).toThrow('-p top is not a value; write -p name=value.');
    expect(() => readValues(schema, [], file('v.yaml', '- 1'))).toThrow(/must contain names with values/);
    expect(() => readValues(schema, [], join(folder, 'none.json'))).toThrow(/none\.json cannot be read/);
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(() => readValues(schema, [], join(folder, 'pipe'))).toThrow(/pipe cannot be read: it is a pipe, a device/);
  });
});

it('keeps the digits of numbers in files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'values-'));
  try {
    const path = join(folder, 'v.yaml');
    writeFileSync(
      path,
      'a: 12345678901234567890\nb: {rate: 2.0, n: 2}\nc: [0x10, 1e3, .5, 1.10]\n' + 'd: .inf\ne: 2026-01-31\nf: yes',
    );
    const values = readValues({ ...NO_PARAMETERS }, [], path);
    expect(JSON.stringify(values)).toBe(
      '{"a":12345678901234567890,"b":{"rate":2.0,"n":2},"c":[16,1e3,0.5,1.10],"d":"Infinity","e":"2026-01-31","f":"yes"}',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
