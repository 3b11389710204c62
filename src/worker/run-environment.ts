/** The packages of runs: installed before a run is claimed, so that it waits in the queue and takes nobody's place. */
import { AppError } from '../domain/error.ts';
import type { BuiltEnvironment, EnvironmentState } from '../domain/kernel/environment.ts';
import type { Run } from '../domain/run/run.ts';
import { readEnvironmentText, type ScriptEnvironment } from '../domain/script/script-environment.ts';
import type { RunContext, WorkerContext } from './context.ts';

/** Number of declarations that are remembered, and that others are told. */
const MOST = 100;

/** The environment of one run, and where it is declared. */
export interface RunEnvironment extends BuiltEnvironment {
  readonly file: string;
}

/**
 * Undefined: the run has the default environment. Waits for one that is being built. Throws `unavailable` with the
 * message of the resolver, and the signal's reason.
 */
export async function environmentOfRun(
  { blobs, environments }: Pick<RunContext, 'blobs' | 'environments'>,
  { packages }: Pick<Run, 'packages'>,
  signal: AbortSignal,
): Promise<RunEnvironment | undefined> {
  if (packages === undefined || environments === undefined) return undefined;
  const declared = await readDeclared(blobs, packages);
  if (declared === undefined) throw new AppError('internal', 'What the run declares as its packages is missing.');
  return { ...(await environments.ready(declared, signal)), file: declared.file };
}

/** Undefined if it is missing. */
export async function readDeclared(blobs: Pick<RunContext['blobs'], 'get'>, hash: string) {
  const bytes = await blobs.get(hash);
  return bytes && readEnvironmentText(Buffer.from(bytes).toString('utf8'));
}

export interface EnvironmentQueue {
  /**
   * The packages, by hash, with which no waiting run can start here: they are being installed, which this starts, or
   * another worker may have what could not be installed here.
   */
  withheld(): Promise<readonly string[]>;
  /** As it was last. */
  readonly last: readonly string[];
  /** Calls back when packages are there, or could not be installed; returns a function that unsubscribes. */
  onSettled(listener: () => void): () => void;
}

/** `isAlone`: no other process could execute a run. */
export function createEnvironmentQueue(
  { runs, blobs, environments }: Pick<WorkerContext, 'runs' | 'blobs' | 'environments'>,
  isAlone: boolean,
): EnvironmentQueue {
  const known = new Map<string, ScriptEnvironment | undefined>();
  let last: readonly string[] = [];

  /** One that cannot be read fails its run, which says so. */
  async function stateOf(hash: string): Promise<EnvironmentState['type']> {
    if (!known.has(hash)) known.set(hash, await readDeclared(blobs, hash));
    if (known.size > MOST) known.delete(known.keys().next().value ?? '');
    const declared = known.get(hash);
    return (declared && environments?.ensure(declared).type) ?? 'failed';
  }

  async function find(): Promise<readonly string[]> {
    if (environments === undefined && isAlone) return [];
    const waiting = (await runs.waitingPackages()).slice(0, MOST);
    const states = await Promise.all(waiting.map(stateOf));
    return waiting.filter((_, at) => states[at] === 'building' || (states[at] === 'failed' && !isAlone));
  }

  return {
    get last() {
      return last;
    },
    withheld: async () => (last = await find()),
    onSettled(listener) {
      return (
        environments?.onChange(() => {
          const isBuilding = (hash: string) => {
            const declared = known.get(hash);
            return declared !== undefined && environments.ensure(declared).type === 'building';
          };
          if (last.some((hash) => !isBuilding(hash))) listener();
        }) ?? (() => {})
      );
    },
  };
}
