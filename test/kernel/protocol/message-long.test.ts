import { expect, it } from 'vitest';
import { shortenMessage } from '../../../src/kernel/protocol/message-long.ts';
import { toKernelMessage } from '../../../src/kernel/protocol/output.ts';
import type { Message } from '../../../src/kernel/protocol/wire.ts';
import { LongJson } from '../../../src/domain/text/json-long.ts';
import type { JsonObject } from '../../../src/domain/text/json.ts';

const message = (type: string, content: JsonObject): Message => ({
  identities: [],
  header: { msg_type: type },
  parent: {},
  metadata: {},
  content,
  buffers: [],
});
const numbers = Array.from({ length: 3000 }, (_, at) => at);

it('turns formats that are long JSON into text, and leaves the others', () => {
  const data = { 'text/html': 'a'.repeat(9000), 'a/json': numbers, 'b/json': { a: [1] }, 'c/json': null };
  const { content, long } = shortenMessage(message('display_data', { data, metadata: { m: 1 }, transient: {} }));
  expect(content).toEqual({
    data: { 'text/html': data['text/html'], 'b/json': { a: [1] }, 'c/json': null },
    metadata: { m: 1 },
    transient: {},
  });
  expect(long).toEqual([['a/json', JSON.stringify(numbers)]]);
  expect(toKernelMessage('display_data', content, { long: long ?? [] })).toMatchObject({
    data: { 'b/json': { a: [1] }, 'a/json': new LongJson(JSON.stringify(numbers)) },
  });
});

it('keeps a bounded number of formats', () => {
  const data = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`x/${at}`, '']));
  expect(Object.keys(shortenMessage(message('display_data', { data })).content['data']!)).toHaveLength(1000);
});

it.each([
  ['metadata of an output', 'display_data', { data: {}, metadata: { a: Array(300_000).fill(0) } }],
  ['an error', 'error', { ename: 'E', evalue: '', traceback: Array(300_000).fill('') }],
  ['the state of a widget', 'comm_msg', { data: { state: Object.fromEntries(numbers.map((n) => [n, numbers])) } }],
  ['formats that are no object', 'display_data', { data: Array(300_000).fill(0) }],
])('gives up %s with too many values', (_what, type, content) => {
  expect(shortenMessage(message(type, content))).toMatchObject({ content: {}, lost: 'effort' });
});

it('leaves other messages as they are', () => {
  const text = message('stream', { name: 'stdout', text: 'x'.repeat(1_000_000) });
  expect(shortenMessage(text)).toEqual(text);
});
