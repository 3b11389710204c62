import { describe, expect, it } from 'vitest';
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
