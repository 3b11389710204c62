import { describe, expect, it } from 'vitest';
import { reviewPython } from '../../../src/language/python/python-legacy.ts';

describe('code for Python 2 and for an older link', () => {
  it.each([
    ['print "x"', 'print without brackets'],
    ['print', 'print without brackets'],
    ['print >>f, "x"', 'print without brackets'],
    ['try:\n  x()\nexcept E, e:\n  y()', 'except with a comma'],
    ['try:\n  x()\nexcept (A, B), e:\n  y()', 'except with a comma'],
    ['raise E, "x"', 'raise with a comma'],
    ['exec "a"', 'exec without brackets'],
    ['a <> b', '<>'],
    ['chmod(0777)', 'begins with 0'],
    ['unicode(x)', 'unicode'],
    ['for i in xrange(3): pass', 'xrange'],
    ['raw_input()', 'raw_input'],
    ['isinstance(x, basestring)', 'basestring'],
    ['d.has_key(1)', 'has_key()'],
    ['d.iteritems()', 'iteritems()'],
    ['import urllib2', 'urllib2'],
    ['from StringIO import StringIO', 'StringIO'],
    ['lnk.dbs.shop.select("…").as_dataframe()', 'as_dataframe() no longer exists in link'],
    ['%matplotlib inline\nprint 1', 'print without brackets'],
  ])('%s', (source, what) => {
    const findings = reviewPython(['pass', source]);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      cell: 1,
      what: expect.stringContaining(what),
      remedy: expect.stringMatching(/\S/),
    });
  });

  it.each([
    'print("x")',
    'print(a, file=f)',
    'try:\n  x()\nexcept (A, B) as e:\n  y()',
    'try:\n  x()\nexcept A, B:\n  y()',
    'exec("a")',
    'raise E("x") from e',
    '0',
    '0o777',
    '00',
    '0.5',
    'xrange = range\nxrange(3)',
    'from functools import reduce\nreduce(f, [])',
    'try:\n  import urllib2\nexcept ImportError:\n  import urllib.request as urllib2',
    'def f(long): return long',
    'x.unicode',
    'frame.as_dataframe',
    '%%bash\nprint "x"',
    '# print "x"',
    '"print \'x\'"',
    '"""\nunicode(x)\n"""',
    '',
    '((((',
    'except , e:',
    'import io.StringIO',
    'match x:\n  case 1: pass',
    'f"{x!r}"',
    'files = !ls\n!echo $x',
  ])('leaves alone: %s', (source) => {
    expect(reviewPython([source])).toEqual([]);
  });

  it('finds the widget of mercury that would take a file', () => {
    const [finding, ...more] = reviewPython(['import mercury as mr', 'data = mr.File(label="Data")\nmr.Slider()']);
    expect([finding, more]).toMatchObject([
      {
        cell: 1,
        line: 1,
        what: 'Nobody can upload a file to mercury’s widget here.',
        remedy: expect.stringContaining('data: str = "orders.csv"'),
      },
      [],
    ]);
    expect(reviewPython(['mr.File()', 'import zipfile as mr'])).toEqual([]);
  });

  it('names the line, knows names of other cells, and has an end', () => {
    expect(reviewPython(['a = 1\n\nprint a'])).toMatchObject([{ cell: 0, line: 3 }]);
    expect(reviewPython(['unicode(x)', 'unicode = str'])).toEqual([]);
    expect(reviewPython(Array.from({ length: 99 }, () => 'print "x"'))).toHaveLength(50);
  });
});
