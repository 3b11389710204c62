/**
 * Literals in a real kernel: the injected cell is executed there, and what its variables hold is compared with JSON.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/domain/text/json.ts';
import { NO_PARAMETERS, type ParameterSchema } from '../../src/domain/parameter/parameter.ts';
import { python } from '../../src/language/python.ts';
import { createBench, say } from '../kernel/fixture.ts';
import { anyJson, anyTyped } from './parameter-values.ts';

const COMPARE = `
import json, datetime, decimal, pathlib

def plain(value):
    "The value as the test's JSON says it."
    if isinstance(value, (datetime.datetime, datetime.time)): return value.isoformat(timespec="microseconds")
    if isinstance(value, datetime.date): return value.isoformat()
    if isinstance(value, dict):
        name = lambda key: key if isinstance(key, str) else json.dumps(key)
        return {name(key): plain(part) for key, part in value.items()}
    if isinstance(value, set): return sorted(map(plain, value))
    if isinstance(value, (list, tuple)): return [plain(part) for part in value]
    if isinstance(value, pathlib.PurePath): return str(value)
    if isinstance(value, bytes): return value.decode()
    if isinstance(value, decimal.Decimal): return int(value)
    return value

def same(a, b):
    if isinstance(b, bool) or b is None: return a is b
    if isinstance(b, str) and isinstance(a, float): return repr(a) == repr(float(b))
    if isinstance(b, str) and isinstance(a, int): return a == int(b)
    if isinstance(b, (int, float)): return not isinstance(a, (bool, str)) and float(a) == float(b)
    if isinstance(b, list): return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    if isinstance(b, dict): return list(a) == list(b) and all(same(a[key], b[key]) for key in b)
    return type(a) is type(b) and a == b

def wrong_ones():
    with open("expected.json") as file: cases = json.load(file)
    wrong = []
    for at, (expected, kind) in enumerate(cases):
        value = globals()[f"v{at}"]
        if isinstance(value, pathlib.PurePath): expected = str(pathlib.Path(expected))
        if isinstance(value, set): expected = sorted(expected)
        is_other = kind is not None and type(value).__name__ != kind
        if is_other or not same(plain(value), expected): wrong.append(repr(value))
    print(json.dumps([len(cases), wrong[:3]]))
`;

const TYPES: Readonly<Record<string, string>> = {
  date: 'date',
  datetime: 'datetime',
  time: 'time',
  path: 'PosixPath',
  decimal: 'Decimal',
  tuple: 'tuple',
  set: 'set',
  bytes: 'bytes',
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  string: 'str',
  array: 'list',
};

interface Case {
  readonly value: Json;
  readonly schema: ParameterSchema;
}

/** A kernel, and a function that hands it all values in one cell and expects every one to come back the same. */
async function comingBack(): Promise<(cases: readonly Case[]) => Promise<void>> {
  const bench = await createBench();
  const kernel = await bench.take();
  expect((await say(kernel, COMPARE)).status).toBe('ok');
  return async (cases) => {
    const expected = cases.map(({ value, schema }) => [
      value,
      TYPES[schema['x-native'] ?? String(schema.type)] ?? null,
    ]);
    await writeFile(join(bench.scripts, 'expected.json'), JSON.stringify(expected));
    const named = <T>(pick: (one: Case) => T): Record<string, T> =>
      Object.fromEntries(cases.map((one, at) => [`v${at}`, pick(one)]));
    const cell = python.writeParameters(
      named(({ value }) => value),
      { ...NO_PARAMETERS, properties: named(({ schema }) => schema) },
    );
    expect(await say(kernel, cell)).toMatchObject({ status: 'ok', text: '' });
    expect(JSON.parse((await say(kernel, 'wrong_ones()')).text)).toEqual([cases.length, []]);
  };
}

const batch = { minLength: 200, maxLength: 400 };
const settings = { numRuns: 5, endOnFailure: true };

describe('a literal in a real kernel', () => {
  it('of any value of JSON comes back equal', async () => {
    const comeBack = await comingBack();
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          anyJson.map((value) => ({ value, schema: {} })),
          batch,
        ),
        comeBack,
      ),
      settings,
    );
  });

  it('of any typed value comes back equal and of its type', async () => {
    const comeBack = await comingBack();
    await fc.assert(fc.asyncProperty(fc.array(anyTyped, batch), comeBack), settings);
  });

  it('of a deep value comes back equal', async () => {
    let deep: Json = ['\ud800"', 1.5, null, -0.5, 2 ** 53 - 1];
    for (let depth = 0; depth < 99; depth += 1) deep = depth % 2 === 0 ? [deep] : { 'a"': deep };
    await (
      await comingBack()
    )([
      { value: deep, schema: {} },
      { value: deep, schema: { type: 'object' } },
    ]);
  });
});
