/** Measures fairly: both sides take turns in the same minutes on the same machine, and the median counts. */

/** Milliseconds of one measurement; the function itself measures them if only it knows what to leave out. */
export type Go = () => Promise<number>;

export interface Times {
  readonly medianMs: number;
  /** One in ten was faster; one in ten, or in a hundred, slower. */
  readonly p10Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly count: number;
}

export async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/**
 * Runs every side once in each round, beginning with another side each time; the first round only warms up.
 */
export async function inTurns<Side extends string>(
  rounds: number,
  sides: Readonly<Record<Side, Go>>,
): Promise<Record<Side, Times>> {
  const names = Object.keys(sides) as Side[];
  const taken = new Map<Side, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (let place = 0; place < names.length; place++) {
      const name = names[(place + round) % names.length] as Side;
      const ms = await sides[name]();
      if (round > 0) taken.get(name)?.push(ms);
    }
  }
  return Object.fromEntries([...taken].map(([name, all]) => [name, summary(all)])) as Record<Side, Times>;
}

export function summary(all: readonly number[]): Times {
  const sorted = all.toSorted((a, b) => a - b);
  return {
    medianMs: quantile(sorted, 0.5),
    p10Ms: quantile(sorted, 0.1),
    p90Ms: quantile(sorted, 0.9),
    p99Ms: quantile(sorted, 0.99),
    count: sorted.length,
  };
}

/** Of sorted numbers; interpolated between neighbours. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? NaN;
  const high = sorted[Math.ceil(place)] ?? NaN;
  return low + (high - low) * (place - Math.floor(place));
}
