/** What a cell displays, as events of the run. */
import { hash } from 'node:crypto';
import { defined } from '../../domain/defined.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import type { KernelMessage } from '../../domain/kernel/kernel.ts';
import type { Output } from '../../domain/run/run-event.ts';
import { boundBundle, bundleSize, storeBundle } from './output-bundle.ts';
import { maskBundle } from './output-mask.ts';
import { noticeCut, noticeLeft, type OutputSink } from './output-sink.ts';
import { isTableKey } from '../table-announcement.ts';

export type Display = Extract<KernelMessage, { type: 'display' | 'update-display' }>;

const HOLDS_SECRET =
  'A format of an output is not kept: it is long, and contains the value of a password or a connection.';
/** In the metadata of an output: the key of the table that it shows. Not kept there. */
const TABLE_KEY = 'script-runner-table';
const METADATA_CHARS = 100_000;
const DISPLAY_ID_CHARS = 200;

/**
 * Shows the whole bundle or, beyond the run's bounds, nothing. `widgets`: those whose outputs a view shows. Throws
 * `unavailable` when the disk is full.
 */
export async function showDisplay(
  sink: OutputSink,
  cell: number,
  message: Display,
  widgets: readonly string[] = [],
): Promise<void> {
  const { bundle, isWhole } = boundBundle(message.data);
  if (!isWhole) {
    const text = 'Some formats of an output are not kept: there are too many, or their types are not valid names.';
    await noticeLeft(sink, cell, 'form', text);
  }
  const metadata = await boundMetadata(sink, cell, message.metadata);
  // before masking, which makes nothing longer: what does not fit needs no masking
  const size = bundleSize(bundle) + JSON.stringify(metadata).length + widgets.join().length;
  if (!sink.budget.takePiece(size)) return noticeCut(sink, cell);
  await showBounded(sink, cell, { ...message, data: bundle, metadata }, widgets);
}

async function boundMetadata(sink: OutputSink, cell: number, metadata: JsonObject): Promise<JsonObject> {
  if (JSON.stringify(metadata).length <= METADATA_CHARS) return metadata;
  await noticeLeft(sink, cell, 'metadata', 'The metadata of an output is not kept: at most 100 kB are allowed.');
  return {};
}

async function showBounded(sink: OutputSink, cell: number, message: Display, shown: readonly string[]): Promise<void> {
  const widgets = shown.length === 0 ? undefined : shown.map((id) => sink.mask.text(id));
  const { bundle, isWhole } = await maskBundle(message.data, sink.mask);
  if (!isWhole) await noticeLeft(sink, cell, 'secret', HOLDS_SECRET);
  await sink.files.keepShown(bundle);
  const data = await storeBundle(sink.blobs, bundle);
  const { [TABLE_KEY]: key, ...own } = message.metadata;
  const tableKey = isTableKey(key) ? key : undefined;
  const metadata = sink.mask.json(own);
  if (message.type === 'update-display') {
    const displayId = readDisplayId(sink, message.displayId);
    return sink.write({ type: 'output-updated', displayId, data, metadata, ...defined({ widgets, tableKey }) });
  }
  const { displayId, executionCount } = message;
  const output: Output = {
    type: 'display',
    data,
    metadata,
    ...(displayId === undefined ? {} : { displayId: readDisplayId(sink, displayId) }),
    ...defined({ executionCount, widgets, tableKey }),
  };
  await sink.write({ type: 'output-added', cell, output });
}

/** A long one is replaced by its hash. */
function readDisplayId({ mask }: OutputSink, id: string): string {
  return id.length <= DISPLAY_ID_CHARS ? mask.text(id) : hash('sha256', id);
}
