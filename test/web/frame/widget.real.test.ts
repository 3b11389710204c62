/** Jupyter widgets in the report frame: live, and states that no package makes. */
import type { Frame } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../src/domain/run/run-event.ts';
import type { JsonObject } from '../../../src/domain/text/json.ts';
import { testChromium } from '../../chromium.ts';
import { after, shown, useReader } from './reader.ts';

const controls = (name: string) => ({
  _model_name: `${name}Model`,
  _model_module: '@jupyter-widgets/controls',
  _model_module_version: '2.0.0',
  _view_name: `${name}View`,
  _view_module: '@jupyter-widgets/controls',
  _view_module_version: '2.0.0',
});
const output = {
  ...controls('Output'),
  _model_module: '@jupyter-widgets/output',
  _view_module: '@jupyter-widgets/output',
};
const any = (script: string) => ({
  _model_name: 'AnyModel',
  _model_module: 'anywidget',
  _view_name: 'AnyView',
  _view_module: 'anywidget',
  _anywidget_id: script,
  _esm: script,
});
const changed = (states: Readonly<Record<string, JsonObject>>): RunEvent => ({
  type: 'widgets-changed',
  changes: Object.entries(states).map(([widget, state]) => ({ widget, state })),
});
const view = (id: string) =>
  shown({ 'text/plain': `${id} as text`, 'application/vnd.jupyter.widget-view+json': { model_id: id } });
const printed = (widget: string, text: string): RunEvent => ({
  type: 'stream-appended',
  cell: 1,
  name: 'stdout',
  text,
  widget,
});
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
const within = (...ids: string[]) => ({ ...controls('VBox'), children: ids.map((id) => `IPY_MODEL_${id}`) });

const chromiumPath = testChromium();
describe.skipIf(chromiumPath === undefined)('widgets in the report frame (needs chromium)', () => {
  const reader = useReader(chromiumPath);

  const textOf = (frame: Frame) => frame.locator('#c1-out').innerText();

  it('changes them in place while the run goes on', async () => {
    const bar = { ...controls('FloatProgress'), _view_name: 'ProgressView', value: 1, min: 0, max: 4 };
    const label = { ...controls('Label'), value: 'begun' };
    const start = after(changed({ bar, label, out: output, box: within('label', 'bar', 'out') }), view('box'));
    const frame = await reader.open(start);
    await frame.locator('.progress-bar').waitFor();
    await frame.evaluate(() => Object.assign(document.querySelector('.progress-bar')!, { isSame: true }));
    const later = await reader.change(
      start,
      changed({ bar: { value: 3 }, label: { value: 'half' } }),
      printed('out', 'in the box'),
    );
    await expect.poll(() => frame.locator('.widget-output').innerText()).toContain('in the box');
    await expect.poll(() => textOf(frame)).toContain('half');
    const width = await frame.evaluate(() => {
      const element = document.querySelector<HTMLElement & { isSame?: boolean }>('.progress-bar')!;
      return [element.isSame, element.style.width];
    });
    expect(width).toEqual([true, '75%']);
    const closed = await reader.change(later, {
      type: 'widgets-changed',
      changes: [{ widget: 'box', state: {}, isClosed: true }],
    });
    await expect.poll(() => textOf(frame)).toBe('');
    expect(await frame.locator('#c1-out').evaluate(({ clientHeight }) => clientHeight)).toBe(0);
    await reader.change(closed, changed({ next: { ...controls('Label'), value: 'goes on' } }), view('next'));
    await expect.poll(() => textOf(frame)).toContain('goes on');
    expect(await frame.locator('body').innerText()).not.toContain('stopped');
  });

  it('shows the last picture of a figure, and the one from its display once it is closed', async () => {
    const module = { _model_module: 'jupyter-matplotlib', _view_module: 'jupyter-matplotlib' };
    const figure = { ...module, _model_name: 'MPLCanvasModel', _view_name: 'MPLCanvasView', _data_url: null };
    const shownFirst = shown({
      'text/html': '<p>the first picture</p>',
      'application/vnd.jupyter.widget-view+json': { model_id: 'figure' },
    });
    const start = after(changed({ figure, box: within('figure') }), shownFirst, view('box'));
    const frame = await reader.open(start);
    const pictures = frame.locator('.widget-canvas img');
    await expect.poll(() => pictures.count()).toBe(2);
    const later = await reader.change(start, changed({ figure: { _data_url: PNG } }));
    await expect.poll(() => pictures.first().getAttribute('src')).toBe(`data:image/png;base64,${PNG}`);
    expect(await textOf(frame)).not.toContain('the first picture');
    await reader.change(later, { type: 'widgets-changed', changes: [{ widget: 'figure', state: {}, isClosed: true }] });
    await expect.poll(() => textOf(frame)).toContain('the first picture');
  });

  it('draws a FigureWidget of plotly, and what has changed of it', async () => {
    const figure = { ...any('plotly.FigureWidget'), _esm: '', _widget_layout: { height: 200 } };
    const numbers = { dtype: 'float64', shape: [2], buffer: null };
    const made: RunEvent = {
      type: 'widgets-changed',
      changes: [
        {
          widget: 'figure',
          state: { ...figure, _widget_data: [{ type: 'scatter', y: numbers }] },
          buffers: [{ path: ['_widget_data', 0, 'y', 'buffer'], data: 'AAAAAAAA8D8AAAAAAAAAQA==' }],
        },
      ],
    };
    const start = after(made, view('figure'));
    const frame = await reader.open(start);
    const points = frame.locator('#c1-out .scatterlayer .point');
    await expect.poll(() => points.count(), { timeout: 10_000 }).toBe(2);
    const bars = [{ type: 'bar', y: [3, 4, 5] }];
    await reader.change(start, changed({ figure: { _widget_data: bars } }));
    await expect.poll(() => frame.locator('#c1-out .barlayer .point').count()).toBe(3);
    expect(await points.count()).toBe(0);
  });

  it('lets only those be used that the browser itself can link', async () => {
    const slider = { ...controls('IntText'), value: 5, disabled: false, description: 'free' };
    const link = {
      ...controls('Link'),
      _view_name: null,
      source: ['IPY_MODEL_one', 'value'],
      target: ['IPY_MODEL_two', 'value'],
    };
    const states = { one: slider, two: slider, alone: slider, link, box: within('one', 'two', 'alone') };
    const frame = await reader.open(after(changed(states), view('box')));
    const inputs = frame.locator('#c1-out input');
    await expect.poll(() => inputs.count()).toBe(3);
    await expect.poll(() => inputs.nth(0).getAttribute('aria-label')).not.toBe('');
    expect(await frame.getByLabel('free').count()).toBe(3);
    await inputs.nth(0).fill('8');
    await inputs.nth(0).press('Tab');
    await expect.poll(() => inputs.nth(1).inputValue()).toBe('8');
    expect(await inputs.nth(2).isDisabled()).toBe(true);
    expect(await textOf(frame)).toContain('In a report they have no effect.');
  });

  it.each<[string, Readonly<Record<string, JsonObject>>, string]>([
    ['contains itself', { a: within('a', 'l'), l: { ...controls('Label'), value: 'leaf' } }, 'it contains itself'],
    [
      'is of another package',
      { a: { ...controls('Map'), _model_module: 'leaf' } },
      'a control of the package leaf 2.0.0',
    ],
    [
      'has a part that was never opened',
      { a: within('nowhere', 'l'), l: { ...controls('Label'), value: 'rest' } },
      'rest',
    ],
    [
      'has values of other types',
      { a: { ...controls('IntSlider'), value: {}, max: 'x', layout: 5 } },
      'could not be drawn',
    ],
    ['fails', { a: any('export default { render() { throw new Error("own mistake") } }') }, 'own mistake'],
    ['imports from a server', { a: any('import "https://far.example/x.js"') }, 'the setting report_hosts'],
    [
      'looks outside',
      {
        a: any(
          'export default { render({ el }) { try { parent.document.title } catch (error) { el.textContent = `outside ${error.name}` } } }',
        ),
      },
      'outside SecurityError',
    ],
    [
      'hides the page by its style',
      {
        a: {
          ...any('export default { render({ el }) { el.textContent = "styled" } }'),
          _css: 'body { display: none }',
        },
      },
      'styled',
    ],
    [
      'has a script in its text',
      { a: { ...controls('HTML'), value: '<script>document.body.remove()</script>bold' } },
      'bold',
    ],
  ])('leaves the rest unharmed where one %s', async (_what, states, text) => {
    const rest = { ...controls('Label'), value: 'the rest is fine' };
    const frame = await reader.open(after(changed({ ...states, rest }), view('a'), view('rest')));
    await expect.poll(() => frame.locator('body').innerText(), { timeout: 10_000 }).toContain(text);
    await expect.poll(() => textOf(frame)).toContain('the rest is fine');
  });

  it('draws anywidgets in a file, with binary values', async () => {
    const script =
      'export default { initialize({ model }) { model.set("n", 2) }, render({ model, el }) {' +
      ' el.textContent = `${model.get("data").byteLength} bytes, ${model.get("n")}` } }';
    const made: RunEvent = {
      type: 'widgets-changed',
      changes: [{ widget: 'a', state: any(script), buffers: [{ path: ['data'], data: 'AAEC' }] }],
    };
    const frame = await reader.openFile(after(made, view('a')));
    await reader.drawn(frame);
    expect(await textOf(frame)).toBe('3 bytes, 2');
  });

  it('draws five hundred', async () => {
    const layout = { _model_name: 'LayoutModel', _model_module: '@jupyter-widgets/base', _view_name: 'LayoutView' };
    const ids = Array.from({ length: 500 }, (_, at) => `w${at}`);
    const slider = { ...controls('IntSlider'), value: 7, disabled: false, layout: 'IPY_MODEL_layout' };
    const states = Object.fromEntries(ids.map((id) => [id, slider]));
    const frame = await reader.open(after(changed({ ...states, layout, box: within(...ids) }), view('box')));
    await expect.poll(() => frame.locator('.widget-slider').count(), { timeout: 20_000 }).toBe(500);
  });
});
