/** State shared by the parts that turn a kernel's messages into events. */
import type { BlobStore } from '../../domain/run/blob.ts';
import type { Mask } from '../../domain/mask/mask.ts';
import type { RunEvent } from '../../domain/run/run-event.ts';
import type { KeptFiles } from '../file-kept.ts';
import type { OutputBudget } from './output-limit.ts';
import type { ArtifactCollector } from '../run-artifact.ts';
import type { TableKeeper } from '../run-table.ts';

export interface OutputSink {
  readonly mask: Mask;
  readonly blobs: Pick<BlobStore, 'put'>;
  readonly budget: OutputBudget;
  readonly artifacts: ArtifactCollector;
  readonly files: KeptFiles;
  readonly tables: Pick<TableKeeper, 'take'>;
  readonly write: (event: RunEvent) => Promise<void>;
  /** Notices about what is not kept that were already written, by subject. */
  readonly told: Map<Left, Set<string>>;
}

/** What may be left out of a report. */
export type Left = 'result' | 'form' | 'metadata' | 'message' | 'widget' | 'secret';

/** Number of different notices per subject; further ones are left out. */
const SENTENCES = 10;

/** Writes once that output was cut. */
export async function noticeCut(sink: OutputSink, cell: number): Promise<void> {
  const text = sink.budget.notice();
  if (text !== undefined) await sink.write({ type: 'notice', cell, text });
}

/** Writes once per run that something is not kept. */
export async function noticeLeft({ told, write }: OutputSink, cell: number, left: Left, text: string): Promise<void> {
  const said = told.get(left) ?? new Set();
  if (said.has(text) || said.size >= SENTENCES) return;
  told.set(left, said.add(text));
  await write({ type: 'notice', cell, text });
}
