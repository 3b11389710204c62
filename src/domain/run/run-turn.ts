/**
 * Which waiting run is next: the rule of the queue. Runs wait in one line for each priority. In a line, users take
 * turns, and the scripts of a user take turns. The store keeps the numbers and finds the heads of the lines by index.
 */

/** The turns that are over or taken in one line, at a submission. */
export interface Turns {
  /** The latest turn from which a run was taken. */
  readonly served: number;
  /** The last turn of the submitter that a waiting or running run has; absent: there is none. */
  readonly last?: number | undefined;
}

/**
 * The turn of a new run: users who have runs go on behind these, others begin with the turn that is being served. So
 * those who submit many runs let others in after each, and nobody saves turns up by not submitting.
 */
export function turnOf({ served, last }: Turns): number {
  return last === undefined ? served : Math.max(served, last + 1);
}

/** A line that has a run which may start now. */
export interface Line {
  /** 0: the most urgent; see `PRIORITIES`. */
  readonly priority: number;
  /** How many runs of other lines have started since this one could have had a run started. */
  readonly passed: number;
}

/** So many runs of other lines may start before a line gets its share; the most urgent line never needs one. */
export const PASSED_LIMITS = [Infinity, 4, 8, 16] as const;

/** The line from which the next run starts; undefined if there is none. `lines`: each priority once. */
export function nextLine<T extends Line>(lines: readonly T[]): T | undefined {
  const lateness = ({ priority, passed }: Line) => passed - (PASSED_LIMITS[priority] ?? Infinity);
  const [latest] = lines.filter((line) => lateness(line) >= 0).sort((one, other) => lateness(other) - lateness(one));
  return latest ?? [...lines].sort((one, other) => one.priority - other.priority)[0];
}

/** How often each of the lines has been passed once a run of `chosen` starts, by priority. */
export function passedAfter(lines: readonly Line[], chosen: Line): ReadonlyMap<number, number> {
  return new Map(
    lines.map(({ priority, passed }) => [priority, priority === chosen.priority ? 0 : passed + 1] as const),
  );
}
