/** Literals in a real Python, through the same rewriting of source that a kernel does. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/domain/json.ts';
import { NO_PARAMETERS } from '../../src/domain/parameter.ts';
import { python } from '../../src/language/python.ts';
import { testPython } from '../python.ts';
import { anyJson, anyTyped } from './parameter-values.ts';

const COMPARE = `
import json, sys, datetime, decimal, pathlib
from IPython.core.inputtransformer2 import TransformerManager

def plain(value):
    "The value as the test's JSON says it."
    if isinstance(value, (datetime.datetime, datetime.time)): return value.isoformat(timespec="microseconds")
    if isinstance(value, datetime.date): return value.isoformat()
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

wrong = []
for at, (source, expected, kind) in enumerate(json.load(sys.stdin)):
    space = {}
    exec(TransformerManager().transform_cell(source), space)
    value = space["value"]
    right_type = kind is None or type(value).__name__ == kind
    if isinstance(value, pathlib.PurePath): expected = str(pathlib.Path(expected))
    if isinstance(value, set): expected = sorted(expected)
    if not right_type or not same(plain(value), expected): wrong.append([source, repr(value)])
print(json.dumps(wrong[:3]))
`;

const TYPES: Readonly<Record<string, string>> = { date: 'date', datetime: 'datetime', time: 'time', path: 'PosixPath', decimal: 'Decimal', tuple: 'tuple', set: 'set', bytes: 'bytes' };

interface Case {
  readonly source: string;
  readonly expected: Json;
  readonly type: string | null;
}

function wrongOnes(cases: readonly Case[]): unknown {
  const input = JSON.stringify(cases.map(({ source, expected, type }) => [source, expected, type]));
  return JSON.parse(execFileSync(testPython(), ['-c', COMPARE], { input, encoding: 'utf8' }));
}

const caseOf = (value: Json, schema: Parameters<typeof python.writeLiteral>[1], type: string | null): Case => ({
  source: python.writeParameters({ value }, { ...NO_PARAMETERS, properties: { value: schema } }), expected: value, type,
});

describe('a literal in a real Python', () => {
  it('any value of JSON comes back equal', () => {
    fc.assert(fc.property(fc.array(anyJson, { minLength: 200, maxLength: 400 }), (values) => {
      expect(wrongOnes(values.map((value) => caseOf(value, {}, null)))).toEqual([]);
    }), { numRuns: 5, endOnFailure: true });
  });

  it('any typed value comes back equal and of its type', () => {
    fc.assert(fc.property(fc.array(anyTyped, { minLength: 200, maxLength: 400 }), (typed) => {
      const named: Readonly<Record<string, string>> = { integer: 'int', number: 'float', boolean: 'bool', string: 'str', array: 'list' };
      expect(wrongOnes(typed.map(({ value, schema }) => caseOf(value, schema, TYPES[schema['x-native'] ?? ''] ?? named[String(schema.type)] ?? null)))).toEqual([]);
    }), { numRuns: 5, endOnFailure: true });
  });

  it('deep nesting comes back equal', () => {
    let deep: Json = ['\ud800"', 1.5, null, -0.5, 2 ** 53 - 1];
    for (let depth = 0; depth < 99; depth += 1) deep = depth % 2 === 0 ? [deep] : { 'a"': deep };
    expect(wrongOnes([caseOf(deep, {}, null), caseOf(deep, { type: 'object' }, null)])).toEqual([]);
  });
});
