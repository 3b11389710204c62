/** How long a waiting run will wait, from what its predecessors usually take. */

export interface QueuePlace {
  readonly script: string;
  /** How many runs are ahead of it. */
  readonly before: number;
  /** These runs, by script. */
  readonly ahead: readonly { readonly script: string; readonly count: number }[];
  /** The runs that execute now. */
  readonly running: readonly { readonly script: string; readonly startedAtMs: number | null }[];
  /** The limit of its script or its user that is reached. */
  readonly heldBy?: { readonly type: 'script' | 'user'; readonly limit: number };
}

interface WaitFacts {
  /** What the last runs of each script took; undefined: none has succeeded. */
  readonly usualMs: ReadonlyMap<string, number | undefined>;
  /** How many runs execute at once. */
  readonly places: number;
  readonly nowMs: number;
}

/** In milliseconds. Undefined if it starts as soon as a worker looks, or a run before it takes an unknown time. */
export function waitMs(place: QueuePlace, { usualMs, places, nowMs }: WaitFacts): number | undefined {
  const rests = place.running.map(({ script, startedAtMs }) => ({
    script,
    ms: Math.max(0, (usualMs.get(script) ?? NaN) - (nowMs - (startedAtMs ?? nowMs))),
  }));
  const aheadMs = (of: (script: string) => boolean) =>
    sum(
      place.ahead.filter(({ script }) => of(script)).map(({ script, count }) => count * (usualMs.get(script) ?? NaN)),
    );
  const line = { rests: rests.map(({ ms }) => ms), aheadMs: aheadMs(() => true), places };
  // the runs of its script wait for one another, whatever else is free
  const own = {
    rests: rests.filter(({ script }) => script === place.script).map(({ ms }) => ms),
    aheadMs: aheadMs((script) => script === place.script),
    places: place.heldBy?.type === 'script' ? place.heldBy.limit : Infinity,
  };
  // which of the user's runs ends first is not known here
  if (place.heldBy?.type === 'user') return undefined;
  const ms = Math.max(untilFree(line), place.heldBy === undefined ? 0 : untilFree(own));
  return Number.isNaN(ms) || ms === 0 ? undefined : rounded(ms);
}

function untilFree({ rests, aheadMs, places }: { rests: readonly number[]; aheadMs: number; places: number }): number {
  if (rests.length + (aheadMs === 0 ? 0 : 1) < places) return Number.isNaN(aheadMs) ? NaN : 0;
  if (aheadMs === 0) return rests.length === 0 ? 0 : Math.min(...rests);
  return (sum(rests) + aheadMs) / places;
}

/** As exact as an estimate can be: it then changes seldom while somebody reads it. */
function rounded(ms: number): number {
  const stepMs = ms < 60_000 ? 5_000 : ms < 600_000 ? 30_000 : 300_000;
  return Math.ceil(ms / stepMs) * stepMs;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
