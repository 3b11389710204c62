/** What the parts that turn a kernel's messages into events share. */
import type { BlobStore } from '../domain/run/blob.ts';
import type { Mask } from '../domain/mask/mask.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import type { OutputBudget } from './output-budget.ts';
import type { ArtifactCollector } from './run-artifact.ts';

export interface OutputSink {
  readonly mask: Mask;
  readonly blobs: BlobStore;
  readonly budget: OutputBudget;
  readonly artifacts: ArtifactCollector;
  readonly write: (event: RunEvent) => Promise<void>;
}

/** Says once that output was cut. */
export async function noticeCut({ budget, write }: OutputSink, cell: number): Promise<void> {
  const text = budget.notice();
  if (text !== undefined) await write({ type: 'notice', cell, text });
}
