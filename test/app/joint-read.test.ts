import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { joinReads } from '../../src/app/joint-read.ts';

it('reads once for those who ask before the read begins, and again for those who ask later', async () => {
  let value = 1;
  const asked: string[] = [];
  const going = Promise.withResolvers<void>();
  const read = joinReads(async (id: string, after: number) => {
    asked.push(`${id} ${after}`);
    const found = value;
    await going.promise;
    return found;
  });
  const early = [read('a', 1), read('a', 1), read('a', 2), read('b', 1)];
  await setImmediate();
  await setImmediate();
  expect(asked).toEqual(['a 1', 'a 2', 'b 1']);
  value = 2;
  const late = read('a', 1);
  going.resolve();
  expect(await Promise.all(early)).toEqual([1, 1, 1, 1]);
  expect(await late).toBe(2);
});

it('gives an error to all who share the read, and reads again afterwards', async () => {
  let isBroken = true;
  const read = joinReads(async (id: string) => {
    if (isBroken) throw new Error('no answer');
    return id;
  });
  const both = await Promise.allSettled([read('a'), read('a')]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  isBroken = false;
  expect(await read('a')).toBe('a');
});
