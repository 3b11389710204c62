import { expect, test } from 'vitest';
import { helpHtml } from '../../src/page/help-text.ts';

test.each([
  ['**bold**, *em*, `code`', '<p><strong>bold</strong>, <em>em</em>, <code>code</code></p>'],
  ['- a\n- b', '<ul>\n<li>a</li>\n<li>b</li>\n</ul>'],
  ['[g](https://example.org)', '<p><a href="https://example.org" target="_blank" rel="noopener noreferrer">g</a></p>'],
  ['a < b & snake_case_name', '<p>a &lt; b &amp; snake_case_name</p>'],
  ['  ', ''],
])('%j is %s', (source, html) => {
  expect(helpHtml(source)).toBe(html);
});

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '[x](javascript:alert(1))',
  '![x](https://example.org/a.png)',
  '# Title',
  '[x](data:text/html,<script>)',
])('%j becomes no markup', (source) => {
  expect(helpHtml(source)).not.toMatch(/<(script|img|h1)|href="(javascript|data)/);
});

test('long help is cut', () => {
  expect(helpHtml('x'.repeat(100_000)).length).toBeLessThan(5000);
});
