import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { ansiToHtml } from '../../src/render/ansi.ts';
import { linkedText } from '../../src/render/text-link.ts';

const linksIn = (text: string) =>
  [...parseHTML(`<p>${ansiToHtml(text)}</p>`).document.querySelectorAll('a')].map((link) => link.getAttribute('href'));

describe('web addresses in printed text', () => {
  it.each([
    ['see https://example.org/a?b=1&c=2.', 'https://example.org/a?b=1&c=2'],
    ['(https://example.org/a_(b))', 'https://example.org/a_(b)'],
    ['[http://127.0.0.1:8888/lab?token=x],', 'http://127.0.0.1:8888/lab?token=x'],
    ['www.example.org!', 'https://www.example.org'],
    ['\x1b[31mhttps://example.org/\x1b[0m', 'https://example.org/'],
    ['\x1b]8;;https://a.example/\x1b\\https://b.example/\x1b]8;;\x1b\\', 'https://a.example/'],
    ['<a href="https://example.org/">', 'https://example.org/'],
  ])('%j has a link', (text, address) => expect(linksIn(text)).toEqual([address]));

  it.each(['javascript://https', 'nohttps://x', 'http://', 'https://[', 'ftp://example.org', 'www.', '"www. x"'])(
    '%j has none',
    (text) => expect(linksIn(text)).toEqual([]),
  );

  it('opens them apart from the report, and changes no text', () => {
    expect(linkedText('https://a.example/')).toBe(
      '<a href="https://a.example/" target="_blank" rel="noopener noreferrer">https://a.example/</a>',
    );
    const piece = fc.constantFrom('https://', 'www.', 'a', '(', ')', '.', ' ', '<', '"', '&amp;', '[', ']', '%', '\n');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const text = pieces.join('');
        expect(parseHTML(`<p>${linkedText(text)}</p>`).document.querySelector('p')?.textContent).toBe(text);
      }),
    );
  });

  it('makes a bounded number of links of a long line', () => {
    const text = 'https://a.example/'.repeat(50_000);
    expect(linkedText(`${'http://a '.repeat(5_000)}${text}`).split('<a ').length - 1).toBe(1_000);
    expect(linkedText(`${'x'.repeat(16_000_000)} https://a.example`)).toContain('<a href="https://a.example"');
  });
});
