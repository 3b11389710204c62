/** The environments of scripts that declare packages (port): built in the background, shared, kept. By `python/`. */
import type { ScriptEnvironment } from '../script/script-environment.ts';

export interface BuiltEnvironment {
  /** Hash of what was resolved and of the Python or R: equal for all scripts that share it. */
  readonly key: string;
  /** Absolute path of its interpreter, which has ipykernel; absent for R. */
  readonly python?: string;
  /** Absolute path of its library of R packages; absent for Python. */
  readonly library?: string;
  /** Version of its Python or R: `3.12.4`. */
  readonly version: string;
  /** What was resolved: a requirements file with exact versions and hashes, or the lock file of renv. */
  readonly lock: string;
}

export type EnvironmentState =
  | { readonly type: 'ready'; readonly built: BuiltEnvironment }
  /** `lines`: the last of what the tools print, without passwords; empty while others are built before it. */
  | { readonly type: 'building'; readonly lines: readonly string[]; readonly sinceMs: number }
  /** `message`: of the resolver, for the author. */
  | { readonly type: 'failed'; readonly message: string; readonly atMs: number };

export interface EnvironmentSource {
  /** Starts to build it, unless it is ready, being built, or has failed; returns at once. */
  ensure(environment: ScriptEnvironment): EnvironmentState;
  /** As `ensure`, also if it has failed. */
  retry(environment: ScriptEnvironment): EnvironmentState;
  /** Waits for it. Throws `unavailable` with the message of the resolver, and the signal's reason. */
  ready(environment: ScriptEnvironment, signal: AbortSignal): Promise<BuiltEnvironment>;
  /** Called after each change of a state; returns a function that unsubscribes. */
  onChange(listener: () => void): () => void;
  /** Stops what is being built; settles when nothing runs any more. */
  close(): Promise<void>;
}
