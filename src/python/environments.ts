/** The environments of one process: their states, and one build after the other in the background. */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { BuiltEnvironment, EnvironmentSource, EnvironmentState } from '../domain/kernel/environment.ts';
import { AppError } from '../domain/error.ts';
import { packagesText, type ScriptEnvironment } from '../domain/script/script-environment.ts';
import { buildScriptEnvironment, findEnvironment, type BuildOptions } from './environment-build.ts';

/** Lines of the tools that are shown. */
const LINES = 12;
const LINE_CHARS = 300;
/** Number of declarations whose state is known. */
const MOST = 1000;
/** After this time, one that could not be built is tried again: an index may have been away. */
const RETRY_MS = 15 * 60_000;

export interface EnvironmentOptions extends Omit<BuildOptions, 'python' | 'inUse'> {
  /** The default interpreter; undefined: there is none. */
  readonly python: Promise<string | undefined>;
  /** Called before anything is installed. */
  readonly onStart?: (environment: ScriptEnvironment) => void;
  readonly onBuilt?: (environment: ScriptEnvironment, built: BuiltEnvironment, ms: number) => void;
  /** Not called again while it fails in the same way. */
  readonly onFailed?: (environment: ScriptEnvironment, message: string) => void;
  /** Receives what the tools print, a line at a time. */
  readonly say?: (line: string) => void;
}

export function createEnvironments(options: EnvironmentOptions): EnvironmentSource {
  const { get, set, inUse, onChange } = createStates();
  const closing = new AbortController();
  const failures = new LRUCache<string, string>({ max: MOST });
  let queue: Promise<void> = Promise.resolve();

  function failed(key: string, declared: ScriptEnvironment, error: unknown): void {
    if (closing.signal.aborted) return;
    const message = error instanceof Error ? error.message : String(error);
    set(key, { type: 'failed', message, atMs: Date.now() });
    if (failures.get(key) !== message) options.onFailed?.(declared, message);
    failures.set(key, message);
  }

  async function build(key: string, declared: ScriptEnvironment, given: BuildOptions, sinceMs: number): Promise<void> {
    if (closing.signal.aborted) return;
    const startMs = performance.now();
    let lines: readonly string[] = [];
    const say = (line: string) => {
      options.say?.(line);
      lines = [...lines, line.slice(0, LINE_CHARS)].slice(-LINES);
      set(key, { type: 'building', lines, sinceMs });
    };
    options.onStart?.(declared);
    try {
      const built = await buildScriptEnvironment(declared, given, { say, signal: closing.signal });
      set(key, { type: 'ready', built });
      failures.delete(key);
      options.onBuilt?.(declared, built, Math.round(performance.now() - startMs));
    } catch (error) {
      failed(key, declared, error);
    }
  }

  /** One that exists waits for no other one. */
  async function start(key: string, declared: ScriptEnvironment, sinceMs: number): Promise<void> {
    const python = await options.python;
    if (closing.signal.aborted) return;
    if (python === undefined && declared.kind !== 'renv')
      throw new AppError('unavailable', 'There is no Python to build it from.');
    const given: BuildOptions = { ...options, python: python ?? '', inUse };
    const built = findEnvironment(declared, given);
    if (built === undefined) queue = queue.then(() => build(key, declared, given, sinceMs));
    else set(key, { type: 'ready', built });
  }

  function ensure(declared: ScriptEnvironment, again = false): EnvironmentState {
    const key = keyOf(declared);
    const known = get(key);
    const isOld = known?.type === 'failed' && (again || Date.now() - known.atMs > RETRY_MS);
    if (known !== undefined && !isOld) return known;
    const state: EnvironmentState = { type: 'building', lines: [], sinceMs: Date.now() };
    set(key, state);
    start(key, declared, state.sinceMs).catch((error: unknown) => failed(key, declared, error));
    return state;
  }

  return {
    ensure: (declared) => ensure(declared),
    retry: (declared) => ensure(declared, true),
    ready: (declared, signal) => whenSettled(() => outcomeOf(declared, ensure(declared)), onChange, signal),
    onChange,
    async close() {
      closing.abort(new AppError('unavailable', 'The server is stopping.'));
      await queue;
    },
  };
}

/** By declaration; the oldest settled ones are forgotten. */
function createStates() {
  const states = new Map<string, EnvironmentState>();
  const listeners = new Set<() => void>();
  return {
    get: (key: string) => states.get(key),
    set(key: string, state: EnvironmentState): void {
      states.delete(key);
      states.set(key, state);
      for (const [old, { type }] of states) {
        if (states.size <= MOST) break;
        if (type !== 'building') states.delete(old);
      }
      for (const listener of [...listeners]) listener();
    },
    inUse: () => new Set([...states.values()].flatMap((state) => (state.type === 'ready' ? [state.built.key] : []))),
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Settles once `look` returns a value or throws. Rejects with the signal's reason. */
function whenSettled<T>(
  look: () => T | undefined,
  onChange: EnvironmentSource['onChange'],
  signal: AbortSignal,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const settle = () => {
    try {
      signal.throwIfAborted();
      const found = look();
      if (found !== undefined) resolve(found);
    } catch (error) {
      reject(error as Error);
    }
  };
  const unsubscribe = onChange(settle);
  signal.addEventListener('abort', settle);
  settle();
  return promise.finally(() => {
    unsubscribe();
    signal.removeEventListener('abort', settle);
  });
}

function outcomeOf({ file }: ScriptEnvironment, state: EnvironmentState): BuiltEnvironment | undefined {
  if (state.type === 'ready') return state.built;
  if (state.type === 'building') return undefined;
  throw new AppError('unavailable', `The packages of ${file} could not be installed.\n${state.message}`);
}

const keys = new WeakMap<ScriptEnvironment, string>();

/** Equal for the same packages, wherever they are declared. */
function keyOf(declared: ScriptEnvironment): string {
  const key = keys.get(declared) ?? hash('sha256', packagesText(declared));
  keys.set(declared, key);
  return key;
}
