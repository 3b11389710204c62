/** Who has the page of which script open, and how many kernels should wait for which script therefore; pure. */

/** One open page. */
export interface Interest {
  /** Whoever has it open: a person, or a browser. */
  readonly visitor: string;
  /** Where a visitor without an account comes from: such visitors can be many more than there are people. */
  readonly address?: string;
  readonly script: string;
  /** An input of the form was changed. */
  readonly isTouched: boolean;
  /** When it was opened, or touched for the first time. */
  readonly sinceMs: number;
}

/** So many kernels should wait for one script: at least one. */
export interface Demand {
  readonly script: string;
  readonly kernels: number;
}

export interface DemandBounds {
  readonly scripts: number;
  /** Of all scripts together; but each of them has one. */
  readonly kernels: number;
  /** That wait for visitors of one address without accounts. */
  readonly perAddress: number;
}

/** What one kernel that waits takes for itself, with its supervisor: 15 to 18 MB where pandas is loaded. */
export const WAITING_KERNEL_BYTES = 20_000_000;

/** How many kernels may wait for pages: as many as runs may be executed at once, within so much memory. */
export function mostForPages(concurrency: number, bytes: number): number {
  return Math.min(concurrency, Math.floor(bytes / WAITING_KERNEL_BYTES));
}

/**
 * The scripts for which kernels should wait, the most wanted first. Visitors take turns: everybody's first script comes
 * before anybody's second. A page whose form was touched counts more than one that is only open, then the newer one.
 * Each of these scripts has a kernel, and another one for each further visitor whose first script it is: second kernels
 * of scripts come before third ones.
 */
export function rankDemands(interests: Iterable<Interest>, bounds: DemandBounds): readonly Demand[] {
  const perVisitor = Map.groupBy(interests, ({ visitor }) => visitor);
  const pages = [...perVisitor.values()].map((own) => firstOfEach(own.toSorted(byUrgency)));
  const counts = new Map(rankScripts(pages, bounds.scripts).map((script) => [script, 1]));
  const firsts = withinAddresses(pages.flatMap(([first]) => first ?? []).sort(byUrgency), bounds.perAddress);
  const further = [...Map.groupBy(firsts, ({ script }) => script).values()].map(([, ...others]) => others);
  let room = bounds.kernels - counts.size;
  for (const { script } of inTurns(further)) {
    const count = counts.get(script);
    if (count === undefined) continue;
    if (room <= 0) break;
    counts.set(script, count + 1);
    room -= 1;
  }
  return [...counts].map(([script, kernels]) => ({ script, kernels }));
}

function rankScripts(pages: readonly (readonly Interest[])[], most: number): readonly string[] {
  const ranked = new Set<string>();
  for (const { script } of inTurns(pages)) {
    if (ranked.size >= most) break;
    ranked.add(script);
  }
  return [...ranked];
}

/** The first of each queue, the most urgent one first, then the second of each, and so on. */
function* inTurns(queues: readonly (readonly Interest[])[]): Generator<Interest> {
  for (let turn = 0; ; turn += 1) {
    const next = queues.flatMap((queue) => queue[turn] ?? []).sort(byUrgency);
    if (next.length === 0) return;
    yield* next;
  }
}

function byUrgency(one: Interest, other: Interest): number {
  return Number(other.isTouched) - Number(one.isTouched) || other.sinceMs - one.sinceMs;
}

/** One page per script. */
function firstOfEach(pages: readonly Interest[]): readonly Interest[] {
  const seen = new Set<string>();
  return pages.filter(({ script }) => !seen.has(script) && seen.add(script));
}

/** The first ones of each address, and all without one. */
function withinAddresses(pages: readonly Interest[], most: number): readonly Interest[] {
  const counts = new Map<string, number>();
  return pages.filter(({ address }) => {
    if (address === undefined) return true;
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    return count <= most;
  });
}
