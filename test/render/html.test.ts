import { describe, expect, it } from 'vitest';
import { withMapStatements } from '../../src/render/html-map-script.ts';
import { WATCH_SCRIPT } from '../../src/render/frame-watch.ts';
import { containHtml } from '../../src/render/html.ts';
import { reportMapping } from '../../src/render/html-address.ts';
import { attributeText } from '../../src/render/html-tag.ts';
import { planScript } from '../../src/render/library/library-tag.ts';

const contained = (html: string) => containHtml(html, { mapScript: planScript });

describe('containHtml', () => {
  it.each([
    [
      'what is whole',
      '<p class=a>one<br>two <img src="x" alt=\'y\'></p> &amp; <!-- c -->',
      '<p class=a>one<br>two <img src="x" alt=\'y\'></p> &amp; <!-- c -->',
    ],
    ['what is left open', '<div><b>bold', '<div><b>bold</b></div>'],
    ['what closes others', 'a</div></section></article>b', 'ab'],
    [
      'a whole page',
      '<!doctype html><html><head><title>t</title></head><body><p>x</body></html>',
      '<title>t</title><p>x</p>',
    ],
    [
      'what closes itself in a drawing',
      '<svg><g><g/><path/></g><use/></svg><i/>',
      '<svg><g><g/><path/></g><use/></svg><i/></i>',
    ],
    ['what no drawing holds', '<svg><p/></svg>', '<svg><p/></p></svg>'],
    ['an open comment', 'a<!-- b', 'a'],
    ['what turns all that follows into text', 'a<plaintext>b</p><i>&amp;', 'a<pre>b&lt;/p&gt;&lt;i&gt;&amp;amp;</pre>'],
    [
      'what would lead the report away',
      'a<meta http-equiv="refresh" content="0;url=//x.y"><META HTTP-EQUIV=refresh><base href="//x.y"><base target=_top>b<meta name="c">',
      'ab<meta name="c">',
    ],
    [
      'a script',
      '<script>if (a < b) "</p>"</script>',
      '<script type="text/plain" data-run="classic">if (a < b) "</p>"</script>',
    ],
    ['a script that never ends', '<script>x', '<script type="text/plain" data-run="classic">x</script>'],
    [
      'a script of another server',
      '<script async src="https://x.y/z.js?a=1&amp;b=2"></script>',
      '<script async="" type="text/plain" data-run="classic" data-src="https://x.y/z.js?a=1&amp;b=2"></script>',
    ],
    [
      'data in a script',
      '<script type="application/json">{"a":"<b>"}</script>',
      '<script type="application/json">{"a":"<b>"}</script>',
    ],
    [
      'a library that we serve',
      '<script src="https://cdn.plot.ly/plotly-4.1.1.min.js" integrity="sha256-x" crossorigin="anonymous"></script>',
      '<script type="text/plain" data-run="library" data-library="plotly"></script>',
    ],
    [
      'the same as a module',
      '<script type="module">import "https://cdn.plot.ly/plotly-4.1.1.min"</script>',
      '<script type="text/plain" data-run="library" data-library="plotly"></script>',
    ],
    [
      'a library that we replace',
      '<script src="https://cdnjs.cloudflare.com/ajax/libs/mathjax/3.2.2/es5/tex-svg.min.js"></script>',
      '',
    ],
  ])('keeps %s in its place', (_what, html, expected) => {
    expect(contained(html)).toBe(expected);
  });
});

describe('a frame in an output', () => {
  const { mapTag } = reportMapping();
  const framed = (html: string) => containHtml(html, { mapTag });

  it.each([
    ['<iframe></iframe>', '<iframe></iframe>'],
    ['<iframe src="about:blank" name=a></iframe>', '<iframe src="about:blank" name=a></iframe>'],
    [
      '<p><iframe id="x" src="//a.b/c" style="height:9px"></iframe></p>',
      '<p><span class="note blocked">A page from a.b belongs here. Reports embed no pages of other servers. <a href="https://a.b/c" target="_blank" rel="noopener noreferrer">Open it</a></span><iframe hidden id="x"></iframe></p>',
    ],
    [
      '<iframe src="out/&lt;b&gt;.html"></iframe>',
      '<span class="note blocked">The page out/&lt;b&gt;.html belongs here. Reports embed no files; a notebook can output the page itself: HTML(filename=…).</span><iframe hidden></iframe>',
    ],
    [
      '<iframe src="blob:null/x"></iframe>',
      '<span class="note blocked">A page belongs here that reports cannot embed.</span><iframe hidden></iframe>',
    ],
  ])('%s is not shown if its page comes from elsewhere', (html, expected) => {
    expect(framed(html)).toBe(expected);
  });

  it('runs the statements of a map one by one if a plugin is not there, and functions first', () => {
    const page = (src: string) => `<script src="${src}"></script><script>var m = L.map("m"); L.x(f);
      // <b>
      for (const a of [1]) { a; } function f() {}</script>`;
    expect(withMapStatements(page('https://unpkg.com/leaflet@1/dist/leaflet.js'))).toContain('L.x(f);\n');
    expect(withMapStatements(page('https://a.b/x.js'))).toBe(
      '<script src="https://a.b/x.js"></script>' +
        ['function f() {}', 'var m = L.map("m");', 'L.x(f);', 'for (const a of [1]) { a; }']
          .map((statement) => `<script>${statement}</script>`)
          .join('\n'),
    );
    const broken = '<script src="//a.b/c.js"></script><script>L.map("m"); )</script>';
    expect(withMapStatements(broken)).toBe(broken);
  });

  it('is shown and watched if the output brings its page', () => {
    const inside = (html: string) => attributeText(/srcdoc="([^"]*)"/.exec(framed(html))?.[1] ?? '');
    expect(inside('<iframe srcdoc=\'<p a="b">&amp;lt;</p>\'></iframe>')).toBe(`${WATCH_SCRIPT}<p a="b">&lt;</p>`);
    expect(inside('<iframe src="data:text/html,%3Cp%3E%C3%9F"></iframe>')).toBe(`${WATCH_SCRIPT}<p>ß`);
    expect(inside('<iframe src="data:text/plain;base64,PGI+"></iframe>')).toBe(`${WATCH_SCRIPT}<pre>&lt;b&gt;</pre>`);
    expect(inside('<iframe srcdoc="<iframe src=//a.b/></iframe>"></iframe>')).toContain(
      'A page from a.b belongs here.',
    );
  });
});
