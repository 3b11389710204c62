/** What a cell displays, as events of the run. */
import type { KernelMessage } from '../domain/kernel/kernel.ts';
import type { Output } from '../domain/run/run-event.ts';
import { bundleSize, storeBundle } from './output-bundle.ts';
import { maskBundle } from './output-mask.ts';
import { noticeCut, type OutputSink } from './output-sink.ts';

export type Display = Extract<KernelMessage, { type: 'display' | 'update-display' }>;

/** Shows the whole bundle or, beyond the run's bounds, nothing. Throws `unavailable` when the disk is full. */
export async function showDisplay(sink: OutputSink, cell: number, message: Display): Promise<void> {
  // before it is masked, which makes nothing longer: what has no room needs no masking
  const size = bundleSize(message.data) + JSON.stringify(message.metadata).length;
  if (!sink.budget.takePiece(size)) return noticeCut(sink, cell);
  const data = await storeBundle(sink.blobs, await maskBundle(message.data, sink.mask));
  const metadata = sink.mask.json(message.metadata);
  if (message.type === 'update-display') {
    return sink.write({ type: 'output-updated', displayId: sink.mask.text(message.displayId), data, metadata });
  }
  const { displayId, executionCount } = message;
  const output: Output = {
    type: 'display',
    data,
    metadata,
    ...(displayId === undefined ? {} : { displayId: sink.mask.text(displayId) }),
    ...(executionCount === undefined ? {} : { executionCount }),
  };
  await sink.write({ type: 'output-added', cell, output });
}
