import { describe, expect, it } from 'vitest';
import { readPercentOptions } from '../../src/files/percent-option.ts';

describe('options of a cell', () => {
  it.each([
    ['Title tags=["a", "b"]', { tags: ['a', 'b'] }],
    ["tags=['a', 'it\\'s', 'say \"so\"',] active='ipynb'", { tags: ['a', "it's", 'say "so"'], active: 'ipynb' }],
    ["{'a': True, 'b': [None, 'True',], }", { a: true, b: [null, 'True'] }],
    ['x=1.5 y = [1, {"z": false}] w="a=[1]"', { x: 1.5, y: [1, { z: false }], w: 'a=[1]' }],
    ['tags=[a, b]', {}],
    ['{"a": [1, 2, 3]} tags=["a"]', {}],
    ["{'a': 'b", {}],
  ])('are JSON or Python: %s', (line, metadata) => {
    expect(readPercentOptions(line).metadata).toEqual(metadata);
  });

  it.each([
    ['brackets that stay open', '{' + '[{'.repeat(1900) + '}', {}],
    ['many signs of equality', 'a=['.repeat(1300) + ']', { a: [] }],
    ['a long word', `${'a'.repeat(3900)} !=[1]`, {}],
    ['names of names', '{' + '? '.repeat(1900) + '}', {}],
  ])('take bounded time with %s', (_what, line, metadata) => {
    for (let times = 0; times < 1000; times += 1) expect(readPercentOptions(line).metadata).toEqual(metadata);
  });
});
