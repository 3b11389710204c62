/** How much memory the processes that fork kernels may use together; the least used end first. */

const MAX_PROCESSES = 8;
/** One that has made way for others is not made again so soon because a run is expected: it would make them go. */
export const EVICTED_MS = 60_000;

/** A process that has loaded something and can be made again. */
export interface BudgetMember {
  usedAtMs(): number;
  memoryBytes(): Promise<number>;
  /** Ends it; undefined for one that stays regardless of its cost. */
  readonly evict: (() => Promise<void>) | undefined;
}

export interface MemoryBudget {
  /** Counts the member until the returned function is called. */
  add(member: BudgetMember): () => void;
  /** Ends members beyond the limits. */
  tidy(): Promise<void>;
}

export function createMemoryBudget(limitBytes: number): MemoryBudget {
  const members = new Set<BudgetMember>();
  let tidying = Promise.resolve();

  async function tidy(): Promise<void> {
    const sizes = new Map(
      await Promise.all([...members].map(async (member) => [member, await member.memoryBytes()] as const)),
    );
    let bytes = [...sizes.values()].reduce((sum, each) => sum + each, 0);
    for (const member of [...members].sort((a, b) => a.usedAtMs() - b.usedAtMs())) {
      if (bytes <= limitBytes && members.size <= MAX_PROCESSES) break;
      if (member.evict === undefined) continue;
      bytes -= sizes.get(member) ?? 0;
      members.delete(member);
      await member.evict();
    }
  }

  return {
    add(member) {
      members.add(member);
      return () => {
        members.delete(member);
      };
    },
    tidy: () => (tidying = tidying.then(tidy)),
  };
}
