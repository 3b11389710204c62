/**
 * What of a cell's outputs is on the page: the chunks of a stream as one text, and of very long text its beginning and
 * its end.
 */
import { readCellOptions } from '../domain/notebook/cell-option.ts';
import { settledText } from '../domain/text/stream-text.ts';
import { isOutputRemoved, isStreamRemoved, scrollOf } from './cell-hidden.ts';
import type { ReportCell, ReportOutput, ReportStream } from '../domain/report/report.ts';

/**
 * How much of a step's text is shown from its beginning, and from its end: browsers take half a second per megabyte.
 */
export const SHOWN_END_CHARS = 500_000;

/** A step with more outputs than `MANY` shows the first `FIRST` of them; the others are folded behind one button. */
const MANY = 30;
const FIRST = 20;

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

/** The outputs after the first ones of a step that has many. */
export interface ShownRest {
  readonly type: 'rest';
  readonly id: string;
  readonly items: readonly OutputItem[];
  /** How many outputs the step shows before these, and in all. */
  readonly first: number;
  readonly all: number;
}

type OutputItem = Exclude<ReportOutput, ReportStream> | ShownText;

export type ShownItem = OutputItem | ShownRest;

type ShownCell = Pick<ReportCell, 'index' | 'outputs' | 'tags' | 'metadata'> & Partial<Pick<ReportCell, 'source'>>;

/** Ids are stable while outputs are added at the end, but for the one output with which folding begins. */
export function shownItems(cell: ShownCell): readonly ShownItem[] {
  return scrollOf(cell) === undefined ? folded(outputItems(cell)) : outputItems(cell);
}

/** Errors and notices stay in view, below the folded outputs. */
function folded(items: readonly OutputItem[]): readonly ShownItem[] {
  const outputs = items.filter(isFoldable);
  const from = outputs[FIRST];
  if (from === undefined || outputs.length <= MANY) return items;
  const at = items.indexOf(from);
  const after = items.slice(at);
  const inside = after.filter(isFoldable);
  const rest = { type: 'rest', id: `${from.id}-rest`, items: inside, first: FIRST, all: outputs.length } as const;
  return [...items.slice(0, at), rest, ...after.filter((item) => !isFoldable(item))];
}

function isFoldable({ type }: OutputItem): boolean {
  return type === 'text' || type === 'display';
}

function outputItems(cell: ShownCell): readonly OutputItem[] {
  const { index } = cell;
  const outputs = cell.outputs.filter((output) => {
    if (output.type === 'stream') return !isStreamRemoved(cell, output.name);
    return output.type !== 'display' || !isOutputRemoved(output.metadata);
  });
  const left = leftOut(outputs);
  const items: OutputItem[] = [];
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

function asMarkdown(item: ShownText): OutputItem {
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
