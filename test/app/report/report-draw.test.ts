import { expect, it } from 'vitest';
import { drawInTurns } from '../../../src/app/report/report-draw.ts';
import { beginShort } from '../../../src/app/report/report-turn.ts';
import type { Attempt } from '../../../src/render/options.ts';

const RENDERING = {} as Parameters<typeof drawInTurns>[0];

/** Each step takes a turn. */
function* long(steps: number, onStep: (step: number) => void = () => undefined): Generator<undefined, string> {
  for (let step = 1; step <= steps; step += 1) {
    onStep(step);
    for (const endMs = performance.now() + 10; performance.now() < endMs;);
    yield;
  }
  return `long ${steps}`;
}

function* short(): Generator<undefined, string> {
  yield;
  return 'short';
}

it('draws short reports between the turns of a long one, and long ones one after the other', async () => {
  const steps: string[] = [];
  const ended: string[] = [];
  const note = (name: string) => (step: number) => steps.push(`${name}${step}`);
  const drawn = (draw: () => Generator<unknown, string>) =>
    drawInTurns(RENDERING, draw).then((name) => ended.push(name));
  await Promise.all([
    drawn(() => long(5, note('a'))),
    drawn(() => long(4, note('b'))),
    drawn(short),
    new Promise((resolve) => setImmediate(() => resolve(drawn(short)))),
  ]);
  expect(ended).toEqual(['short', 'short', 'long 5', 'long 4']);
  expect(steps).toEqual(['a1', 'b1', 'a2', 'a3', 'a4', 'a5', 'b2', 'b3', 'b4']);
});

it('goes on with a long report when short work has ended, and also if there is always some', async () => {
  const steps: number[] = [];
  const end = beginShort();
  const drawing = drawInTurns(RENDERING, () => long(8, (step) => steps.push(step)));
  // each wait would let a turn go by
  for (let wait = 0; wait < 6; wait += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(steps.length).toBeLessThan(5);
  end();
  expect(await drawing).toBe('long 8');
  const endless = beginShort();
  expect(await drawInTurns(RENDERING, () => long(3))).toBe('long 3');
  endless();
});

it('draws part by part what takes too long as a whole, and passes errors on', async () => {
  let tries = 0;
  const limit = (failing: number) => (): Attempt => (part) => ((tries += 1) === failing ? undefined : part());
  const draw = ({ attempt }: { attempt?: Attempt }) => long(3, () => attempt?.(() => undefined));
  for (const failing of [1, 2]) {
    tries = 0;
    expect(await drawInTurns({ ...RENDERING, limit: limit(failing) }, draw)).toBe('long 3');
    // the parts of the second drawing are tried one by one, the drawing itself is not
    expect(tries).toBe(failing + 3);
  }
  const refused = drawInTurns({ ...RENDERING, limit: limit(9) }, function* () {
    yield* long(2);
    throw new Error('broken');
  });
  await expect(refused).rejects.toThrow('broken');
  expect(await drawInTurns(RENDERING, () => long(2))).toBe('long 2');
});
