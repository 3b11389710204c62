import { describe, expect, it } from 'vitest';
import { imageSize } from '../../src/render/image-size.ts';
import { splitDefinitions } from '../../src/render/math/math-definition.ts';
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
    ['application/vnd.vegalite.v5+json', ['application/vnd.vegalite.v5+json', 'image/png', 'text/plain']],
    ['application/vnd.jupyter.widget-view+json', ['text/plain', 'application/vnd.jupyter.widget-view+json']],
    ['text/plain', ['application/x-unknown', 'text/plain']],
    ['text/csv', ['text/csv', 'application/x-unknown']],
    ['application/vnd.dataresource+json', ['application/vnd.dataresource+json', 'text/plain']],
    ['text/html', ['application/vnd.dataresource+json', 'text/html']],
    ['image/png', ['application/pdf', 'image/png', 'text/plain']],
    ['application/pdf', ['application/pdf', 'text/plain']],
    ['video/mp4', ['video/mp4', 'text/plain']],
    ['audio/wav', ['audio/wav', 'text/plain']],
    ['application/vnd.jupyter.stderr', ['application/vnd.jupyter.stderr', 'text/plain']],
    ['application/x-unknown', ['application/x-unknown']],
    [undefined, []],
  ])('prefers %s', (expected, mimes) => {
    expect(chooseMime(Object.fromEntries(mimes.map((mime) => [mime, ''])))?.mime).toBe(expected);
  });
});

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const PDF = btoa('%PDF-1.4\n1 0 obj<</Type /Pages/Count 2>>\n2 0 obj<</Type /Page>>\n3 0 obj<</Type/Page >>\n%%EOF');

describe('an output', () => {
  it.each([
    ['text/latex', '$\\displaystyle x^2$', /<span class="katex-display">/],
    ['text/latex', 'so $x$ and $y$', /so <span class="katex">.*and <span class="katex">/s],
    ['text/latex', '\\begin{align}x&=1\\end{align}', /katex-display/],
    ['application/vnd.plotly.v1+json', '{broken', /class="note[^>]*>This is not valid JSON/],
    ['application/vnd.plotly.v1+json', '1', /The data of this output is not Plotly/],
    ['text/latex', '\\begin{tabular}x\\end{tabular}', /<pre>\\begin\{tabular\}x/],
    ['text/plain', '\x1b[31mred\x1b[0m <b>', /<span class="ansi-red-fg">red<\/span> &lt;b&gt;/],
    ['text/csv', 'a,<b>', /<pre>a,&lt;b&gt;<\/pre>/],
    ['application/x-unknown', '?', /format that reports cannot show \(application\/x-unknown\)/],
    ['application/vnd.bokehjs_exec.v0+json', '{}', /Bokeh chart/],
    [
      'audio/wav',
      'UklG\nRg==',
      /<audio controls preload="metadata"[^>]*src="data:audio\/wav;base64,UklGRg=="><\/audio>/,
    ],
    ['video/mp4', 'https://a.b/c.mp4', /<video controls[^>]*src="https:\/\/a.b\/c.mp4">/],
    ['image/png', PIXEL, /<img src="data:image\/png;base64,[^>]*><\/div>$/],
    ['image/png', PIXEL.slice(0, 60), /<img .*This picture is incomplete/],
    ['image/png', btoa('hello world'), /^[^<]*<div[^>]*><p class="note">This picture is damaged/],
    ['image/png', '!!!', /This picture is damaged/],
    ['image/svg+xml', 'no drawing', /not SVG/],
    ['application/pdf', PDF, /download="document.pdf">document.pdf<\/a> <span>PDF · 93 B · 2 pages</],
    ['application/pdf', '@@@', /not PDF/],
    ['application/json', '{broken', /not valid JSON.*<pre>\{broken<\/pre>/s],
    ['application/json', '"text"', /<details|json-string">&quot;text/],
    [
      'text/vnd.mermaid',
      'graph TD; A-->"<b>"',
      /data-draw="mermaid".*>graph TD; A--&gt;&quot;&lt;b&gt;&quot;<\/code>/s,
    ],
    [
      'application/geo+json',
      '{"type":"Point","coordinates":[8,50]}',
      /data-draw="map".*"FeatureCollection".*\[8,50\]/s,
    ],
    [
      'application/geo+json',
      '{"type":"Feature","geometry":{"type":"Point","coordinates":["a",1]}}',
      /not GeoJSON.*json-key/s,
    ],
    ['application/geo+json', '{"type":"Nonsense"}', /not GeoJSON/],
    ['application/vnd.dataresource+json', '{"data": []}', /json-key">root/],
    ['application/vnd.dataresource+json', '{broken', /not valid JSON/],
    ['application/vnd.jupyter.error', '{"ename":"E","evalue":"v","traceback":["\\u001b[31mT\\u001b[0m"]}', /T/],
    ['text/x-ansi', '\x1b]8;;https://a.b\x1b\\c\x1b]8;;\x1b\\', /<a href="https:\/\/a.b"[^>]*>c<\/a>/],
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

describe('JSON', () => {
  const tree = (value: unknown, metadata: object = {}) => shown('application/json', JSON.stringify(value), metadata);

  it('is a tree whose root has a name; with `expanded`, all levels are unfolded', () => {
    expect(tree({ a: { b: { c: 1 } } }).match(/<details open>/g)).toHaveLength(1);
    expect(tree({ a: { b: { c: 1 } } }, { expanded: true, root: 'my <data>' }).match(/<details open>/g)).toHaveLength(
      3,
    );
    expect(tree({ a: 1 }, { root: 'my <data>' })).toContain('<summary><span class="json-key">my &lt;data&gt;</span>');
  });

  it('folds long lists in parts, and says what is left out', () => {
    expect(tree(Array.from({ length: 250 }, (_, at) => at))).toContain('[200 … 249]');
    const html = tree(Array.from({ length: 2500 }, () => 'x'.repeat(3)));
    expect(html).toContain('The first 2,000 of 2,500 entries are shown.');
    expect(html.length).toBeLessThan(300_000);
    expect(tree('x'.repeat(50_000)).length).toBeLessThan(11_000);
  });
});

describe('a table as data', () => {
  it('has the index first, and as many rows as a page can show', () => {
    const fields = [
      { name: 'x', type: 'number' },
      { name: 'index', type: 'integer' },
      { name: 's', type: 'string' },
    ];
    const data = Array.from({ length: 1001 }, (_, index) => ({ index, x: null, s: '<b>' }));
    const html = shown(
      'application/vnd.dataresource+json',
      JSON.stringify({ schema: { fields, primaryKey: ['index'] }, data }),
    );
    expect(html).toContain('<tr><th></th><th>x</th><th>s</th></tr>');
    expect(html).toContain('<tr><th>0</th><td></td><td class="words">&lt;b&gt;</td></tr>');
    expect(html).toContain('The first 1,000 of 1,001 rows are shown.');
  });
});

describe('a format that reports cannot show', () => {
  const bundle = (...mimes: string[]) =>
    renderOutput(
      { type: 'display', id: 'o', data: Object.fromEntries(mimes.map((mime) => [mime, 'said'])), metadata: {} },
      OPTIONS,
    );

  it('is named below the text that is shown instead, but not beside something better', () => {
    expect(bundle('text/plain', 'application/x-new')).toMatch(/<pre>said<\/pre><p class="note">.*application\/x-new/);
    expect(bundle('text/plain', 'text/html', 'application/x-new')).not.toContain('x-new');
    expect(bundle('text/plain', 'application/vnd.google.colaboratory.intrinsic+json')).not.toContain('note');
  });
});

describe('a whole page', () => {
  const page =
    '<!DOCTYPE html>\n<!-- made by x --><html><head><style>div{color:red}</style></head><body>a</body></html>';
  it.each([
    ['with styles of its own', page, true],
    ['without styles', '<html><body><p>a</p></body></html>', false],
    ['coloured by its body', '<body bgcolor="black">a', true],
    ['that is a fragment', '<style>div{color:red}</style><div>a</div>', false],
  ])('%s', (_what, source, isFramed) => {
    expect(shown('text/html', source).includes('<iframe class="isolated page"')).toBe(isFramed);
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

  it('marks a multline, whose lines are not centred', () => {
    expect(renderMath('\\begin{multline*}a\\\\b\\end{multline*}', true)).toContain('class="katex-display multline"');
    expect(renderMath('\\begin{gather}a\\\\b\\end{gather}', true)).not.toContain('multline"');
  });

  it('leaves what it refuses to the frame, with the macros that it uses', () => {
    const { definitions } = splitDefinitions('\\newcommand{\\a}{\\b} \\newcommand{\\b}{x} \\gdef\\c{y} \\def\\d{z}');
    const html = renderMath('\\begin{prooftree}\\AxiomC{\\a \\c}\\end{prooftree}\\label{n}', true, definitions);
    expect(html).toContain('data-library="mathjax"');
    expect(html).toContain(
      'data-tex="\\newcommand{\\a}{\\b}\n\\newcommand{\\b}{x}\n\\def\\c{y}\n\\begin{prooftree}\\AxiomC{\\a \\c}\\end{prooftree}" data-display',
    );
    expect(renderMath(`\\begin{prooftree}${'x'.repeat(10_000)}`, true)).not.toContain('data-tex');
  });

  it('does not follow addresses that a formula names', () => {
    expect(renderMath('\\href{javascript:alert(1)}{x}', false)).not.toContain('href=');
  });
});
