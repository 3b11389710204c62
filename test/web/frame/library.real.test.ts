/** Outputs that load libraries: by tags, by `require`, by elements that scripts add, and within frames. */
import { describe, expect, it } from 'vitest';
import { testChromium } from '../../chromium.ts';
import { after, html, shown, useReader } from './reader.ts';

const chromiumPath = testChromium();
const PLOT = 'Plotly.newPlot(ID, [{ y: [1, 2] }])';
const plotIn = (id: string) => PLOT.replace('ID', `'${id}'`);
const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** Each draws one chart with plotly. */
const WAYS: readonly (readonly [string, string])[] = [
  ['a name', `<div id="way0"></div><script>require(["plotly"], (Plotly) => { ${plotIn('way0')} })</script>`],
  [
    'a path',
    `<div id="way1"></div><script>require.config({ paths: { drawing: ["https://cdn.plot.ly/plotly-2.35.2.min"] } });
     require(["drawing"], (Plotly) => { ${plotIn('way1')} })</script>`,
  ],
  [
    'an element',
    `<div id="way2"></div><script>{ const script = document.createElement('script');
     script.onload = () => { ${plotIn('way2')} }; script.src = 'https://cdn.' + 'plot.ly/plotly-3.0.0.min.js'; document.head.append(script); }</script>`,
  ],
  [
    'an import',
    `<div id="way3"></div><script type="module">import Plotly, { newPlot } from "https://cdn.jsdelivr.net/npm/plotly.js-dist-min@3/+esm";
     newPlot('way3', [{ y: [1] }])</script>`,
  ],
  [
    'a frame',
    `<iframe id="way4" width="400" height="300" srcdoc="${escaped(`<div id="inner"></div><script src="https://cdn.plot.ly/plotly-3.0.0.min.js"></script><script>${plotIn('inner')}</script>`)}"></iframe>`,
  ],
];

describe.skipIf(chromiumPath === undefined)('libraries of outputs (needs chromium)', () => {
  const reader = useReader(chromiumPath);

  it.each(['live', 'in a file'])('are ours, by whatever way they are named: %s', async (place) => {
    const report = after(...WAYS.map(([, source]) => html(source)));
    const frame = place === 'live' ? await reader.open(report) : await reader.openFile(report);
    for (const at of WAYS.keys()) {
      const way = at === 4 ? frame.frameLocator('#way4').locator('body') : frame.locator(`#way${String(at)}`);
      await way.locator('.main-svg').first().waitFor();
    }
    expect(await frame.locator('.note').allInnerTexts()).toEqual([]);
  });

  it('are named with the setting, where reports have another version or none', async () => {
    const frame = await reader.open(
      after(
        html('<script>require(["nobodys/module"], () => {})</script>'),
        html(
          '<script>require(["nobodys/other"], () => {}, (error) => element7.append(error.message))</script><i id="element7"></i>',
        ),
        html(
          '<script>define("own", [], () => 5); require(["own"], (own) => { element8.append(own) })</script><i id="element8"></i>',
        ),
        html('<script>require(["own"], (own) => { throw new Error("no " + own) })</script>'),
      ),
    );
    const texts = () => frame.locator('.output').evaluateAll((all) => all.map((one) => (one as HTMLElement).innerText));
    await expect
      .poll(texts)
      .toEqual([
        'A script of this output stopped: it requires the module “nobodys/module”, which reports do not have.',
        'A script of this output stopped: it requires the module “nobodys/other”, which reports do not have.',
        '5',
        'A script of this output stopped: Error: no 5',
      ]);
  });

  it('get an element with the calls of classic notebooks', async () => {
    const script = `element.append('<b>bold</b>'); element.append(document.createElement('i')); $0 = element[0];
      element.css({ minHeight: '7px' }); element.append('<script>element.dataset.ran = "yes"</' + 'script>'); element.append(' text');`;
    const frame = await reader.open(after(shown({ 'application/javascript': `window.element = element; ${script}` })));
    await frame.locator('.output b', { hasText: 'bold' }).waitFor();
    const output = frame.locator('.output-javascript');
    expect(await output.getAttribute('style')).toContain('min-height: 7px');
    expect(await output.getAttribute('data-ran')).toBe('yes');
    expect(await output.innerText()).toContain('bold text');
  });
});
