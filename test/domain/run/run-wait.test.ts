import { expect, it } from 'vitest';
import { waitMs, type QueuePlace } from '../../../src/domain/run/run-wait.ts';

const usualMs = new Map([
  ['sales', 20_000],
  ['ops', 40_000],
]);
const wait = (change: Partial<QueuePlace>, places = 1) =>
  waitMs({ script: 'sales', before: 0, ahead: [], running: [], ...change }, { usualMs, places, nowMs: 100_000 });
const running = (...scripts: readonly string[]) => scripts.map((script) => ({ script, startedAtMs: 90_000 }));

it.each<[string, number | undefined, Partial<QueuePlace>, number?]>([
  ['the rest of the one that is running', 10_000, { running: running('sales') }],
  ['the first of two places', 10_000, { running: running('ops', 'sales') }, 2],
  ['those before it', 90_000, { running: running('sales'), ahead: [{ script: 'ops', count: 2 }] }],
  [
    'those before it on two places',
    60_000,
    { running: running('ops', 'sales'), ahead: [{ script: 'ops', count: 2 }] },
    2,
  ],
  ['another run of its script', 10_000, { running: running('sales'), heldBy: { type: 'script', limit: 1 } }, 4],
  ['nothing while a place is free', undefined, { running: running('sales') }, 2],
  ['nothing of a script that never succeeded', undefined, { running: running('new') }],
  [
    'nothing behind a script that never succeeded',
    undefined,
    { running: running('ops'), ahead: [{ script: 'new', count: 1 }] },
  ],
  ['nothing for another run of the user', undefined, { running: running('sales'), heldBy: { type: 'user', limit: 1 } }],
  ['nothing of a run that takes longer than usual', undefined, { running: [{ script: 'sales', startedAtMs: 0 }] }],
])('estimates the wait: %s', (_, ms, change, places) => {
  expect(wait(change, places)).toBe(ms);
});
