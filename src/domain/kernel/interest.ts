/** Who has the page of which script open, and for which scripts kernels should wait therefore; pure. */

/** One open page. */
export interface Interest {
  /** Whoever has it open: a person, or a browser. */
  readonly visitor: string;
  readonly script: string;
  /** An input of the form was changed. */
  readonly isTouched: boolean;
  /** When it was opened, or touched for the first time. */
  readonly sinceMs: number;
}

/**
 * The scripts for which a kernel should wait, the most wanted first, at most `most`. Visitors take turns: everybody's
 * first script comes before anybody's second. A page whose form was touched counts more than one that is only open,
 * then the newer one. Several pages of one script share its kernel.
 */
export function rankScripts(interests: Iterable<Interest>, most: number): readonly string[] {
  const perVisitor = Map.groupBy(interests, ({ visitor }) => visitor);
  const queues = [...perVisitor.values()].map((pages) => firstOfEach(pages.toSorted(byUrgency)));
  const ranked = new Set<string>();
  for (let turn = 0; ranked.size < most; turn += 1) {
    const next = queues.flatMap((pages) => pages[turn] ?? []).sort(byUrgency);
    if (next.length === 0) break;
    for (const { script } of next) if (ranked.size < most) ranked.add(script);
  }
  return [...ranked];
}

function byUrgency(one: Interest, other: Interest): number {
  return Number(other.isTouched) - Number(one.isTouched) || other.sinceMs - one.sinceMs;
}

/** One page per script. */
function firstOfEach(pages: readonly Interest[]): readonly Interest[] {
  const seen = new Set<string>();
  return pages.filter(({ script }) => !seen.has(script) && seen.add(script));
}
