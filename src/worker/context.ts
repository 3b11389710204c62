/** What the run engine receives: the ports that it calls, and the bounds of a run. */
import type { AppContext, Log } from '../app/context.ts';
import type { SweepContext } from '../app/retention/retention-sweep.ts';
import type { RunFactFeed } from '../app/run/run-fact.ts';
import type { RunStarts } from '../app/run/run-start.ts';
import type { RoomContext } from '../app/run/run-refusal.ts';
import type { FolderRemover } from '../disk/folder-remover.ts';
import type { ConnectionSource } from '../domain/connection/connection.ts';
import type { EnvironmentSource } from '../domain/kernel/environment.ts';
import type { KernelSupplier } from '../domain/kernel/kernel.ts';
import type { Language } from '../domain/parameter/language.ts';
import type { BlobStore } from '../domain/run/blob.ts';
import type { BundleOpener } from '../domain/run/bundle.ts';
import type { Offers } from '../domain/run/placement.ts';
import type { RunLimits } from '../domain/run/run-limit.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import type { QuestionStore } from '../domain/run/choice-question.ts';
import type { ScriptSource } from '../domain/script/script.ts';

/** For the execution of one claimed run. */
export interface RunContext {
  readonly runs: Pick<RunStore, 'append' | 'stopRequest' | 'subscribe'>;
  readonly blobs: Pick<BlobStore, 'get' | 'open' | 'put' | 'putStream'>;
  readonly scripts: Pick<ScriptSource, 'parse'>;
  readonly kernels: Pick<KernelSupplier, 'acquire' | 'uploadPlace'>;
  /** Absent: all runs have the default environment. */
  readonly environments?: EnvironmentSource;
  /** Absent: the files beside scripts are those of this machine. */
  readonly bundles?: BundleOpener;
  /** Absent: scripts have no connections. */
  readonly connections?: Pick<ConnectionSource, 'forScript'>;
  readonly languages: ReadonlyMap<string, Language>;
  readonly limits: RunLimits;
  /** Absolute path of the folder for the runs' work and output folders; private to the server. */
  readonly workDirectory: string;
  /** Removes its content. */
  readonly folders: Pick<FolderRemover, 'remove'>;
  /** Absent: nothing is counted. */
  readonly facts?: Pick<RunFactFeed, 'tell'>;
  readonly log: Log;
  readonly now: () => number;
}

/** For a worker: it also claims runs while there is room, recovers those of an earlier server, deletes old reports. */
export interface WorkerContext extends RunContext, SweepContext, RoomContext {
  readonly runs: RunContext['runs'] &
    SweepContext['runs'] &
    Pick<RunStore, 'claim' | 'expireQueued' | 'onQueued' | 'recover' | 'renewLease' | 'waitingPackages'>;
  readonly blobs: RunContext['blobs'] & SweepContext['blobs'];
  readonly scripts: RunContext['scripts'] & SweepContext['scripts'];
  readonly folders: RunContext['folders'] & SweepContext['folders'];
  readonly kernels: RunContext['kernels'] & Pick<KernelSupplier, 'whenReady' | 'languages' | 'kernelNames'>;
  /** What it offers besides its languages; absent: it takes every run. */
  readonly offers?: Offers;
  /** Absent: no run starts together with its submission. */
  readonly starts?: Pick<RunStarts, 'serve'>;
  /** What processes without kernels ask; absent: there are none. */
  readonly questions?: QuestionStore;
  readonly environmentFor?: AppContext['environmentFor'];
  readonly newId: () => string;
  /** Whether this process deletes old reports, of all that share a database; absent: there is only one. */
  readonly leads?: () => Promise<boolean>;
}

/** For preparing kernels before runs need them. */
export interface PrepareContext extends Pick<RunContext, 'languages' | 'limits' | 'environments'> {
  readonly environmentFor?: AppContext['environmentFor'];
  readonly scripts: Pick<ScriptSource, 'list' | 'read'>;
  readonly kernels: Pick<KernelSupplier, 'prepare' | 'prepareSnapshot' | 'expect'>;
}
