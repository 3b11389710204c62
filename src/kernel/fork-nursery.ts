/** The parents of one supplier, one for each set of imports: made on demand one by one, kept by use within a budget. */
import { createForkParent, type ForkParent, type ParentOptions, type Refusals } from './fork-parent.ts';

/** Resident memory of all parents together; much of it is shared pages, so the true cost is lower. */
const BUDGET_BYTES = 1024 ** 3;
const MAX_PARENTS = 8;
const TIDY_MS = 30_000;
/** A set of imports that could not be loaded is tried again after this. */
const RETRY_MS = 300_000;
/** More than any script imports at top level; a bound on the key. */
const MAX_IMPORTS = 100;

export interface ForkNursery {
  /** Makes the parent of these imports in the background, unless it is there or has failed lately. */
  ensure(imports: readonly string[]): void;
  /** The parent that saves a script with these imports most, and loads nothing that the script does not. */
  best(imports: readonly string[]): ForkParent | undefined;
  /** An outdated or broken parent: goes, and another is made. */
  replace(parent: ForkParent): void;
  parents(): Iterable<ForkParent>;
  readonly refusals: Refusals;
  close(): Promise<void>;
}

type Options = Omit<ParentOptions, 'minWaiting' | 'signal'>;

const keyOf = (imports: readonly string[]) => imports.join(' ');

export function createForkNursery(options: Options): ForkNursery {
  const parents = new Map<string, ForkParent>();
  const failed = new Map<string, number>();
  const refusals: Refusals = new Map();
  const making = new Set<string>();
  const closing = new AbortController();
  let queue = Promise.resolve();

  /** One at a time: imports take a processor each, and runs want them too. */
  function ensure(imports: readonly string[]): void {
    const wanted = [...new Set(imports)].sort().slice(0, MAX_IMPORTS);
    const key = keyOf(wanted);
    const failedAtMs = failed.get(key) ?? -Infinity;
    if (parents.has(key) || making.has(key) || performance.now() - failedAtMs < RETRY_MS) return;
    making.add(key);
    queue = queue.then(() => make(wanted)).finally(() => making.delete(key));
  }

  async function make(wanted: readonly string[]): Promise<void> {
    if (closing.signal.aborted) return;
    const minWaiting = wanted.length === 0 ? options.maxWaiting : 0;
    try {
      const parent = await createForkParent({ ...options, minWaiting, signal: closing.signal }, wanted, refusals);
      parents.set(keyOf(wanted), parent);
      void parent.gone.then(() => replace(parent));
      await tidy(parents);
    } catch {
      // The runs are served in another way meanwhile.
      failed.set(keyOf(wanted), performance.now());
    }
  }

  function replace(parent: ForkParent): void {
    if (closing.signal.aborted || parents.get(keyOf(parent.wanted)) !== parent) return;
    parents.delete(keyOf(parent.wanted));
    void parent.close().then(() => ensure(parent.wanted));
  }

  const timer = setInterval(() => {
    for (const parent of parents.values()) parent.adapt(performance.now());
    void tidy(parents);
  }, TIDY_MS);
  timer.unref();

  return {
    ensure, refusals,
    parents: () => parents.values(),
    best: (imports) => bestOf([...parents.values()], new Set(imports)),
    replace,
    async close() {
      clearInterval(timer);
      closing.abort(new Error('closing'));
      await queue;
      await Promise.all([...parents.values()].map((parent) => parent.close()));
    },
  };
}

function bestOf(parents: readonly ForkParent[], wanted: ReadonlySet<string>): ForkParent | undefined {
  const fitting = parents.filter((parent) => parent.wanted.every((name) => wanted.has(name)));
  return fitting.sort((a, b) => b.imports.length - a.imports.length)[0];
}

/** Keeps within the budget, least used go first; the parent without imports stays. */
async function tidy(parents: Map<string, ForkParent>): Promise<void> {
  const byUse = [...parents].filter(([key]) => key !== '').sort(([, a], [, b]) => a.usedAtMs() - b.usedAtMs());
  const sizes = new Map(await Promise.all([...parents].map(async ([key, parent]) => [key, await parent.residentBytes()] as const)));
  let bytes = [...sizes.values()].reduce((sum, each) => sum + each, 0);
  for (const [key, parent] of byUse) {
    if (bytes <= BUDGET_BYTES && parents.size <= MAX_PARENTS) break;
    bytes -= sizes.get(key) ?? 0;
    parents.delete(key);
    await parent.close();
  }
}
