import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeDefault,
  decodeV1,
  encodeDefault,
  encodeV1,
  membersOf,
  type MessageParts,
} from '../../../src/kernel/gateway/gateway-frame.ts';
import { decodeMessage, WireError } from '../../../src/kernel/protocol/wire.ts';

const objects = fc.dictionary(fc.string(), fc.jsonValue());
const messages = fc.tuple(objects, objects, objects, objects);
const partsOf = (message: readonly object[]) =>
  message.map((part) => Buffer.from(JSON.stringify(part))) as unknown as MessageParts;
const decoded = (frames: readonly Uint8Array[]) => {
  const { header, parent, metadata, content } = decodeMessage(frames, '');
  return [header, parent, metadata, content];
};
const plain = (message: readonly object[]) => JSON.parse(JSON.stringify(message)) as unknown;

describe('frames of a WebSocket', () => {
  it('carry any message in both forms', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const parts = partsOf(message);
        const v1 = decodeV1(Buffer.from(encodeV1('iopub', parts)));
        expect([v1.channel, decoded(v1.frames)]).toEqual(['iopub', plain(message)]);
        const older = decodeDefault(Buffer.from(encodeDefault('shell', parts)), true);
        expect([older.channel, decoded(older.frames)]).toEqual(['shell', plain(message)]);
      }),
    );
  });

  it('carry binary values behind the JSON of the older form', () => {
    const json = Buffer.from(encodeDefault('iopub', partsOf([{ a: 1 }, {}, {}, { b: [2] }])));
    const head = Buffer.alloc(12);
    [2, 12, 12 + json.length].forEach((value, at) => head.writeUInt32BE(value, at * 4));
    const { frames } = decodeDefault(Buffer.concat([head, json, Buffer.from([1, 2, 3])]), false);
    expect(decodeMessage(frames, '')).toMatchObject({ header: { a: 1 }, content: { b: [2] } });
    expect([...decodeMessage(frames, '').buffers[0]!]).toEqual([1, 2, 3]);
  });

  it('are refused when they are no messages, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom('v1', 'text', 'binary'), (bytes, form) => {
        const data = Buffer.from(bytes);
        try {
          if (form === 'v1') decodeV1(data);
          else decodeDefault(data, form === 'text');
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
    );
  });

  it('are split by members without parsing them', () => {
    const members = membersOf(Buffer.from('{ "a" : {"x": "}\\"],"}, "b\\\\":[1, {"c": 2}] ,"d": "\\\\"}'));
    expect([...members].map(([key, value]) => [key, JSON.parse(value.toString()) as unknown])).toEqual([
      ['a', { x: '}"],' }],
      ['b\\\\', [1, { c: 2 }]],
      ['d', '\\'],
    ]);
  });
});
