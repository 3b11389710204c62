import { expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/text/json.ts';
import { CLOSED, pictureAddress, type WidgetModel } from '../../../src/domain/report/widget-model.ts';
import { linkedIn, shapeOf } from '../../../src/domain/report/widget-shape.ts';

const model = (state: JsonObject): WidgetModel => ({ state, buffers: [] });
const box = (...children: readonly string[]) => model({ children: children.map((id) => `IPY_MODEL_${id}`) });
/** Each contains the next, `times` times. */
const chain = (length: number, times: number) =>
  new Map(
    Array.from({ length }, (_, at) => [
      `w${at}`,
      at === length - 1 ? box() : box(...Array.from({ length: times }, () => `w${at + 1}`)),
    ]),
  );

it('names each part once, without those that are closed or not known', () => {
  const models = new Map([
    ['a', box('b', 'c', 'b', 'gone', 'unknown')],
    ['b', model({ layout: 'IPY_MODEL_layout', deep: [{ at: ['IPY_MODEL_c'] }] })],
    ['c', box()],
    ['layout', box()],
    ['gone', CLOSED],
  ]);
  expect(shapeOf('a', models)).toEqual({ parts: ['a', 'b', 'layout', 'c'] });
  expect(shapeOf('gone', models)).toEqual({ parts: [] });
});

it('says why a view has no end, or is too large', () => {
  expect(shapeOf('a', new Map([['a', box('a')]])).problem).toBe('cycle');
  const circle = new Map([
    ['a', box('b')],
    ['b', model({ value: { x: 'IPY_MODEL_a' } })],
  ]);
  expect(shapeOf('a', circle).problem).toBe('cycle');
  expect(shapeOf('w0', chain(50, 1)).problem).toBeUndefined();
  expect(shapeOf('w0', chain(10_000, 1)).problem).toBe('depth');
  expect(shapeOf('w0', chain(40, 2)).problem).toBe('count');
  const wide = new Map([['all', box(...Array.from({ length: 10_000 }, (_, at) => `w${at}`))]]);
  for (let at = 0; at < 10_000; at += 1) wide.set(`w${at}`, box());
  expect(shapeOf('all', wide)).toMatchObject({ problem: 'count' });
  expect(shapeOf('all', wide).parts.length).toBeLessThan(3_000);
});

it('knows which controls the browser links', () => {
  const link = model({ _model_name: 'LinkModel', source: ['IPY_MODEL_a', 'value'], target: ['IPY_MODEL_b', 'value'] });
  expect([...linkedIn(new Map([['link', link]]))]).toEqual(['a', 'b']);
});

it.each([
  ['iVBORw0KGgo=', 'data:image/png;base64,iVBORw0KGgo='],
  ['data:image/png;base64,AA', 'data:image/png;base64,AA'],
  ['https://far.example/x.png', undefined],
  ['iVBOR" onerror="', undefined],
  [null, undefined],
  [5, undefined],
])('takes %j for a picture, or not', (value, address) => {
  expect(pictureAddress(value)).toBe(address);
});
