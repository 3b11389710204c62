/** Who may make a kernel, and when; what waits until nobody wants to. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStartTurns, type StartTurn } from '../../../src/kernel/supply/start-turn.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const never = new AbortController().signal;

/** Asks for turns in this order; `begun` are the names of those that have one. */
function queue(names: string, { atOnce = 2, signal = never } = {}) {
  const turns = createStartTurns(atOnce);
  const begun: string[] = [];
  const places = new Map<string, StartTurn>();
  for (const name of names) {
    const turn = turns.next(signal);
    places.set(name, turn);
    turn.begin().then(
      () => begun.push(name),
      () => undefined,
    );
  }
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return { turns, begun, settle, end: (name: string) => places.get(name)?.end() };
}

test('a few begin at once, the others in their order when one is done', async () => {
  const { begun, settle, end } = queue('abcd');
  await settle();
  expect(begun).toEqual(['a', 'b']);
  end('b');
  end('b');
  await settle();
  expect(begun).toEqual(['a', 'b', 'c']);
  end('a');
  await settle();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

test('a turn that begins again is the same, and one that has not begun leaves no place', async () => {
  const turns = createStartTurns(1);
  turns.next(never).end();
  const first = turns.next(never);
  await first.begin();
  await first.begin();
  const second = turns.next(never);
  let hasBegun = false;
  const waiting = second.begin().then(() => {
    hasBegun = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  expect(hasBegun).toBe(false);
  first.end();
  await waiting;
});

test('a start that takes long holds nobody up any more, and its end counts once', async () => {
  const { begun, settle, end } = queue('abc', { atOnce: 1 });
  await vi.advanceTimersByTimeAsync(150);
  expect(begun).toEqual(['a', 'b']);
  end('a');
  await settle();
  expect(begun).toEqual(['a', 'b']);
});

test('one that is aborted rejects with the reason and lets the next one have its place', async () => {
  const turns = createStartTurns(1);
  const first = turns.next(never);
  await first.begin();
  const controller = new AbortController();
  const given = turns.next(controller.signal).begin();
  const third = turns.next(never).begin();
  controller.abort(new Error('cancelled'));
  await expect(given).rejects.toThrow('cancelled');
  first.end();
  await third;
  await expect(turns.next(controller.signal).begin()).rejects.toThrow('cancelled');
});

test('it is calm when nobody waits, also where the last one gives up, and otherwise after two seconds', async () => {
  const { turns, settle, end } = queue('ab', { atOnce: 1 });
  const seen: string[] = [];
  const look = (name: string, { calm } = turns) => void calm().then(() => seen.push(name));
  await settle();
  look('early');
  await settle();
  expect(seen).toEqual([]);
  end('a');
  look('later');
  await settle();
  expect(seen).toEqual(['early', 'later']);

  const controller = new AbortController();
  const others = queue('ab', { atOnce: 1, signal: controller.signal });
  look('aborted', others.turns);
  controller.abort(new Error('cancelled'));
  await settle();
  expect(seen).toEqual(['early', 'later', 'aborted']);

  const slow = createStartTurns(0);
  slow
    .next(never)
    .begin()
    .catch(() => undefined);
  look('timed', slow);
  await vi.advanceTimersByTimeAsync(1_999);
  expect(seen).not.toContain('timed');
  await vi.advanceTimersByTimeAsync(1);
  expect(seen).toContain('timed');
});
