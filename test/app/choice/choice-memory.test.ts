import { describe, expect, it } from 'vitest';
import type { Choice } from '../../../src/domain/parameter/choice.ts';
import { ChoiceError, type ChoiceRequest } from '../../../src/domain/script/choice-source.ts';
import { createChoiceMemory, MEMORY_LIMITS } from '../../../src/app/choice/choice-memory.ts';

const requestOf = (input: number | string) =>
  ({
    content: { script: { name: 'a', revision: 'r' } },
    rule: { function: 'choices_x', inputs: ['n'] },
    inputs: { n: input },
  }) as unknown as ChoiceRequest;
const listOf = (count: number): Choice[] =>
  Array.from({ length: count }, (_, at) => ({ value: String(at), label: String(at) }));

describe('the memory for choices', () => {
  it('reads a list once for all who ask meanwhile, and again when it is old', async () => {
    let nowMs = 0;
    let reads = 0;
    const memory = createChoiceMemory(() => nowMs);
    const read = async () => listOf((reads += 1));
    const all = await Promise.all([memory.list(requestOf(1), read), memory.list(requestOf(1), read)]);
    expect(all.map(({ length }) => length)).toEqual([1, 1]);
    nowMs = MEMORY_LIMITS.keptMs - 1;
    expect(await memory.list(requestOf(1), read)).toHaveLength(1);
    nowMs = MEMORY_LIMITS.keptMs;
    expect(await memory.list(requestOf(1), read)).toHaveLength(2);
    expect(await memory.list(requestOf('1'), read)).toHaveLength(3);
  });

  it('keeps a failure for a moment only', async () => {
    let nowMs = 0;
    let reads = 0;
    const memory = createChoiceMemory(() => nowMs);
    const fail = async () => {
      reads += 1;
      throw new ChoiceError('no');
    };
    await expect(memory.list(requestOf(1), fail)).rejects.toThrow('no');
    await expect(memory.list(requestOf(1), fail)).rejects.toThrow('no');
    expect(reads).toBe(1);
    nowMs = MEMORY_LIMITS.failedMs;
    expect(await memory.list(requestOf(1), async () => listOf(2))).toHaveLength(2);
  });

  it('lets a few read at once, some wait, and refuses the others', async () => {
    const memory = createChoiceMemory(() => 0);
    const gate = Promise.withResolvers<void>();
    let [running, most] = [0, 0];
    const read = async () => {
      most = Math.max(most, (running += 1));
      await gate.promise;
      running -= 1;
      return listOf(1);
    };
    const room = MEMORY_LIMITS.atOnce + MEMORY_LIMITS.waiting;
    const asked = Array.from({ length: room + 3 }, (_, at) => memory.list(requestOf(at), read));
    const settled = Promise.allSettled(asked);
    gate.resolve();
    const refused = (await settled).filter(({ status }) => status === 'rejected');
    expect([most, refused.length]).toEqual([MEMORY_LIMITS.atOnce, 3]);
    expect(String((refused[0] as PromiseRejectedResult).reason)).toContain('Too many choices are being read now.');
  });

  it('forgets the oldest beyond its bounds', async () => {
    const memory = createChoiceMemory(() => 0);
    let reads = 0;
    const read = async () => {
      reads += 1;
      return listOf(10_000);
    };
    for (let at = 0; at <= MEMORY_LIMITS.choices / 10_000; at += 1) await memory.list(requestOf(at), read);
    const before = reads;
    await memory.list(requestOf(1), read);
    expect(reads).toBe(before);
    await memory.list(requestOf(0), read);
    expect(reads).toBe(before + 1);
  });
});
