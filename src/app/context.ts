/** What use cases receive: the ports and the bounds. Composed by hand in `main.ts`. */
import type { TokenStore } from '../domain/access/token.ts';
import type { Audit, AuditStore } from '../domain/audit.ts';
import type { BlobStore } from '../domain/run/blob.ts';
import type { BundleOpener, BundlePublisher } from '../domain/run/bundle.ts';
import type { ConnectionSource } from '../domain/connection/connection.ts';
import type { DocumentWriter } from '../domain/report/document-writer.ts';
import type { Descriptors } from '../domain/descriptor.ts';
import type { EnvironmentSource } from '../domain/kernel/environment.ts';
import type { KernelSupplier } from '../domain/kernel/kernel.ts';
import type { Language } from '../domain/parameter/language.ts';
import type { Retention } from '../domain/retention/retention.ts';
import type { Offers } from '../domain/run/placement.ts';
import type { RunLimits } from '../domain/run/run-limit.ts';
import type { LinkStore } from '../domain/run/link.ts';
import type { TableConverter } from '../domain/run/table-converter.ts';
import type { TablePager } from '../domain/run/table-page.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import type { QuestionStore } from '../domain/run/choice-question.ts';
import type { ChoiceSource } from '../domain/script/choice-source.ts';
import type { AccountStore } from '../domain/access/account.ts';
import type { SessionStore } from '../domain/access/session.ts';
import type { PresetStore } from '../domain/preset.ts';
import type { RollbackControl } from '../domain/rollback.ts';
import type { ScriptOrigin } from '../domain/script/script-origin.ts';
import type { ScriptEnvironment } from '../domain/script/script-environment.ts';
import type { ModuleSource } from '../domain/script/module-source.ts';
import type { Seals } from '../domain/seals.ts';
import type { Script, ScriptSource } from '../domain/script/script.ts';
import type { FolderRemover } from '../disk/folder-remover.ts';
import type { RunFactFeed } from './run/run-fact.ts';
import type { RunStarts } from './run/run-start.ts';
import type { InterestTable } from './script/script-interest.ts';
import type { UploadRoom } from './upload/upload-room.ts';

export interface Log {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** What every log line about a run contains; never its values. */
export function runAbout({ id, script }: { readonly id: string; readonly script: string }) {
  return { run: id, script };
}

export interface AppContext {
  readonly scripts: ScriptSource;
  /** Absent: the scripts are files of this machine. */
  readonly origin?: ScriptOrigin;
  readonly runs: RunStore;
  readonly sessions: SessionStore;
  /** Absent: this server keeps no passwords of people. */
  readonly accounts?: AccountStore;
  /** Absent: people have no tokens. */
  readonly tokens?: TokenStore;
  readonly blobs: BlobStore;
  readonly kernels: KernelSupplier;
  /** What a run of a script gets packages for; undefined: it runs in the default environment. Absent: all do. */
  readonly environmentFor?: (script: Script) => ScriptEnvironment | undefined;
  /** The environments that this process builds; absent: none. */
  readonly environments?: EnvironmentSource;
  /** Absent: runs use the files beside scripts where they execute. */
  readonly bundles?: BundlePublisher & BundleOpener;
  /** Absent: nobody can say which modules a script lacks. */
  readonly modules?: ModuleSource;
  /** Absent: scripts have no connections. */
  readonly connections?: ConnectionSource;
  /** Absent: reports have no formats that outside programs write. */
  readonly documents?: DocumentWriter;
  /** Absent: kept tables cannot be downloaded. */
  readonly tables?: TableConverter;
  /** Absent: readers cannot page through kept tables. */
  readonly tablePages?: TablePager;
  /** Absent: inputs have no choices from elsewhere. */
  readonly choices?: ChoiceSource;
  /** Where several processes share a database: what those without kernels ask the others. */
  readonly questions?: QuestionStore;
  /** Who has the page of which script open; absent: no kernels wait for pages. */
  readonly interests?: InterestTable;
  /** Absent: files cannot be given to runs. */
  readonly uploads?: UploadRoom;
  /** Of places in lists, uploads, and what a second factor is set up with. */
  readonly seals: Seals;
  /** Absent: values cannot be kept under names. */
  readonly presets?: PresetStore;
  /** Absent: there are no links to reports. */
  readonly links?: LinkStore;
  /** Absent: scripts cannot be rolled back. */
  readonly rollbackControl?: RollbackControl;
  readonly languages: ReadonlyMap<string, Language>;
  readonly limits: RunLimits;
  /** How long reports are kept, how many, and how much space they may take. */
  readonly retention: Retention;
  readonly timezone: string;
  readonly serverVersion: string;
  /** Absolute path of the folder for the runs' work and output folders; private to the server. */
  readonly workDirectory: string;
  /** Removes its content. */
  readonly folders: Pick<FolderRemover, 'remove' | 'isRemoving' | 'leftBytes'>;
  /** Bytes that are free on the disk of the data folder. */
  readonly freeBytes: () => Promise<number>;
  /** Why nothing can be stored now, although the disk has room; undefined if that is unknown. */
  readonly storageProblem?: () => Promise<string | undefined>;
  /**
   * Calls the listener each time the database has stopped answering. Returns a function that unsubscribes. Absent: the
   * database is in this process.
   */
  readonly onSilence?: (listener: () => void) => () => void;
  /** Whether this process does the maintenance, of all that share a database; absent: there is only one. */
  readonly leads?: () => Promise<boolean>;
  /** What this process offers to runs besides its languages, where several share a database. */
  readonly offers?: Offers;
  /** Number of open files and sockets; absent: not counted. */
  readonly descriptors?: () => Descriptors;
  /** Aborted when the server is told to stop: it accepts no more runs. */
  readonly stopping?: AbortSignal;
  /** Absent: nothing is recorded. */
  readonly audit?: Audit;
  /** What was recorded, also where nothing is recorded any more. Absent: nothing can be. */
  readonly auditStore?: AuditStore;
  /** How long it is kept. */
  readonly auditKeptMs?: number;
  /** Absent: all runs wait in the queue until a worker takes them. */
  readonly starts?: RunStarts;
  /** Absent: nothing is counted. */
  readonly facts?: RunFactFeed;
  readonly log: Log;
  readonly now: () => number;
  readonly newId: () => string;
}
