import { describe, expect, it } from 'vitest';
import type { Cell } from '../../../src/domain/notebook/notebook.ts';
import { exportPlain } from '../../../src/render/export/plain.ts';
import { savedReport } from '../../../src/render/notebook.ts';
import { cell, notebook } from '../../domain/notebook.ts';

function body(showCode: boolean, ...cells: readonly Cell[]): string {
  const html = exportPlain(savedReport(notebook(...cells), { title: 'A & B', showCode }), { blob: () => undefined });
  return /<body>\n(.*)<\/body>/s.exec(html)?.[1]?.trim() ?? html;
}

const VIEW = 'application/vnd.jupyter.widget-view+json';
const display = (data: Record<string, string | object>) =>
  cell('code', 'show()', { outputs: [{ output_type: 'display_data', metadata: {}, data } as never] });

describe('HTML for converters', () => {
  it('has formulas as TeX', () => {
    const html = body(false, cell('markdown', 'a $x<y$ b\n\n$$\\alpha$$'));
    expect(html).toContain('a <script type="math/tex">x<y</script> b');
    expect(html).toContain('<script type="math/tex; mode=display">\\alpha</script>');
    expect(html).not.toContain('katex');
  });

  it('lets no formula end its element', () => {
    const html = body(false, cell('markdown', '$\\text{</script><img src=x>}$'));
    expect(html).toContain('<script type="math/tex">\\text{< /script><img src=x>}</script>');
  });

  it('has the last picture of a figure of ipympl', () => {
    const canvas = {
      model_name: 'MPLCanvasModel',
      model_module: 'jupyter-matplotlib',
      state: { _data_url: 'iVBORw0KGgo=' },
    };
    const view = { 'text/html': 'first', [VIEW]: { model_id: 'f' } };
    const metadata = { widgets: { 'application/vnd.jupyter.widget-state+json': { state: { f: canvas } } } };
    const saved = { ...notebook(display({ ...view, 'text/plain': 'Canvas(toolbar=1)' })), metadata };
    const html = exportPlain(savedReport(saved, { title: 'T', showCode: false }), { blob: () => undefined });
    expect(html).toContain('src="data:image/png;base64,iVBORw0KGgo="');
    expect(html).not.toMatch(/first|toolbar/);
  });

  it('has places for the pictures of what scripts of controls draw', () => {
    const model = { model_name: 'AnyModel', model_module: 'anywidget', state: { _esm: '' } };
    const box = {
      model_name: 'VBoxModel',
      model_module: '@jupyter-widgets/controls',
      state: { children: ['IPY_MODEL_f'] },
    };
    const view = (id: string) => display({ 'text/plain': 'FigureWidget()', [VIEW]: { model_id: id } });
    const metadata = { widgets: { 'application/vnd.jupyter.widget-state+json': { state: { f: model, box } } } };
    const saved = { ...notebook(view('f'), view('box'), view('unknown')), metadata };
    const html = exportPlain(savedReport(saved, { title: 'T', showCode: false }), { blob: () => undefined });
    expect(html.match(/id="chart-c\d-o0"/g)).toEqual(['id="chart-c0-o0"', 'id="chart-c1-o0"']);
  });

  it.each([
    ['<iframe src="/etc/passwd">x</iframe>', ''],
    ['<img src="file:///etc/passwd" alt="a">', 'a'],
    ['<img src="http://example.org/a.png" alt="b">', 'b'],
    ['<a href="javascript:alert(1)" onclick="x()">c</a>', 'c'],
    ['<p style="background:url(x)" onclick="y()">d</p>', '<p>d</p>'],
    ['<table id="T_1"><tr><td id="T_2" rowspan="2" bgcolor="x">e</td></tr></table>', 'rowspan="2">e</td>'],
    ['<a href="https://example.org/">f</a>', '<a href="https://example.org/">f</a>'],
    ['<object data="x">g</object><svg><text>h</text></svg>', ''],
  ])('keeps of %s only what is harmless', (given, kept) => {
    const html = body(false, display({ 'text/html': given }));
    expect(html).toContain(kept);
    expect(html).not.toMatch(/passwd|javascript:|onclick|style=|bgcolor|T_\d|<svg|<object|<iframe|example\.org\/a/);
  });

  it('shows a chart as its picture, else says where it is', () => {
    const plotly = { 'application/vnd.plotly.v1+json': { data: [], layout: {} } };
    const gif = btoa('GIF89a;');
    expect(body(false, display({ ...plotly, 'image/gif': gif }))).toContain(`src="data:image/gif;base64,${gif}">`);
    const frame = '<iframe srcdoc="&lt;script&gt;draw()&lt;/script&gt;"></iframe>';
    for (const data of [plotly, { 'text/html': '<div></div><script>draw()</script>' }, { 'text/html': frame }])
      expect(body(false, display(data))).toContain('An interactive chart');
    const table = { 'text/html': '<table><tr><td>1</td></tr></table><script>sort()</script>', 'image/png': 'AAAA' };
    expect(body(false, display(table))).toContain('<td>1</td>');
  });

  it('leaves a place for what the script of another output perhaps draws', () => {
    for (const data of [{ 'text/html': '<div id="a">\n<p></p></div>' }, { 'application/javascript': 'draw()' }])
      expect(body(false, display(data))).toContain('<p id="chart-c0-o0"></p>');
    expect(body(false, display({ 'text/html': '<div id="a">b</div>' }))).toContain('<div id="a">b</div>');
  });

  it('says nothing of what only loads a library', () => {
    const options = '<script type="esms-options">{}</script><style>*[data-root-id] {}</style>\n';
    const connects = '<div><div></div></div><script>{"name":"panel.models.browser.BrowserInfo"}</script>';
    const bokeh = '<style></style><div><a class="bk-notebook-logo"></a><span>Loading BokehJS ...</span></div>';
    const itables = '<div>This is the <code>init_notebook_mode</code> cell from ITables v2.9.1</div><script></script>';
    const plotly = '<script>window.PlotlyConfig = {}</script>\n<!-- a --><script src="plotly.js"></script >';
    const data = [...[options, connects, bokeh, itables, plotly].map((html) => ({ 'text/html': html }))];
    for (const each of [...data, { 'application/vnd.holoviews_load.v0+json': '' }]) {
      const html = body(false, display(each));
      expect(html).toContain('<p id="chart-c0-o0"></p>');
      expect(html).not.toMatch(/<em>|Loading|reports cannot/);
    }
  });

  it('takes no more than a moment for scripts that never end', () => {
    expect(body(false, display({ 'text/html': '<script '.repeat(200_000) }))).toContain('chart-c0-o0');
  });

  it('has the content of a whole page, and says where a recording is', () => {
    const page = '<html><head><style>p{color:red}</style></head><body><p>inside</p></body></html>';
    expect(body(false, display({ 'text/html': page }))).toContain('<p>inside</p>');
    expect(body(false, display({ 'audio/wav': 'UklG' }))).toContain('A recording');
  });

  it('has code only where the report shows it', () => {
    expect(body(false, cell('code', 'x = 1'))).not.toContain('x = 1');
    expect(body(true, cell('code', 'x = "<b>"'))).toContain(
      '<pre class="python"><code>x = &quot;&lt;b&gt;&quot;</code></pre>',
    );
  });

  it('has printed text without colours', () => {
    const stream = cell('code', 'p()', {
      outputs: [{ output_type: 'stream', name: 'stdout', text: '\u001b[31mred\u001b[0m <b>' } as never],
    });
    expect(body(false, stream)).toContain('<pre><code>red &lt;b&gt;</code></pre>');
  });
});
