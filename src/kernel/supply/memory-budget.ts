/** How much memory the processes that wait to be forked may have together; the least used go first. */

const MAX_PARENTS = 8;

/** A process that has loaded something and can be had again. */
export interface Parent {
  usedAtMs(): number;
  memoryBytes(): Promise<number>;
  /** Ends it; undefined for one that stays whatever it costs. */
  readonly evict: (() => Promise<void>) | undefined;
}

export interface ParentBudget {
  /** Counts the parent until the function that it returns is called. */
  add(parent: Parent): () => void;
  /** Ends what is beyond the bounds. */
  tidy(): Promise<void>;
}

export function createParentBudget(limitBytes: number): ParentBudget {
  const parents = new Set<Parent>();
  let tidying = Promise.resolve();

  async function tidy(): Promise<void> {
    const sizes = new Map(
      await Promise.all([...parents].map(async (parent) => [parent, await parent.memoryBytes()] as const)),
    );
    let bytes = [...sizes.values()].reduce((sum, each) => sum + each, 0);
    for (const parent of [...parents].sort((a, b) => a.usedAtMs() - b.usedAtMs())) {
      if (bytes <= limitBytes && parents.size <= MAX_PARENTS) break;
      if (parent.evict === undefined) continue;
      bytes -= sizes.get(parent) ?? 0;
      parents.delete(parent);
      await parent.evict();
    }
  }

  return {
    add(parent) {
      parents.add(parent);
      return () => {
        parents.delete(parent);
      };
    },
    tidy: () => (tidying = tidying.then(tidy)),
  };
}
