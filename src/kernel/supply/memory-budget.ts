/** How much memory the processes that wait to be forked may have together; the least used go first. */

const MAX_PROCESSES = 8;

/** A process that has loaded something and can be had again. */
export interface BudgetMember {
  usedAtMs(): number;
  memoryBytes(): Promise<number>;
  /** Ends it; undefined for one that stays whatever it costs. */
  readonly evict: (() => Promise<void>) | undefined;
}

export interface MemoryBudget {
  /** Counts the member until the function that it returns is called. */
  add(member: BudgetMember): () => void;
  /** Ends what is beyond the bounds. */
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
