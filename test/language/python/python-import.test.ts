import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPythonImports } from '../../../src/language/python/python-import.ts';

describe('python imports', () => {
  it.each([
    ['import pandas', ['pandas']],
    ['import pandas as pd, numpy as np', ['pandas', 'numpy']],
    ['import matplotlib.pyplot as plt', ['matplotlib.pyplot']],
    ['from matplotlib import pyplot as plt', ['matplotlib', 'matplotlib.pyplot']],
    ['from a.b import (c,  # why\n  d as e)', ['a.b', 'a.b.c', 'a.b.d']],
    ['from a import *', ['a']],
    ['from . import x\nfrom .y import z', []],
    ['import a; import b; x = 1', ['a', 'b']],
    ['import a\nimport a', ['a']],
    ['try:\n    import a\nexcept ImportError:\n    import b', ['a', 'b']],
    ['def f():\n    import a', []],
    ['if x:\n    import a', []],
    ['%matplotlib inline\nimport a\n!pip install b\nimport c', ['a', 'c']],
    ['%%bash\nimport a', []],
    ['"import a"\n# import b', []],
    ['import a\nthis is no python (\nimport', ['a']],
    ['', []],
  ])('%j', (source, imports) => {
    expect(readPythonImports(source)).toEqual(imports);
  });

  it('reads any text without throwing', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('import ', 'from ', 'from a import '), (text, start) => {
        for (const name of readPythonImports(start + text)) expect(name).toMatch(/^[^\s.][^\s]*$/);
      }),
    );
  });
});
