/** The servers of one supplier, one for each set of imports: made on demand one by one, kept by use within a budget. */
import { createForkServer, type ForkServer, type ForkServerOptions, type Refusals } from './fork-server.ts';
import type { MemoryBudget } from './memory-budget.ts';

const TIDY_MS = 30_000;
/** A set of imports that could not be loaded is tried again after this. */
const RETRY_MS = 300_000;
/** More than any script imports at top level; a bound on the key. */
const MAX_IMPORTS = 100;

export interface ForkServerPool {
  /** Makes the server of these imports in the background, unless it is there or has failed lately. */
  ensure(imports: readonly string[]): void;
  /** The server that saves a script with these imports most, and loads nothing that the script does not. */
  best(imports: readonly string[]): ForkServer | undefined;
  /** An outdated or broken server: goes, and another is made. */
  replace(server: ForkServer): void;
  servers(): Iterable<ForkServer>;
  readonly refusals: Refusals;
  close(): Promise<void>;
}

interface Options extends Omit<ForkServerOptions, 'minWaiting' | 'signal'> {
  readonly budget: MemoryBudget;
}

const keyOf = (imports: readonly string[]) => imports.join(' ');

export function createForkServerPool(options: Options): ForkServerPool {
  const servers = new Map<string, ForkServer>();
  /** What takes a server out of the budget again. */
  const counted = new WeakMap<ForkServer, () => void>();
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
    // What is common is known once the first server is there.
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
      options.budget.add({ ...server, evict: wanted.length === 0 ? undefined : () => remove(server) }),
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

/** Which imports a server is made for: none that every kernel has. */
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
