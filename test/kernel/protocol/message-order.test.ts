import { expect, it } from 'vitest';
import { LONG_BYTES } from '../../../src/kernel/protocol/message-long.ts';
import { createMessageOrder } from '../../../src/kernel/protocol/message-order.ts';
import { decodeMessage, encodeMessage, type Message } from '../../../src/kernel/protocol/wire.ts';

const frames = (text: string, key = 'key') => {
  const content = { name: 'stdout', text };
  const header = { msg_type: 'stream' };
  const all = encodeMessage({ identities: [], header, parent: {}, metadata: {}, content, buffers: [] }, key);
  return { frames: all, sizeBytes: text.length, isWhole: true };
};
const long = 'x'.repeat(LONG_BYTES + 1);

function start() {
  const changes: boolean[] = [];
  const heard: string[] = [];
  const waiting: (() => void)[] = [];
  const order = createMessageOrder(
    {
      key: 'key',
      decodeLong: async (...message) => {
        await new Promise<void>((resolve) => waiting.push(resolve));
        return decodeMessage(...message);
      },
    },
    () => changes.push(order.isBusy()),
  );
  const deliver = ({ content }: Message) => void heard.push(String(content['text']).slice(0, 3));
  return { order, heard, waiting, changes, take: order.channel(deliver), other: order.channel(deliver) };
}

it('delivers short messages at once, and those behind a long one after it', async () => {
  const { order, heard, waiting, changes, take, other } = start();
  take(frames('one'));
  expect([heard, order.isBusy()]).toEqual([['one'], false]);
  for (const text of [long, 'two', long, 'end']) take(frames(text));
  other(frames('odd'));
  expect([heard, order.isBusy()]).toEqual([['one', 'odd'], true]);
  // the second is decoded first
  waiting[1]?.();
  await Promise.resolve();
  expect(heard).toEqual(['one', 'odd']);
  waiting[0]?.();
  await order.done();
  expect(heard).toEqual(['one', 'odd', 'xxx', 'two', 'xxx', 'end']);
  take(frames('now'));
  expect([heard.at(-1), order.isBusy(), changes]).toEqual(['now', false, [true, false]]);
});

it('ignores what another has signed, long or short, and goes on', async () => {
  const { order, heard, waiting, take } = start();
  take(frames('bad', 'stranger'));
  take(frames(long, 'stranger'));
  take(frames('bad', 'stranger'));
  take(frames('two'));
  waiting[0]?.();
  await order.done();
  expect([heard, order.isBusy()]).toEqual([['two'], false]);
});
