/** The parents of one supplier, one for each set of imports: made on demand one by one, kept by use within a budget. */
import { createForkParent, type ForkParent, type ParentOptions, type Refusals } from './fork-server.ts';
import type { ParentBudget } from './memory-budget.ts';

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

interface Options extends Omit<ParentOptions, 'minWaiting' | 'signal'> {
  readonly budget: ParentBudget;
}

const keyOf = (imports: readonly string[]) => imports.join(' ');

export function createForkNursery(options: Options): ForkNursery {
  const parents = new Map<string, ForkParent>();
  /** What takes a parent out of the budget again. */
  const counted = new WeakMap<ForkParent, () => void>();
  /** Until when imports are not tried: while they are being loaded, and for some time after that failed. */
  const barredUntilMs = new Map<string, number>();
  const selection = createSelection();
  const refusals: Refusals = new Map();
  const closing = new AbortController();
  let queue = Promise.resolve();

  /** One at a time: imports take a processor each, and runs want them too. */
  function ensure(imports: readonly string[]): void {
    const wanted = selection.of(imports);
    const key = keyOf(wanted);
    if (parents.has(key) || performance.now() < (barredUntilMs.get(key) ?? 0)) return;
    barredUntilMs.set(key, Infinity);
    // The runs are served in another way meanwhile.
    queue = queue
      .then(() => make(wanted))
      .then(
        () => {
          barredUntilMs.delete(key);
        },
        () => {
          barredUntilMs.set(key, performance.now() + RETRY_MS);
        },
      );
  }

  async function make(asked: readonly string[]): Promise<void> {
    // What is common is known once the first parent is there.
    const wanted = selection.of(asked);
    if (closing.signal.aborted || parents.has(keyOf(wanted))) return;
    const parent = await createForkParent(
      { ...options, minWaiting: wanted.length === 0 ? options.maxWaiting : 0, signal: closing.signal },
      wanted,
      refusals,
    );
    parents.set(keyOf(wanted), parent);
    selection.leaveOut(parent.had);
    counted.set(
      parent,
      options.budget.add({ ...parent, evict: wanted.length === 0 ? undefined : () => remove(parent) }),
    );
    void parent.gone.then(() => replace(parent));
    await options.budget.tidy();
  }

  async function remove(parent: ForkParent): Promise<void> {
    counted.get(parent)?.();
    parents.delete(keyOf(parent.wanted));
    await parent.close();
  }

  function replace(parent: ForkParent): void {
    if (closing.signal.aborted || parents.get(keyOf(parent.wanted)) !== parent) return;
    void remove(parent).then(() => ensure(parent.wanted));
  }

  const timer = tend(parents, options.budget);
  return {
    ensure,
    refusals,
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

/** Which imports a parent is made for: none that every kernel has. */
function createSelection() {
  const common = new Set<string>();
  return {
    leaveOut(names: readonly string[]): void {
      for (const name of names) common.add(name);
    },
    of: (imports: readonly string[]): readonly string[] =>
      [...new Set(imports)]
        .filter((name) => !common.has(name))
        .sort()
        .slice(0, MAX_IMPORTS),
  };
}

/** From time to time: as many waiting kernels as are in demand, as much memory as there may be. */
function tend(parents: ReadonlyMap<string, ForkParent>, budget: ParentBudget): NodeJS.Timeout {
  return setInterval(() => {
    for (const parent of parents.values()) parent.adapt(performance.now());
    void budget.tidy();
  }, TIDY_MS).unref();
}

function bestOf(parents: readonly ForkParent[], wanted: ReadonlySet<string>): ForkParent | undefined {
  const fitting = parents.filter((parent) => parent.wanted.every((name) => wanted.has(name)));
  return fitting.sort((a, b) => b.imports.length - a.imports.length)[0];
}
