import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextLine, PASSED_LIMITS, passedAfter, turnOf } from '../../../src/domain/run/run-turn.ts';
import { priorityOf } from '../../../src/domain/run/run-priority.ts';
import { PRIORITIES } from '../../../src/domain/run/run.ts';

interface Waiting {
  readonly user: number;
  readonly priority: number;
  readonly turn: number;
  readonly number: number;
}

/** The queue as the store keeps it, without its indexes. */
function createQueue() {
  let waiting: Waiting[] = [];
  let running: Waiting[] = [];
  let number = 0;
  const lines = PRIORITIES.map((_, priority) => ({ priority, passed: 0, served: 0 }));
  return {
    waiting: () => waiting,
    submit(user: number, priority = 0): Waiting {
      const own = [...waiting, ...running].filter((run) => run.user === user && run.priority === priority);
      const last = own.length === 0 ? undefined : Math.max(...own.map(({ turn }) => turn));
      const run = { user, priority, turn: turnOf({ served: lines[priority]!.served, last }), number: (number += 1) };
      waiting.push(run);
      return run;
    },
    start(): Waiting | undefined {
      const ready = lines.filter((line) => waiting.some(({ priority }) => priority === line.priority));
      const line = nextLine(ready);
      if (line === undefined) return undefined;
      const passed = passedAfter(ready, line);
      for (const each of ready) each.passed = passed.get(each.priority)!;
      const [first] = waiting
        .filter(({ priority }) => priority === line.priority)
        .sort((one, other) => one.turn - other.turn || one.number - other.number);
      line.served = Math.max(line.served, first!.turn);
      waiting = waiting.filter((run) => run !== first);
      running.push(first!);
      return first;
    },
    end(run: Waiting | undefined) {
      running = running.filter((each) => each !== run);
    },
  };
}

/** What happens to a queue: somebody submits so many runs, or a place becomes free. */
const history = fc.array(
  fc.oneof(
    fc.record({ user: fc.nat(4), priority: fc.nat(3), count: fc.integer({ min: 1, max: 30 }) }),
    fc.constant('start' as const),
  ),
  { maxLength: 60 },
);

function play(
  steps: readonly ('start' | { readonly user: number; readonly priority: number; readonly count: number })[],
) {
  const queue = createQueue();
  for (const step of steps)
    if (step === 'start') queue.end(queue.start());
    else for (let left = step.count; left > 0; left -= 1) queue.submit(step.user, step.priority);
  return queue;
}

describe('the rule of the queue', () => {
  it('lets a single run pass all but one of each other user’s runs, whatever happened before', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const queue = play(steps.map((step) => (step === 'start' ? step : { ...step, priority: 0 })));
        const single = queue.submit(99);
        const before = new Map<number, number>();
        for (let run = queue.start(); run !== single; run = queue.start()) {
          queue.end(run);
          before.set(run!.user, (before.get(run!.user) ?? 0) + 1);
        }
        expect(Math.max(0, ...before.values())).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('starts it before 499 of 500 runs of one user, also on several places', () => {
    const queue = createQueue();
    for (let count = 0; count < 500; count += 1) queue.submit(1);
    for (let place = 0; place < 3; place += 1) queue.start();
    const single = queue.submit(2);
    expect(queue.start()).toBe(single);
  });

  it('starts every run at last, however many more urgent ones come', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 1, max: 3 }), (steps, priority) => {
        const queue = play(steps);
        const least = queue.submit(99, priority);
        const before = queue.waiting().filter((run) => run.priority === priority).length;
        let starts = 0;
        for (let run = queue.start(); run !== least; run = queue.start(), starts += 1) {
          queue.end(run);
          for (let urgent = 0; urgent < priority; urgent += 1) queue.submit(starts % 3, urgent);
        }
        // for each run of its line one share, and the shares of the two other lines
        expect(starts).toBeLessThanOrEqual(before * (PASSED_LIMITS[priority]! + 3));
      }),
    );
  });

  it('lets the more urgent go first, but for the share of the others', () => {
    const queue = createQueue();
    for (let count = 0; count < 12; count += 1) for (const priority of [3, 1, 0]) queue.submit(priority, priority);
    const started = Array.from({ length: 19 }, () => queue.start()?.priority).join('');
    expect(started).toBe('0000100001000011311');
  });
});

it('a submission may ask for less than its own priority, never for more', () => {
  expect([priorityOf('form'), priorityOf('again'), priorityOf('api'), priorityOf('cli')]).toEqual([
    'interactive',
    'interactive',
    'api',
    'api',
  ]);
  expect([priorityOf('api', 'batch'), priorityOf('api', 'api')]).toEqual(['batch', 'api']);
  expect(() => priorityOf('api', 'interactive')).toThrow('“interactive” is not allowed');
});
