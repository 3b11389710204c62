/** What reports are made from. */
import type { BlobStore } from '../../domain/run/blob.ts';
import type { RunStore } from '../../domain/run/run-store.ts';
import type { ScriptSource } from '../../domain/script/script.ts';
import type { RevisionMemory } from '../revision/revision-memory.ts';

export interface ReportContext {
  readonly runs: Pick<RunStore, 'find' | 'isShared' | 'position' | 'events' | 'isFarBehind' | 'subscribe'>;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly scripts: Pick<ScriptSource, 'parse'>;
  /** Called for bytes of a report that are missing or damaged, with a sentence for the operator. */
  readonly onUnreadable?: ((problem: string) => void) | undefined;
  /** Absent: scripts are read again for each report. */
  readonly revisions?: RevisionMemory;
}
