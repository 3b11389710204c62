/** Renders with a time limit, if there is one: all at once at first, and part by part if that takes too long. */
import type { Attempt, RenderOptions } from '../../render/options.ts';
import { letOthersGo, TURN_MS } from './report-turn.ts';

/** Where a report finds what it needs, except the values of its outputs. */
export interface ReportRendering extends Omit<RenderOptions, 'blob' | 'attempt'> {
  /** Returns a new time limit for one rendering; absent: none. */
  readonly limit?: () => Attempt;
}

export function drawWithin<T, O extends ReportRendering>(
  { limit, ...options }: O,
  draw: (options: Omit<O, 'limit'> & Pick<RenderOptions, 'attempt'>) => T,
): T {
  const attempt = limit?.();
  if (attempt === undefined) return draw(options);
  return attempt(() => draw(options)) ?? draw({ ...options, attempt });
}

/** All turns of the first attempt together. */
const FIRST_MS = 1_000;

/** Long drawings go on one after the other, so that only one large document grows in memory. */
let last: Promise<unknown> = Promise.resolve();

/** As `drawWithin`, in turns: short drawings need not wait for the end of long ones. `onLong`: it takes several. */
export async function drawInTurns<T, O extends ReportRendering>(
  { limit, ...options }: O,
  draw: (options: Omit<O, 'limit'> & Pick<RenderOptions, 'attempt'>) => Generator<unknown, T>,
  onLong: () => void = () => undefined,
): Promise<T> {
  const attempt = limit?.();
  const begun = createTurns(draw(options), attempt);
  const first = begun();
  if (first?.done === true) return first.value;
  onLong();
  const whole = last.then(async () => {
    const drawn = first && (await drawnBy(begun, attempt === undefined ? Infinity : FIRST_MS));
    // each part is limited by itself
    return drawn ?? drawnBy(createTurns(draw({ ...options, ...(attempt && { attempt }) })), Infinity);
  });
  // not the drawing itself, which would stay in memory
  last = whole.then(
    () => undefined,
    () => undefined,
  );
  return (await whole) as T;
}

/** Returns a function that draws for one turn; it returns undefined if the attempt took too long. */
function createTurns<T>(drawing: Generator<unknown, T>, attempt: Attempt = (part) => part()) {
  return (): IteratorResult<unknown, T> | undefined =>
    attempt(() => {
      const endMs = performance.now() + TURN_MS;
      for (;;) {
        const step = drawing.next();
        if (step.done === true || performance.now() > endMs) return step;
      }
    });
}

/** Undefined if an attempt, or all together, took too long. */
async function drawnBy<T>(turn: ReturnType<typeof createTurns<T>>, limitMs: number): Promise<T | undefined> {
  for (let leftMs = limitMs; leftMs > 0;) {
    await letOthersGo();
    const beganMs = performance.now();
    const step = turn();
    if (step === undefined) return undefined;
    if (step.done === true) return step.value;
    leftMs -= performance.now() - beganMs;
  }
  return undefined;
}
