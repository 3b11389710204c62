/** What use cases are given: the ports and the bounds. Composed by hand in `main.ts`. */
import type { BlobStore } from '../domain/run/blob.ts';
import type { ConnectionSource } from '../domain/connection/connection.ts';
import type { Descriptors } from '../domain/descriptor.ts';
import type { KernelSupplier } from '../domain/kernel/kernel.ts';
import type { Language } from '../domain/parameter/language.ts';
import type { Retention } from '../domain/retention/retention.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import type { ScriptSource } from '../domain/script/script.ts';
import type { FolderRemover } from '../disk/folder-remover.ts';
import type { RunFactFeed } from './run-fact.ts';

export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Every bound of a run; all from the settings. */
export interface Limits {
  readonly concurrency: number;
  readonly queueLimit: number;
  readonly wallMs: number;
  readonly cellMs: number;
  /** A cell that shows nothing new for longer ends its run as `timed-out` (idle); absent: none. */
  readonly idleMs?: number;
  /** A run that waits longer ends as `timed-out` (queue). */
  readonly queueMs: number;
  /** All outputs of a run together; the rest is cut with a notice. */
  readonly outputBytes: number;
  /** Displays of a run, changes of them included; the rest is cut with a notice. */
  readonly outputCount: number;
  readonly artifactBytes: number;
  /** With less than this free on the disk, no run starts. */
  readonly diskReserveBytes: number;
}

/** What every line about a run says of it; never its values. */
export function runAbout({ id, script }: { readonly id: string; readonly script: string }) {
  return { run: id, script };
}

export interface AppContext {
  readonly scripts: ScriptSource;
  readonly runs: RunStore;
  readonly blobs: BlobStore;
  readonly kernels: KernelSupplier;
  /** Absent: scripts have no connections. */
  readonly connections?: ConnectionSource;
  readonly languages: ReadonlyMap<string, Language>;
  readonly limits: Limits;
  /** How long reports stay, how many and how much of them. */
  readonly retention: Retention;
  readonly timezone: string;
  readonly serverVersion: string;
  /** Absolute folder for the runs' work and output folders; private to the server. */
  readonly workDirectory: string;
  /** Removes what is in it. */
  readonly folders: Pick<FolderRemover, 'remove' | 'leftBytes'>;
  /** Bytes that are free on the disk of the data folder. */
  readonly freeBytes: () => Promise<number>;
  /** Why nothing can be kept now, though the disk has room; absent where it cannot be told. */
  readonly storageProblem?: () => Promise<string | undefined>;
  /** Files and sockets that are open; absent: nobody counts. */
  readonly descriptors?: () => Descriptors;
  /** Aborted when the server is told to stop: it takes no more runs. */
  readonly stopping?: AbortSignal;
  /** Absent: nobody counts. */
  readonly facts?: RunFactFeed;
  readonly log: Log;
  readonly now: () => number;
  readonly newId: () => string;
}
