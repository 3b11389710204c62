import { expect, it } from 'vitest';
import { isPlainPython } from '../../../src/language/python/python-plain.ts';

it.each([
  'import numpy as np\nimport pandas as pd',
  'from a import *',
  'import a; rows = 1_000_000',
  '# Parameters\n\nrows = -5  # a number\nname: str = "x"',
  'x = {"a": [1, None]}\npass',
])('is plain: %j', (source) => {
  expect(isPlainPython(source)).toBe(true);
});

it.each([
  '',
  'print(1)',
  'x = f()',
  'x = [f()]',
  'x = y',
  'x: f() = 1',
  'x = f"{y()}"',
  'x += 1',
  'a.b = 1',
  'import a\nprint(a)',
  '%matplotlib inline\nimport a',
  'x = 1\n!ls',
  '%%bash\nx = 1',
  'import',
  'import a?',
  `x = "${'a'.repeat(2_000)}"`,
  `${'\n'.repeat(1_900)}print(1)`,
])('is not plain: %j', (source) => {
  expect(isPlainPython(source)).toBe(false);
});
