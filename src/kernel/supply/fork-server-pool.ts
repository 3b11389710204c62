/**
 * The fork servers of one supplier, one for each set of imports: made on demand one by one, kept by use within a memory
 * budget.
 */
import type { KernelNeed } from '../../domain/kernel/kernel.ts';
import { createForkServer, type ForkServer, type ForkServerOptions, type Refusals } from './fork-server.ts';
import { EVICTED_MS, type MemoryBudget } from './memory-budget.ts';

const TIDY_MS = 30_000;
/** After this time, a set of imports that could not be loaded is tried again. */
const RETRY_MS = 300_000;
/** More than any script imports at top level; a limit on the key. */
const MAX_IMPORTS = 100;

export interface ForkServerPool {
  /** Makes the fork server of these imports in the background, unless it exists or has failed recently. */
  ensure(imports: readonly string[]): void;
  /** Makes fork servers for these, the first first, and lets kernels wait in them; no longer in others. */
  expect(needs: readonly ExpectedImports[]): void;
  isExpected(imports: readonly string[]): boolean;
  /** Whether its kernels have all that can be loaded of these imports. */
  hasAll(server: ForkServer, imports: readonly string[]): boolean;
  /** The fork server that saves most for a script with these imports, and loads nothing that the script does not. */
  best(imports: readonly string[]): ForkServer | undefined;
  /** An outdated or broken fork server: ends, and another is made. */
  replace(server: ForkServer): void;
  servers(): Iterable<ForkServer>;
  readonly refusals: Refusals;
  close(): Promise<void>;
}

export type ExpectedImports = Pick<KernelNeed, 'imports' | 'kernels'>;

interface Options extends Omit<ForkServerOptions, 'minWaiting' | 'signal'> {
  readonly budget: MemoryBudget;
  /** Whether the server without imports stays, regardless of its cost; default true. */
  readonly isKept?: boolean;
}

const keyOf = (imports: readonly string[]) => imports.join(' ');

export function createForkServerPool(options: Options): ForkServerPool {
  const servers = new Map<string, ForkServer>();
  /** Removes a fork server from the budget. */
  const counted = new WeakMap<ForkServer, () => void>();
  const selection = createSelection();
  const expectation = createExpectation(selection, servers);
  const turns = createTurns();
  const pauses = createPauses();
  const refusals: Refusals = new Map();
  const closing = new AbortController();

  /** One at a time: imports take a processor each, and runs need them, too. */
  function ensure(imports: readonly string[], whileExpected = false): void {
    const wanted = selection.of(imports);
    const key = keyOf(wanted);
    if (servers.has(key) || (whileExpected && pauses.has(key))) return;
    turns.add(key, async () => {
      if (!whileExpected || expectation.has(imports)) await make(wanted);
    });
  }

  async function make(asked: readonly string[]): Promise<void> {
    // Common modules are known once the first fork server is ready.
    const wanted = selection.of(asked);
    if (closing.signal.aborted || servers.has(keyOf(wanted))) return;
    const made = await createForkServer(
      { ...options, minWaiting: wanted.length === 0 ? options.maxWaiting : 0, signal: closing.signal },
      wanted,
      refusals,
    );
    selection.learn(made);
    // other sets than before may be those of servers that exist
    expectation.tell();
    const server = { ...made, wanted: selection.of(wanted) };
    const key = keyOf(server.wanted);
    // without what could not be loaded, it is another one
    if (servers.has(key) || (key === '' && wanted.length > 0)) return server.close();
    servers.set(key, server);
    const evict = key === '' && options.isKept !== false ? undefined : pauses.after(key, server, () => remove(server));
    counted.set(server, options.budget.add({ ...server, evict }));
    expectation.tell();
    void server.gone.then(() => replace(server));
    // not awaited: whoever expects one that it makes go can have it made again at once
    void options.budget.tidy();
  }

  async function remove(server: ForkServer): Promise<void> {
    counted.get(server)?.();
    servers.delete(keyOf(server.wanted));
    await server.close();
  }

  function replace(server: ForkServer): void {
    if (closing.signal.aborted || servers.get(keyOf(server.wanted)) !== server) return;
    selection.retry(); // packages may have been installed
    void remove(server).then(() => ensure(server.wanted));
  }

  const ensureExpected = () => expectation.needs().forEach(({ imports }) => ensure(imports, true));
  const timer = tend(servers, options.budget, ensureExpected);
  return {
    ensure: (imports) => ensure(imports),
    expect(needs) {
      expectation.set(needs);
      ensureExpected();
    },
    isExpected: expectation.has,
    hasAll: (server, imports) => keyOf(server.wanted) === keyOf(selection.of(imports)),
    refusals,
    servers: () => servers.values(),
    best: (imports) => bestOf([...servers.values()], new Set(imports)),
    replace,
    async close() {
      clearInterval(timer);
      closing.abort(new Error('closing'));
      await turns.done();
      await options.budget.tidy(); // those that make way now have ended, too
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}

/** The imports for which a fork server is made: none that every kernel has, and none that could not be loaded. */
function createSelection() {
  const common = new Set<string>();
  const missing = new Set<string>();
  return {
    learn({ wanted, had, imports }: ForkServer): void {
      for (const name of had) common.add(name);
      for (const name of wanted) if (!imports.includes(name)) missing.add(name);
    },
    /** What could not be loaded is wanted again. */
    retry: () => missing.clear(),
    of: (imports: readonly string[]): readonly string[] =>
      [...new Set(imports)]
        .filter((name) => !common.has(name) && !missing.has(name))
        .sort()
        .slice(0, MAX_IMPORTS),
  };
}

/** The sets of imports for which a run is expected: as they are, since it is known only later what all kernels have. */
function createExpectation(selection: ReturnType<typeof createSelection>, servers: ReadonlyMap<string, ForkServer>) {
  let expected: readonly ExpectedImports[] = [];
  const count = (imports: readonly string[]) => {
    const key = keyOf(selection.of(imports));
    const same = expected.filter((need) => keyOf(selection.of(need.imports)) === key);
    return same.reduce((sum, { kernels }) => sum + kernels, 0);
  };
  const tell = () => {
    for (const server of servers.values()) server.expect(count(server.wanted));
  };
  return {
    has: (imports: readonly string[]) => count(imports) > 0,
    needs: () => expected,
    /** Tells all fork servers how many runs are expected from them. */
    tell,
    set(needs: readonly ExpectedImports[]): void {
      expected = needs;
      tell();
    },
  };
}

/** The sets of imports whose server has made way for others a moment ago. */
function createPauses() {
  const untilMs = new Map<string, number>();
  return {
    has: (key: string) => performance.now() < (untilMs.get(key) ?? 0),
    /** The work that makes it go, with the pause that begins then. */
    after:
      (key: string, server: Pick<ForkServer, 'isExpected'>, work: () => Promise<void>): (() => Promise<void>) =>
      () => {
        for (const [old, ms] of untilMs) if (performance.now() >= ms) untilMs.delete(old);
        // one that was expected only later has not made way for those that were
        if (server.isExpected()) untilMs.set(key, performance.now() + EVICTED_MS);
        return work();
      },
  };
}

/** Work that is done one by one, each key once: not while it waits or is done, nor for some time after it failed. */
function createTurns() {
  const barredUntilMs = new Map<string, number>();
  let queue = Promise.resolve();
  return {
    add(key: string, work: () => Promise<void>): void {
      if (performance.now() < (barredUntilMs.get(key) ?? 0)) return;
      barredUntilMs.set(key, Infinity);
      // The runs are served in another way meanwhile.
      queue = queue.then(work).then(
        () => void barredUntilMs.delete(key),
        () => void barredUntilMs.set(key, performance.now() + RETRY_MS),
      );
    },
    done: () => queue,
  };
}

/**
 * Periodically adapts the waiting kernels to the demand and the memory to its limit, and makes what is expected and has
 * made way for others before.
 */
function tend(
  servers: ReadonlyMap<string, ForkServer>,
  budget: MemoryBudget,
  ensureExpected: () => void,
): NodeJS.Timeout {
  return setInterval(() => {
    for (const server of servers.values()) server.adapt(performance.now());
    ensureExpected();
    void budget.tidy();
  }, TIDY_MS).unref();
}

function bestOf(servers: readonly ForkServer[], wanted: ReadonlySet<string>): ForkServer | undefined {
  const fitting = servers.filter((server) => server.wanted.every((name) => wanted.has(name)));
  return fitting.sort((a, b) => b.imports.length - a.imports.length)[0];
}
