/**
 * The fork servers of one supplier, one for each set of imports: made on demand one by one, kept by use within a memory
 * budget.
 */
import { createForkServer, type ForkServer, type ForkServerOptions, type Refusals } from './fork-server.ts';
import type { MemoryBudget } from './memory-budget.ts';

const TIDY_MS = 30_000;
/** After this time, a set of imports that could not be loaded is tried again. */
const RETRY_MS = 300_000;
/** More than any script imports at top level; a limit on the key. */
const MAX_IMPORTS = 100;

export interface ForkServerPool {
  /** Makes the fork server of these imports in the background, unless it exists or has failed recently. */
  ensure(imports: readonly string[]): void;
  /** The fork server that saves most for a script with these imports, and loads nothing that the script does not. */
  best(imports: readonly string[]): ForkServer | undefined;
  /** An outdated or broken fork server: ends, and another is made. */
  replace(server: ForkServer): void;
  servers(): Iterable<ForkServer>;
  readonly refusals: Refusals;
  close(): Promise<void>;
}

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
  /** Until when imports are not tried: while they are being loaded, and for some time after that failed. */
  const barredUntilMs = new Map<string, number>();
  const selection = createSelection();
  const refusals: Refusals = new Map();
  const closing = new AbortController();
  let queue = Promise.resolve();

  /** One at a time: imports take a processor each, and runs need them, too. */
  function ensure(imports: readonly string[]): void {
    const wanted = selection.of(imports);
    const key = keyOf(wanted);
    if (servers.has(key) || performance.now() < (barredUntilMs.get(key) ?? 0)) return;
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
    // Common modules are known once the first fork server is ready.
    const wanted = selection.of(asked);
    if (closing.signal.aborted || servers.has(keyOf(wanted))) return;
    const server = await createForkServer(
      { ...options, minWaiting: wanted.length === 0 ? options.maxWaiting : 0, signal: closing.signal },
      wanted,
      refusals,
    );
    servers.set(keyOf(wanted), server);
    selection.leaveOut(server.had);
    counted.set(
      server,
      options.budget.add({
        ...server,
        evict: wanted.length === 0 && options.isKept !== false ? undefined : () => remove(server),
      }),
    );
    void server.gone.then(() => replace(server));
    await options.budget.tidy();
  }

  async function remove(server: ForkServer): Promise<void> {
    counted.get(server)?.();
    servers.delete(keyOf(server.wanted));
    await server.close();
  }

  function replace(server: ForkServer): void {
    if (closing.signal.aborted || servers.get(keyOf(server.wanted)) !== server) return;
    void remove(server).then(() => ensure(server.wanted));
  }

  const timer = tend(servers, options.budget);
  return {
    ensure,
    refusals,
    servers: () => servers.values(),
    best: (imports) => bestOf([...servers.values()], new Set(imports)),
    replace,
    async close() {
      clearInterval(timer);
      closing.abort(new Error('closing'));
      await queue;
      await Promise.all([...servers.values()].map((server) => server.close()));
    },
  };
}

/** The imports for which a fork server is made: none that every kernel has. */
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

/** Periodically adapts the waiting kernels to the demand and the memory to its limit. */
function tend(servers: ReadonlyMap<string, ForkServer>, budget: MemoryBudget): NodeJS.Timeout {
  return setInterval(() => {
    for (const server of servers.values()) server.adapt(performance.now());
    void budget.tidy();
  }, TIDY_MS).unref();
}

function bestOf(servers: readonly ForkServer[], wanted: ReadonlySet<string>): ForkServer | undefined {
  const fitting = servers.filter((server) => server.wanted.every((name) => wanted.has(name)));
  return fitting.sort((a, b) => b.imports.length - a.imports.length)[0];
}
