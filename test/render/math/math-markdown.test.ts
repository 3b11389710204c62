import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/render/markdown.ts';
import { plain } from './plain.ts';

const shown = (source: string) => plain(renderMarkdown(source, { docId: 'd' }));

describe('a formula in Markdown', () => {
  it.each([
    ['$x$', '‹x›'],
    ['$ e^{i\\pi} $ end', '‹ e^{i\\pi} › end'],
    ['so $$c^2$$ follows', 'so «c^2» follows'],
    ['\\\\(a^2\\\\) and \\\\[b^2\\\\] end', '‹a^2› and «b^2» end'],
    ['\\(a^2\\) and \\[b^2\\] end', '‹a^2› and «b^2» end'],
    ['an escaped \\(bracket\\) and \\[another\\]', 'an escaped (bracket) and [another]'],
    ['the $n$th, $k$-means, $\\alpha$s', 'the ‹n›th, ‹k›-means, ‹\\alpha›s'],
    ['CO$_2$, 10$^{3}$, 3$\\times$3', 'CO‹_2›, 10‹^{3}›, 3‹\\times›3'],
    ['设$x$为实数', '设‹x›为实数'],
    ['$a<b$ and $c>d$', '‹a<b› and ‹c>d›'],
    ['$a_i * b_i$ and $c_i * d_i$', '‹a_i * b_i› and ‹c_i * d_i›'],
    ['$a +\nb$ end', '‹a + b› end'],
    ['**$x$** [$y$ z](#a)', '‹x› ‹y› z'],
    ['begin \\begin{align}x\\end{align} end', 'begin «\\begin{align*}x\\end{align*}» end'],
    ['$$E = mc^2$$.\n\nText', '«E = mc^2». Text'],
    ['$$x = 1$$ \n\nText', '«x = 1» Text'],
    ['$$r$$ is, see $$s$$ too.', '«r» is, see «s» too.'],
    ['$$\na\n- b\n= c\n$$, where *a*', '« a - b = c » , where a'],
    ['\\begin{gather}\nz\n\\end{gather}. And *so* on', '«\\begin{gather*} z \\end{gather*}» . And so on'],
    ['Text\n$$x$$\nmore', 'Text «x» more'],
    ['* a\n  $$\n  z = 3\n  $$\n* b', 'a« z = 3 » b'],
    ['> $$\n> r\n> $$', '« r »'],
    ['$$\nu\n\nv\n$$', '« u v »'],
    ['$$\nunclosed = 1\n\nText', '$$ unclosed = 1 Text'],
    ['\\begin{x} never', '\\begin{x} never'],
    ['a | b\n--|--\n$|x|$ | $\\|y\\|$\nUS$ 5 | 6 $', 'a b ‹|x|› ‹\\|y\\|› US$ 5 6 $'],
    ['`a|b` and $|x|$', 'a|b and ‹|x|›'],
    ['<div>$\\alpha$</div>', '‹\\alpha›'],
    ['<table><tr><td>$a &lt; b$</td><td>$5 and $6</td></tr></table>', '‹a < b›$5 and $6'],
    ['<details><summary>x</summary>\n$\\int x$\n</details>', 'x ‹\\int x›'],
    ['<center>$$E$$</center>', '«E»'],
    ['<img alt="$x$" src="y"> $z$', '‹z›'],
    ['before <font color="red"> $x_k$ </font>', 'before ‹x_k›'],
    ['a <img src="x"> $b$ <sub>$c$</sub><br>$d$', 'a ‹b› ‹c›‹d›'],
    ['H<sub>2</sub>O $f$', 'H2O ‹f›'],
  ])('%j', (source, expected) => {
    expect(shown(source)).toBe(expected);
  });

  it.each([
    'costs $5 or $10, from \\$3 to \\$4',
    'US$5 and AU$7',
    '$5 in May, US$ in June',
    '$AAPL and $TSLA, $A/$B',
    'between $ and $ there',
    '$5-$10, $5k/$6k',
    '`$x$`',
    '<code>$x$</code> and <pre>$y$</pre>',
    '    $$x$$',
    '```\n$$\nx\n$$\n```',
    '\\$x\\$',
    '$ $',
    'a $ b',
  ])('is not found in %j', (source) => {
    expect(renderMarkdown(source, { docId: 'd' })).not.toContain('katex');
  });

  it('that is unknown shows its own source, and no other', () => {
    expect(shown('$a$ and $\\nowhere{b}$ and $c$')).toBe('‹a› and \\nowhere{b} and ‹c›');
  });

  it('gives its heading the id that Jupyter gives', () => {
    const html = renderMarkdown('## Value of $x$ and `y` & *z*', { docId: 'd' });
    expect(html).toContain('<h2 id="Value-of-$x$-and-y-&amp;-z">');
  });
});
