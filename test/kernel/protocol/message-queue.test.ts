import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KernelMessage } from '../../../src/domain/kernel/kernel.ts';
import { createMessageQueue } from '../../../src/kernel/protocol/message-queue.ts';

const stream = (text: string, name: 'stdout' | 'stderr' = 'stdout'): KernelMessage => ({ type: 'stream', name, text });
const MB = 1024 * 1024;

describe('delivery', () => {
  it('delivers everything in order, streams joined', async () => {
    const message = fc.oneof(
      fc.record({
        type: fc.constant('stream' as const),
        name: fc.constantFrom('stdout' as const, 'stderr' as const),
        text: fc.string(),
      }),
      fc.record({ type: fc.constant('clear-output' as const), wait: fc.boolean() }),
    );
    /** What a reader of everything sees: adjacent texts of one stream joined. */
    const flat = (messages: readonly KernelMessage[]) =>
      messages.reduce<KernelMessage[]>((all, next) => {
        const last = all.at(-1);
        if (last?.type === 'stream' && next.type === 'stream' && last.name === next.name)
          return [...all.slice(0, -1), { ...last, text: last.text + next.text }];
        return [...all, next];
      }, []);
    await fc.assert(
      fc.asyncProperty(fc.array(message), async (sent) => {
        const received: KernelMessage[] = [];
        const delivery = createMessageQueue(() => undefined);
        const receive = async (each: KernelMessage) => {
          received.push(each);
          await Promise.resolve();
        };
        for (const each of sent) delivery.push(receive, each, 1);
        await delivery.drained();
        expect(flat(received)).toEqual(flat(sent));
      }),
    );
  });

  it('keeps what is delayed aside, in order, until it is released', async () => {
    const heard: KernelMessage[] = [];
    const delivery = createMessageQueue(() => undefined);
    const delayed = (message: KernelMessage) => void heard.push(message);
    delivery.delay(delayed);
    delivery.push(delayed, stream('b'), 1);
    delivery.push((message) => void heard.push(message), stream('a'), 1);
    await delivery.drained();
    delivery.push(delayed, stream('c', 'stderr'), 1);
    expect(heard).toEqual([stream('a')]);
    delivery.release(delayed);
    delivery.push(delayed, stream('d'), 1);
    await delivery.drained();
    expect(heard).toEqual([stream('a'), stream('b'), stream('c', 'stderr'), stream('d')]);
  });

  it('lets others go between the messages of a flood', async () => {
    const busy = (ms: number) => {
      for (const endMs = performance.now() + ms; performance.now() < endMs;);
    };
    let [delivered, deliveredBefore] = [0, NaN];
    const delivery = createMessageQueue(() => undefined);
    const receive = () => {
      busy(2);
      delivered += 1;
    };
    for (let place = 0; place < 50; place++) delivery.push(receive, { type: 'clear-output', wait: false }, 1);
    setImmediate(() => (deliveredBefore = delivered));
    await delivery.drained();
    expect(delivered).toBe(50);
    expect(deliveredBefore).toBeLessThan(50);
  });

  it('joins what waits, for one receiver only', async () => {
    const [first, second]: KernelMessage[][] = [[], []];
    const delivery = createMessageQueue(() => undefined);
    const toFirst = (message: KernelMessage) => void first!.push(message);
    delivery.push(toFirst, stream('a'), 1);
    delivery.push(toFirst, stream('b'), 1);
    delivery.push((message) => void second!.push(message), stream('c'), 1);
    await delivery.drained();
    expect([first, second]).toEqual([[stream('ab')], [stream('c')]]);
  });

  it('holds the source back while too much waits, and lets it go on', async () => {
    const held: boolean[] = [];
    const delivery = createMessageQueue((hold) => void held.push(hold));
    for (let index = 0; index < 6; index += 1)
      delivery.push(() => undefined, { type: 'clear-output', wait: false }, MB);
    expect(held).toEqual([true]);
    await delivery.drained();
    expect(held).toEqual([true, false]);
  });

  it('tells once what a receiver threw, and goes on', async () => {
    const delivery = createMessageQueue(() => undefined);
    const received: string[] = [];
    delivery.push(
      () => {
        throw new Error('full');
      },
      stream('a'),
      1,
    );
    delivery.push(() => void received.push('b'), stream('b'), 1);
    await expect(delivery.drained()).rejects.toThrow('full');
    await delivery.drained();
    expect(received).toEqual(['b']);
  });
});
