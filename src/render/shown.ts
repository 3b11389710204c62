/**
 * What of a cell's outputs is on the page: the chunks of a stream as one text, and of very long text its beginning and
 * its end.
 */
import { readCellOptions } from '../domain/notebook/cell-option.ts';
import { settledText } from '../domain/text/stream-text.ts';
import { isOutputRemoved, isStreamRemoved } from './cell-hidden.ts';
import type { ReportCell, ReportOutput, ReportStream } from '../domain/report/report.ts';

/**
 * How much of a step's text is shown from its beginning, and from its end: browsers take half a second per megabyte.
 */
export const SHOWN_END_CHARS = 500_000;

/** Shown where text is left out, under the id of the first chunk that is. */
export interface TextCut {
  readonly type: 'cut';
  readonly id: string;
  readonly cell: number;
  readonly chars: number;
}

export interface ShownText {
  readonly type: 'text';
  readonly id: string;
  readonly name: ReportStream['name'];
  readonly parts: readonly (ReportStream | TextCut)[];
}

export type ShownItem = Exclude<ReportOutput, ReportStream> | ShownText;

/** Ids are stable while outputs are added at the end. */
export function shownItems(
  cell: Pick<ReportCell, 'index' | 'outputs' | 'tags' | 'metadata'> & Partial<Pick<ReportCell, 'source'>>,
): readonly ShownItem[] {
  const { index } = cell;
  const outputs = cell.outputs.filter((output) => {
    if (output.type === 'stream') return !isStreamRemoved(cell, output.name);
    return output.type !== 'display' || !isOutputRemoved(output.metadata);
  });
  const left = leftOut(outputs);
  const items: ShownItem[] = [];
  let parts: (ReportStream | TextCut)[] = [];
  for (const [at, output] of outputs.entries()) {
    if (output.type !== 'stream') {
      items.push(output);
      continue;
    }
    const before = outputs[at - 1];
    if (before?.type !== 'stream' || before.name !== output.name)
      items.push({ type: 'text', id: `${output.id}-text`, name: output.name, parts: (parts = []) });
    if (!left.has(output)) parts.push(output);
    else if (left.values().next().value === output)
      parts.push({ type: 'cut', id: output.id, cell: index, chars: charsOf([...left]) });
  }
  const shown = items.filter((item) => item.type !== 'text' || item.parts.length > 0);
  return isPrintedAsText(cell.source) ? shown.map((item) => (item.type === 'text' ? asMarkdown(item) : item)) : shown;
}

/** Quarto's `#| output: asis`: what the cell prints is Markdown. */
function isPrintedAsText(source = ''): boolean {
  return ['output', 'results'].some((name) => readCellOptions(source).get(name) === 'asis');
}

function asMarkdown(item: ShownText): ShownItem {
  if (item.name !== 'stdout') return item;
  const text = item.parts.map((part) => (part.type === 'stream' ? settledText(part.text) : '\n\n…\n\n')).join('');
  return { type: 'display', id: item.id, data: { 'text/markdown': text }, metadata: {} };
}

function leftOut(outputs: readonly ReportOutput[]): ReadonlySet<ReportStream> {
  const streams = outputs.filter((output) => output.type === 'stream');
  if (charsOf(streams) <= 2 * SHOWN_END_CHARS) return new Set();
  const end = streams.length - fitting(streams.toReversed());
  return new Set(streams.slice(fitting(streams), end));
}

/** How many of the streams, counted from the first, are shown. */
function fitting(streams: readonly ReportStream[]): number {
  let chars = 0;
  const at = streams.findIndex(({ text }) => (chars += text.length) > SHOWN_END_CHARS);
  return at === -1 ? streams.length : at;
}

function charsOf(streams: readonly ReportStream[]): number {
  return streams.reduce((sum, { text }) => sum + text.length, 0);
}
