/** What use cases receive: the ports and the bounds. Composed by hand in `main.ts`. */
import type { BlobStore } from '../domain/run/blob.ts';
import type { ConnectionSource } from '../domain/connection/connection.ts';
import type { DocumentWriter } from '../domain/report/document-writer.ts';
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

/** Every bound of a run; all come from the settings. */
export interface Limits {
  readonly concurrency: number;
  readonly queueLimit: number;
  readonly wallMs: number;
  readonly cellMs: number;
  /** A cell that shows nothing new for longer ends its run as `timed-out` (idle); absent: none. */
  readonly idleMs?: number;
  /** The program of a run may take so long to end after its last cell; 0: it is killed at once. */
  readonly endMs: number;
  /** A run that waits longer ends as `timed-out` (queue). */
  readonly queueMs: number;
  /** Size of all outputs of a run; the rest is cut with a notice. */
  readonly outputBytes: number;
  /** Number of displays of a run, including updates; the rest is cut with a notice. */
  readonly outputCount: number;
  readonly artifactBytes: number;
  /** When less than this is free on the disk, no run starts. */
  readonly diskReserveBytes: number;
}

/** What every log line about a run contains; never its values. */
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
  /** Absent: reports have no formats that outside programs write. */
  readonly documents?: DocumentWriter;
  readonly languages: ReadonlyMap<string, Language>;
  readonly limits: Limits;
  /** How long reports are kept, how many, and how much space they may take. */
  readonly retention: Retention;
  readonly timezone: string;
  readonly serverVersion: string;
  /** Absolute path of the folder for the runs' work and output folders; private to the server. */
  readonly workDirectory: string;
  /** Removes its content. */
  readonly folders: Pick<FolderRemover, 'remove' | 'leftBytes'>;
  /** Bytes that are free on the disk of the data folder. */
  readonly freeBytes: () => Promise<number>;
  /** Why nothing can be stored now, although the disk has room; undefined if that is unknown. */
  readonly storageProblem?: () => Promise<string | undefined>;
  /** Number of open files and sockets; absent: not counted. */
  readonly descriptors?: () => Descriptors;
  /** Aborted when the server is told to stop: it accepts no more runs. */
  readonly stopping?: AbortSignal;
  /** Absent: nothing is counted. */
  readonly facts?: RunFactFeed;
  readonly log: Log;
  readonly now: () => number;
  readonly newId: () => string;
}
