import { describe, expect, it } from 'vitest';
import { plain } from './math/plain.ts';
import { renderMarkdown } from '../../src/render/markdown.ts';

describe('a picture attached to a cell', () => {
  const attachments = { 'a b.png': { 'image/png': 'QUJD\n' } };

  it('is found by its name, however that is written', () => {
    for (const source of ['![x](attachment:a%20b.png)', '![x](<attachment:a b.png>)'])
      expect(renderMarkdown(source, { docId: 'd', attachments })).toContain('src="data:image/png;base64,QUJD"');
  });

  it.each([
    'attachment:none.png',
    'attachment:%ff.png',
    'attachment:%',
    'attachment:',
    'attachment:__proto__',
    'attachment:toString',
  ])('that is not there harms nothing: %s', (address) => {
    expect(renderMarkdown(`before ![the words](${address}) after`, { docId: 'd', attachments })).toMatch(
      /before <img .*alt="the words".*> after/,
    );
  });
});

describe('an address in a text', () => {
  const links = (source: string) =>
    [...renderMarkdown(source, { docId: 'd' }).matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
  it.each([
    ['see www.example.org.', ['http://www.example.org']],
    ['(www.example.org/a_b?c=d)', ['http://www.example.org/a_b?c=d']],
    ['https://example.org/a_b_c, too', ['https://example.org/a_b_c']],
    ['me@example.org', ['mailto:me@example.org']],
    ['model.py, readme.md, www. and www.local', []],
    ['`www.example.org`', []],
  ])('is a link: %s', (source, expected) => {
    expect(links(source)).toEqual(expected);
  });
});

it('keeps the boxes of tasks within tasks', () => {
  const html = renderMarkdown('* [ ] task\n  * [x] sub *task*', { docId: 'd' });
  expect(html.match(/type="checkbox"/g)).toHaveLength(2);
  expect(html.match(/checked/g)).toHaveLength(1);
  expect(plain(html)).toBe('task sub task');
});
