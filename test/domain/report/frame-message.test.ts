import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFromFrame } from '../../../src/domain/report/frame-message.ts';

describe('a message of the frame', () => {
  it.each([
    { type: 'ready', seq: 0 },
    { type: 'height', px: 12.5 },
    { type: 'key', key: 'run' },
    { type: 'sheets', count: 3 },
    { type: 'blocked', host: 'example.org' },
    { type: 'link', url: 'https://example.org/' },
    { type: 'save', name: 'a.csv', bytes: new ArrayBuffer(2) },
    { type: 'rows', request: 1, table: 'a/b', query: { offset: 0, limit: 50, filters: [{ column: 0, text: 'x' }] } },
    {
      type: 'rows',
      request: 1,
      table: 'a',
      query: { offset: 5, limit: 1, filters: [], sort: { column: 2, isDescending: true } },
    },
  ])('%j is heard, without what does not belong to it', (message) => {
    expect(readFromFrame({ ...message, more: 'x' })).toEqual(message);
  });

  it.each([
    null,
    5,
    'x',
    [],
    {},
    { type: '__proto__' },
    { type: 'ready', seq: '0&x=1' },
    { type: 'ready', seq: -1 },
    { type: 'ready', seq: 0.5 },
    { type: 'height', px: '1e9' },
    { type: 'height', px: 1e308 },
    { type: 'height', px: -1 },
    { type: 'height', px: NaN },
    { type: 'key', key: 'nothing' },
    { type: 'sheets', count: 1e9 },
    { type: 'sheets', count: 0 },
    { type: 'blocked', host: {} },
    { type: 'blocked', host: 'x'.repeat(1_000) },
    { type: 'link', url: '' },
    { type: 'save', name: 'x', bytes: 'x' },
    { type: 'save', name: {}, bytes: new ArrayBuffer(1) },
    { type: 'rows', request: 1, table: '..', query: { offset: 0, limit: 50, filters: [] } },
    { type: 'rows', request: 1, table: 'a', query: { offset: -1, limit: 50, filters: [] } },
    { type: 'rows', request: 1, table: 'a', query: { offset: 0, limit: 1_000, filters: [] } },
    { type: 'rows', request: 1, table: 'a', query: { offset: 0, limit: 50, filters: [{ column: 0, text: {} }] } },
    { type: 'rows', request: 1, table: 'a', query: { offset: 0, limit: 50, filters: [], sort: {} } },
  ])('%j is not', (message) => {
    expect(readFromFrame(message)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.anything(), (message) => void readFromFrame(message)));
  });
});
