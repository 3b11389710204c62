import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/text/json.ts';
import { createFigure } from '../../../src/worker/widget/widget-figure.ts';
import { createFigureStates } from '../../../src/worker/widget/widget-figure-state.ts';

const START = { _widget_data: [{ y: [1] }, { y: [2] }, { y: [3] }], _widget_layout: { height: 300 } };

/** The traces and the layout after these messages, which come as keys of the state. */
function after(...messages: readonly JsonObject[]) {
  const figure = createFigure();
  figure.take(START, []);
  for (const message of messages)
    figure.take(Object.fromEntries(Object.entries(message).map(([key, value]) => [`_py2js_${key}`, value])), []);
  const { _widget_data: traces, _widget_layout: layout } = figure.values().state;
  return { traces, layout };
}

describe('a FigureWidget of plotly', () => {
  it('is changed by the messages for its page', () => {
    expect(after({ addTraces: { trace_data: [{ y: [4] }] } }, { addTraces: null }).traces).toHaveLength(4);
    expect(after({ deleteTraces: { delete_inds: [0, 2] } }).traces).toEqual([{ y: [2] }]);
    expect(after({ moveTraces: { current_trace_inds: [0, 2], new_trace_inds: [2, 0] } }).traces).toEqual([
      { y: [3] },
      { y: [2] },
      { y: [1] },
    ]);
    const restyled = { restyle_data: { y: [[7]], 'marker.color': ['red', null] }, restyle_traces: [0, 2] };
    expect(after({ restyle: restyled }).traces).toEqual([{ y: [7], marker: { color: 'red' } }, { y: [2] }, { y: [7] }]);
    const laidOut = {
      relayout_data: { 'shapes[0].x0': 1, 'xaxis.title': { text: 'x' }, height: null, a: '_undefined_' },
    };
    expect(after({ relayout: laidOut }).layout).toEqual({ shapes: [{ x0: 1 }], xaxis: { title: { text: 'x' } } });
    const updated = { style_data: { name: ['n'] }, style_traces: 1, layout_data: { title: 't' } };
    expect(after({ update: updated })).toEqual({
      traces: [{ y: [1] }, { y: [2], name: 'n' }, { y: [3] }],
      layout: { height: 300, title: 't' },
    });
    const animated = { style_data: [{ y: [8] }], style_traces: [1], layout_data: {} };
    expect(after({ animate: animated }).traces).toEqual([{ y: [1] }, { y: [8] }, { y: [3] }]);
  });

  it.each<JsonObject>([
    { restyle: { restyle_data: { '__proto__.bad': [1], 'constructor.prototype.bad': [1], '': [1] } } },
    { restyle: { restyle_data: { 'y[999999999]': [1], 'y.length': [999_999_999], 'y.push': [1] } } },
    { restyle: { restyle_data: { [`a${'.a'.repeat(100)}`]: [1], name: [] }, restyle_traces: [-1, 1.5, 'x', 99] } },
    { relayout: { relayout_data: [1] } },
    { relayout: 'x', update: 5, deleteTraces: [], moveTraces: { current_trace_inds: 5 } },
    { addTraces: { trace_data: ['x', null] }, other: {} },
    { animate: { style_data: 'x' } },
  ])('stays as it is where a message is wrong: %j', (message) => {
    expect(after(message)).toEqual(after());
    expect(({} as JsonObject)['bad']).toBeUndefined();
  });

  it('has its binary values where they are after a change', () => {
    const figure = createFigure();
    figure.take({ _data: [{ x: [1] }, { y: { dtype: 'i1' } }] }, [
      { path: ['_data', 1, 'y', 'value'], bytes: Uint8Array.of(1) },
    ]);
    figure.take({ _py2js_deleteTraces: { delete_inds: [0] } }, []);
    figure.take({ _py2js_restyle: { restyle_data: { z: [{ dtype: 'i1' }] } } }, [
      { path: ['_py2js_restyle', 'restyle_data', 'z', 0, 'value'], bytes: Uint8Array.of(2) },
      { path: ['_py2js_restyle', 'nowhere', 'value'], bytes: Uint8Array.of(3) },
    ]);
    expect(figure.values().buffers).toEqual([
      { path: ['_data', 0, 'y', 'value'], bytes: Uint8Array.of(1) },
      { path: ['_data', 0, 'z', 'value'], bytes: Uint8Array.of(2) },
    ]);
  });
});

it('follows figures within a bound, however often the same values are set', () => {
  const figures = createFigureStates();
  const long = 'x'.repeat(3_000_000);
  figures.take('f', { _anywidget_id: 'plotly.FigureWidget', n: 1 }, []);
  const set = (key: string) => figures.take('f', { _py2js_relayout: { relayout_data: { [key]: long } } }, []).isFull;
  for (let count = 0; count < 20; count += 1) expect(set('title')).toBe(false);
  expect(Object.keys((figures.takeValues('f')?.state['_widget_layout'] ?? {}) as object)).toEqual(['title']);
  expect(figures.takeValues('f')).toBeUndefined();
  expect(Array.from({ length: 10 }, (_, at) => set(`key${at}`)).filter((isFull) => isFull).length).toBeGreaterThan(2);
  expect(figures.take('other', { value: 1 }, [])).toEqual({ state: { value: 1 }, buffers: [], isFull: false });
});
