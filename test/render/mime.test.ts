import { describe, expect, it } from 'vitest';
import { imageSize } from '../../src/render/image-size.ts';
import { renderMath } from '../../src/render/math/math.ts';
import { chooseMime } from '../../src/render/mime/choose.ts';
import { renderOutput } from '../../src/render/output.ts';
import { OPTIONS } from './options.ts';

function shown(mime: string, value: string, metadata: object = {}): string {
  return renderOutput(
    { type: 'display', id: 'o', data: { [mime]: value }, metadata: { [mime]: { ...metadata } } },
    OPTIONS,
  );
}

describe('chooseMime', () => {
  it.each([
    ['text/html', ['text/plain', 'text/html', 'image/png']],
    ['image/svg+xml', ['image/png', 'image/svg+xml', 'text/plain']],
    ['application/vnd.plotly.v1+json', ['text/html', 'application/vnd.plotly.v1+json']],
    ['application/json', ['text/plain', 'application/json']],
    ['image/png', ['application/vnd.vegalite.v5+json', 'image/png', 'text/plain']],
    ['application/vnd.jupyter.widget-view+json', ['text/plain', 'application/vnd.jupyter.widget-view+json']],
    ['text/plain', ['application/x-unknown', 'text/plain']],
    ['text/csv', ['text/csv', 'application/x-unknown']],
    ['application/vnd.dataresource+json', ['application/vnd.dataresource+json']],
    ['application/x-unknown', ['application/x-unknown']],
    [undefined, []],
  ])('prefers %s', (expected, mimes) => {
    expect(chooseMime(Object.fromEntries(mimes.map((mime) => [mime, ''])))?.mime).toBe(expected);
  });
});

describe('an output', () => {
  it.each([
    ['text/latex', '$\\displaystyle x^2$', /<span class="katex-display">/],
    ['text/latex', 'so $x$ and $y$', /so <span class="katex">.*and <span class="katex">/s],
    ['text/latex', '\\begin{align}x&=1\\end{align}', /katex-display/],
    ['text/latex', '\\begin{tabular}x\\end{tabular}', /math-source.*\\begin\{tabular\}/s],
    ['text/plain', '\x1b[31mred\x1b[0m <b>', /<span class="ansi-red-fg">red<\/span> &lt;b&gt;/],
    ['text/csv', 'a,<b>', /<pre>a,&lt;b&gt;<\/pre>/],
    ['application/x-unknown', '?', /format that reports cannot show \(application\/x-unknown\)/],
    ['application/vnd.bokehjs_exec.v0+json', '{}', /Bokeh chart/],
    [
      'image/svg+xml',
      '<?xml version="1.0"?><!-- c --><svg viewBox="0 0 1 1" xmlns="http://www.w3.org/2000/svg"></svg>',
      /src="data:image\/svg\+xml,%3Csvg viewBox/,
    ],
    ['image/svg+xml', '<!-- <svg> -->\n<svg viewBox="0 0 1 1"/>', /xml,%3Csvg xmlns=.* viewBox/],
    [
      'image/svg+xml',
      '<!DOCTYPE svg PUBLIC "-//x" "y" [\n<!ENTITY ns "http://www.w3.org/2000/svg">]>\n<svg xmlns="&ns;" width="3"><a/></svg>',
      /xml,%3Csvg xmlns=.*http:\/\/www.w3.org\/2000\/svg.*%3E%3Ca\/%3E.*width="3"/,
    ],
    [
      'text/html',
      '<!DOCTYPE svg [<!ENTITY a "1">]><svg width="&a;"><g><path d=""/></g></svg>',
      /<svg width="1"><g><path d=""\/><\/g><\/svg>/,
    ],
  ])('of %s: %s', (mime, value, expected) => {
    expect(shown(mime, value)).toMatch(expected);
  });

  it('leaves room for a picture before it has loaded', () => {
    const gif = btoa('GIF89a\x0a\x00\x05\x00' + '\x00'.repeat(40));
    expect(shown('image/gif', gif)).toContain('width="10" height="5"');
    expect(shown('image/gif', gif, { width: 5 })).toContain('width="5" height="3"');
    expect(shown('image/gif', 'not a picture')).not.toContain('width');
  });
});

describe('imageSize', () => {
  const bytes = (...parts: (number[] | string)[]) =>
    btoa(
      parts
        .map((part) => (typeof part === 'string' ? part : String.fromCharCode(...part)))
        .join('')
        .padEnd(40, '\x00'),
    );
  it.each([
    [
      'JPEG',
      bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xc2, 0, 17, 8, 0, 30, 0, 40]),
      { width: 40, height: 30 },
    ],
    [
      'WebP, lossy',
      bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8 ', [0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 40, 0, 30, 0]),
      { width: 40, height: 30 },
    ],
    [
      'WebP, extended',
      bytes('RIFF', [0, 0, 0, 0], 'WEBPVP8X', [10, 0, 0, 0, 0, 0, 0, 0, 39, 0, 0, 29, 0, 0]),
      { width: 40, height: 30 },
    ],
    ['nothing known', bytes('hello'), undefined],
  ])('%s', (_what, base64, expected) => {
    expect(imageSize(base64)).toEqual(expected);
  });
});

describe('renderMath', () => {
  it.each([
    ['eqnarray', '\\begin{eqnarray}a &=& b \\label{one}\\\\ c &=& d\\end{eqnarray}'],
    ['multline', '\\begin{multline}a\\\\b\\end{multline}'],
    ['what plain TeX wraps in braces', '\\pmatrix{a & b \\cr c & \\cases{d \\cr e}}'],
    ['chemistry', '\\ce{H2O}'],
    ['words of MathJax', '\\require{cancel}\\cancel{x} \\bbox[yellow]{x} \\bbox[5px,border:2px]{y} \\unicode{x263a}'],
    ['text with underscores', '\\text{a_b} \\mbox{c} \\textbf{d_e}'],
  ])('knows %s', (_what, tex) => {
    expect(renderMath(tex, true)).toContain('class="katex"');
    expect(renderMath(tex, true)).not.toContain('math-source');
  });

  it('does not follow addresses that a formula names', () => {
    expect(renderMath('\\href{javascript:alert(1)}{x}', false)).not.toContain('href=');
  });
});
