import { describe, expect, it } from 'vitest';
import { filePath, namedFiles, shownMime } from '../../../src/domain/report/report-file.ts';

describe('filePath', () => {
  it.each([
    ['pic.png', 'pic.png'],
    ['./a/../pic/./b.png?x=1#y', 'pic/b.png'],
    ['../../up.png', '../../up.png'],
    ['a/../../up.png', '../up.png'],
    ['my%20green.png', 'my green.png'],
    ['50%.png', '50%.png'],
    ['a\\b.png', 'a/b.png'],
    ['', undefined],
    ['.', undefined],
    ['#place', undefined],
    ['?query', undefined],
    ['/etc/passwd', undefined],
    ['\\\\server\\x', undefined],
    ['//host/x.png', undefined],
    ['https://host/x.png', undefined],
    ['data:image/png;base64,AA', undefined],
    ['attachment:x.png', undefined],
    ['C:\\x.png', undefined],
    ['x'.repeat(2000), undefined],
  ])('%s is %s', (address, path) => {
    expect(filePath(address)).toBe(path);
  });
});

describe('namedFiles', () => {
  it('are those of MyST’s figures, too', () => {
    expect(namedFiles(':::{figure} a.png\n:::\n```{image} b.png\n```', { shownOnly: true })).toEqual([
      'a.png',
      'b.png',
    ]);
  });

  it('finds what Markdown and HTML name', () => {
    const text = `![a](a.png) ![b](<b c.png> "title") [c](c.csv) [![d](d.png)](e.csv) [f][r] [n](other.ipynb) [o](#x)
[r]: refs/f.svg
<img src="g.png?a&amp;b" width=1> <img src='h.png'> <img src=i.png> <a href="j_(1).txt">j</a> [k](k_(1).txt)
<div style="background: url('l.png')"><video poster="m.jpg"><source src="n.mp4"></video> https://x.y/z.png`;
    expect([...namedFiles(text, { shownOnly: false })].sort()).toEqual(
      'a.png,b c.png,c.csv,d.png,e.csv,g.png,h.png,i.png,j_(1).txt,k_(1).txt,l.png,m.jpg,n.mp4,refs/f.svg'.split(','),
    );
    expect(namedFiles(text, { shownOnly: true })).not.toContain('c.csv');
  });

  it.each(['](', '![', 'src=', '[a]: ', 'url(', 'src="', '](<', '[', 'href ', '](a('])(
    'takes time linear in the length of many “%s”',
    (piece) => {
      expect(namedFiles(piece.repeat(500_000 / piece.length), { shownOnly: true })).toEqual([]);
    },
  );
});

it('knows what a page can show', () => {
  expect(shownMime('a/b.PNG')).toBe('image/png');
  expect(shownMime('a.png/b')).toBeUndefined();
  expect(shownMime('a.csv')).toBeUndefined();
});
