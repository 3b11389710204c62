/**
 * Literals in a real kernel: the injected cell is executed, and the values of its variables are compared with JSON.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/domain/text/json.ts';
import { NO_PARAMETERS, type ParameterSchema } from '../../src/domain/parameter/parameter.ts';
import { python } from '../../src/language/python/python.ts';
import { createBench, say } from '../kernel/fixture.ts';
import { anyJson, anyTyped } from './parameter-values.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

const COMPARE = program('compare-values');

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

/** A kernel, and a function that passes it all values in one cell and expects each of them to be unchanged. */
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
