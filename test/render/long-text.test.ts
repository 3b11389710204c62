import { expect, it } from 'vitest';
import { ansiToHtml } from '../../src/render/ansi.ts';
import { longText, longTextHtml } from '../../src/render/long-text.ts';

const ADDRESS = 'https://example.org/a?b=1&c=(2)';
const blob = () => undefined;

it.each([
  ['only characters that are escaped', '<>&"'.repeat(50_000)],
  ['addresses that cuts would meet', `${ADDRESS} `.repeat(900) + '-'.repeat(200_000) + ` ${ADDRESS} www.example.org`],
  ['more addresses than are links', `${ADDRESS}\n`.repeat(6_000)],
  ['one word', `${'x'.repeat(200_000)}${ADDRESS}`],
  ['colours and links', `${ADDRESS} `.repeat(6_000) + '\x1b[31mred www.example.org \n'.repeat(2_000) + '\x1b[0m end'],
  ['pairs of surrogates', '😀 '.repeat(70_000) + '😀'.repeat(40_000)],
])('draws a long text with %s in pieces as at once', (_name, text) => {
  const texts = longText(text, { blob });
  expect([...longTextHtml(texts ?? [], undefined)].join('')).toBe(`<pre>${ansiToHtml(text)}</pre>`);
});

it('draws texts in lines, and leaves short texts and other values alone', () => {
  const lines = Array.from({ length: 50_000 }, (_, index) => `${index} < ${index + 1}\n`);
  expect([...longTextHtml(longText(lines, { blob }) ?? [], undefined)].join('')).toBe(
    `<pre>${ansiToHtml(lines.join(''))}</pre>`,
  );
  for (const value of ['short', ['short'], { a: 'x'.repeat(200_000) }, undefined])
    expect(longText(value, { blob })).toBeUndefined();
});

it('takes the value of a reference', () => {
  const reference = { $blob: 'a', sizeBytes: 1, encoding: 'text' } as const;
  expect([...(longText(reference, { blob: () => 'x'.repeat(200_000) }) ?? [])].join('')).toHaveLength(200_000);
  expect(longText(reference, { blob })).toBeUndefined();
});

it('ends with a sentence at what takes too long', () => {
  let parts = 0;
  const attempt = <T>(make: () => T) => ((parts += 1) > 2 ? undefined : make());
  const html = [...longTextHtml(['a ', 'b ', 'c '], attempt)].join('');
  expect(html).toMatch(/^<pre>a b <\/pre><p class="note">[^<]+<\/p>$/);
});
