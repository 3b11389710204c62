import { describe, expect, it } from 'vitest';
import { NO_MATH } from '../../../src/render/math/math-context.ts';
import { formulasInHtml } from '../../../src/render/math/math-html.ts';
import { plain } from './plain.ts';

const set = (html: string) => formulasInHtml(html, NO_MATH);

describe('formulas in HTML outputs', () => {
  it.each([
    ['<th>$\\alpha$</th><td>$\\frac{1}{2}$</td><td>$a &lt; b$</td>', '‹\\alpha›‹\\frac{1}{2}›‹a < b›'],
    ['<caption>Result with $\\alpha=5$</caption>', 'Result with ‹\\alpha=5›'],
    ['<p>inline \\(a^2\\) and \\[E=mc^2\\]</p>', 'inline ‹a^2› and «E=mc^2»'],
    ['<p>$$x$$ <!-- $y$ --> \\begin{align}z\\end{align}</p>', '«x» «\\begin{align*}z\\end{align*}»'],
    ['text $a$ <b>and</b> $b$', 'text ‹a› and ‹b›'],
  ])('%s', (html, expected) => {
    expect(plain(set(html))).toBe(expected);
  });

  it.each([
    '<td>$2.13 a_b $5.24</td><td>$3</td><td>$4</td>',
    '<td>US$ 5 and US$ 6</td>',
    '<table class="dataframe tex2jax_ignore mathjax_ignore"><td>$x^2$</td></table>',
    '<script>a = "$x$ and $y$"</script><style>a{b:"$x$"}</style>',
    '<pre>$x$</pre><code>$x$</code><textarea>$x$</textarea><svg><text>$x$</text></svg>',
    '<img alt="$x$" title="\\(y\\)">',
    '<span class="katex"><annotation>$x$</annotation></span>',
  ])('are not where %s', (html) => {
    expect(set(html)).toBe(html);
  });

  it('end, with a sentence, where there are very many', () => {
    const html = set(`<p>${'$x$ '.repeat(1999)}</p><p>$y$ $z$</p>`);
    expect(html.match(/class="katex"/g)).toHaveLength(1999);
    expect(html).toContain('<p>$y$ $z$</p><p class="note">This has more than 2000 formulas.');
  });
});

describe('hostile texts take time linear in their length', () => {
  const N = 400_000;
  const many = (text: string) => text.repeat(N / text.length);
  it.each([
    many('\\begin{a}'),
    many('\\begin{a}').slice(0, N / 2) + many('\\end{a}').slice(0, N / 2),
    many('$'),
    many('$5 '),
    many('\\$'),
    many('\\('),
    `${many('\\(')}\\)`,
    many('\\def\\a{'),
    many('\\newcommand{\\a}['),
    many('\\eqref{'),
  ])('%#', (text) => {
    expect(set(`<p>${text}</p>`)).toContain(text.slice(0, 20));
  });
});
