/** Which worker can execute which run, and the sentence where none can. */
import { expect, it } from 'vitest';
import {
  canTake,
  needsText,
  offersText,
  readNeeds,
  readOffers,
  unmetNeed,
  type Needs,
  type Offers,
} from '../../../src/domain/run/placement.ts';

const PLAIN: Offers = { languages: ['python'], tags: [], memoryBytes: 2e9 };
const GPU: Offers = { languages: ['python', 'r'], kernels: ['python3', 'ir'], tags: ['gpu', 'eu'], memoryBytes: 8e9 };

it.each<[Needs, boolean, boolean]>([
  [{ tags: [] }, true, true],
  [{ language: 'python', tags: [] }, true, true],
  [{ language: 'r', tags: [] }, false, true],
  [{ language: 'r', kernel: 'ir', tags: [] }, false, true],
  [{ language: 'r', kernel: 'ir41', tags: [] }, false, false],
  [{ tags: ['gpu'] }, false, true],
  [{ tags: ['gpu', 'us'] }, false, false],
  [{ tags: [], memoryBytes: 4e9 }, false, true],
  [{ tags: [], memoryBytes: 9e9 }, false, false],
])('%j: a plain worker %s, one with more %s', (needs, plain, more) => {
  expect([canTake(PLAIN, needs), canTake(GPU, needs)]).toEqual([plain, more]);
});

it('takes no run whose packages it lacks, and says so', () => {
  const needs = { language: 'python', tags: [], packages: 'abc' };
  const without = { ...PLAIN, without: ['abc'] };
  expect([canTake(PLAIN, needs), canTake(without, needs)]).toEqual([true, false]);
  expect(canTake(without, { tags: [] })).toBe(true);
  expect([readNeeds(needsText(needs)), readOffers(offersText(without))]).toEqual([needs, without]);
  expect(unmetNeed(needs, [without])).toBe(
    'It waits for a worker with the packages that its script declares: no connected worker has that.',
  );
});

it('takes any language where a worker’s are unknown, and any memory where it has no limit', () => {
  expect(canTake({ tags: [] }, { language: 'julia', tags: [], memoryBytes: 1e15 })).toBe(true);
});

it('takes any kernel of the language from a worker that names none, and writes and reads what it needs', () => {
  const needs = { language: 'r', kernel: 'ir41', tags: [] };
  expect(canTake({ languages: ['r'], tags: [] }, needs)).toBe(true);
  expect(readNeeds(needsText(needs))).toEqual(needs);
  expect(readOffers(offersText(GPU))).toEqual(GPU);
  expect(unmetNeed(needs, [GPU])).toBe('It waits for a worker with the kernel “ir41”: no connected worker has that.');
});

it.each<[string, Needs, readonly Offers[], string | undefined]>([
  ['one can', { tags: ['gpu'] }, [PLAIN, GPU], undefined],
  ['no worker', { tags: [] }, [], 'It waits for a worker: none is connected.'],
  ['a tag', { tags: ['us'] }, [PLAIN, GPU], 'It waits for a worker with the tag “us”: no connected worker has that.'],
  [
    'each has a part',
    { tags: ['gpu'], memoryBytes: 1e12, language: 'julia' },
    [GPU],
    'It waits for a worker with a kernel for julia and 1 TB of memory for one run: no connected worker has that.',
  ],
  [
    'never together',
    { tags: ['gpu', 'us'] },
    [{ tags: ['gpu'] }, { tags: ['us'] }],
    'It waits for a worker with the tag “us” and the tag “gpu”: no connected worker has all of that.',
  ],
])('says what is unmet: %s', (_name, needs, workers, sentence) => {
  expect(unmetNeed(needs, workers)).toBe(sentence);
});

it('has one text for the same needs, and reads it again', () => {
  const needs = { language: 'python', tags: ['b', 'a', 'b'], memoryBytes: 5 };
  expect(needsText(needs)).toBe(needsText({ ...needs, tags: ['a', 'b'] }));
  expect(readNeeds(needsText(needs))).toEqual({ language: 'python', tags: ['a', 'b'], memoryBytes: 5 });
  expect(readOffers(offersText(GPU))).toEqual(GPU);
  expect(readOffers(null)).toBeUndefined();
  expect(readNeeds('{')).toEqual({ tags: [] });
});
