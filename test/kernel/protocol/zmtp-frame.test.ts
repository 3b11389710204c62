import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createFrameReader,
  encodeFrames,
  FrameError,
  greeting,
  readyCommand,
  type FrameMessage,
} from '../../../src/kernel/protocol/zmtp-frame.ts';

function listen(limitBytes = 1_000_000) {
  const messages: FrameMessage[] = [];
  const commands: string[] = [];
  const reader = createFrameReader(limitBytes, {
    onGreeting: () => void commands.push('greeting'),
    onCommand: (name, body) => void commands.push(`${name} ${body.length}`),
    onMessage: (message) => void messages.push({ ...message, frames: message.frames.map((each) => Buffer.from(each)) }),
  });
  return { reader, messages, commands };
}

const frames = fc.array(fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 250, maxLength: 300 })), {
  minLength: 1,
  maxLength: 8,
});

describe('ZMTP frames', () => {
  it('are read as they were written, wherever the pieces are cut', () => {
    fc.assert(
      fc.property(fc.array(frames, { maxLength: 5 }), fc.integer({ min: 1, max: 200 }), (sent, size) => {
        const { reader, messages, commands } = listen();
        const bytes = Buffer.concat([greeting(), readyCommand({ 'Socket-Type': 'XPUB' }), ...sent.map(encodeFrames)]);
        for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
        expect(commands).toEqual(['greeting', 'READY 20']);
        expect(messages).toEqual(
          sent.map((each) => ({
            frames: each.map((frame) => Buffer.from(frame)),
            sizeBytes: each.reduce((sum, { length }) => sum + length, 0),
            isWhole: true,
          })),
        );
      }),
    );
  });

  it('of a message that is too long are passed over, with those that come after them in it', () => {
    const { reader, messages } = listen(1000);
    reader.push(greeting());
    reader.push(encodeFrames([Buffer.from('head'), Buffer.alloc(2000), Buffer.from('tail')]));
    reader.push(encodeFrames([Buffer.from('next')]));
    expect(messages).toEqual([
      { frames: [Buffer.from('head')], sizeBytes: 2008, isWhole: false, cut: Buffer.alloc(996) },
      { frames: [Buffer.from('next')], sizeBytes: 4, isWhole: true },
    ]);
  });

  it('take memory for what has come, not for what was announced', () => {
    const { reader, messages } = listen(64 * 1024 * 1024);
    const before = process.memoryUsage().rss;
    reader.push(greeting());
    reader.push(Buffer.from([2, 0, 0, 0, 0, 3, 0, 0, 0]));
    reader.push(Buffer.from([2, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
    expect(process.memoryUsage().rss - before).toBeLessThan(30 * 1024 * 1024);
    expect(messages).toEqual([]);
  });

  it('take no memory before they come, and keep little where they are small', () => {
    const reserved = () => process.memoryUsage().arrayBuffers;
    const before = reserved();
    const all = Array.from({ length: 500 }, () => listen());
    for (const { reader } of all) reader.push(greeting());
    expect(reserved() - before).toBeLessThan(5_000_000);
    for (const { reader } of all) reader.push(encodeFrames([Buffer.from('head'), Buffer.from('body')]));
    expect(reserved() - before).toBeLessThan(20_000_000);
    expect(all.every(({ messages }) => messages.length === 1)).toBe(true);
  });

  it('are bounded in number', () => {
    const { reader, messages } = listen();
    reader.push(greeting());
    reader.push(encodeFrames(Array.from({ length: 100_000 }, () => Buffer.from('x'))));
    expect(messages.map(({ frames: kept, isWhole }) => [kept.length, isWhole])).toEqual([[256, false]]);
  });

  it.each([
    ['what is no greeting', Buffer.from('GET / HTTP/1.1\r\n'.repeat(5))],
    ['an older version', Buffer.concat([greeting().subarray(0, 10), Buffer.alloc(54, 1)])],
    ['a command without end', Buffer.concat([greeting(), Buffer.from([6, 0, 0, 0, 0, 0, 1, 0, 0])])],
  ])('refuse %s', (_what, bytes) => {
    const { reader } = listen();
    expect(() => reader.push(bytes)).toThrow(FrameError);
  });
});
