/** A report during a change: copies what is changed once, shares the rest with the original report. */
import type { Report, ReportCell, ReportDisplay, ReportOutput } from './report.ts';
import type { Output } from '../run/run-event.ts';
import type { WidgetModel } from './widget-model.ts';
import { openPlain, openStream, type StreamWriter } from '../text/stream-text.ts';

interface OpenStream {
  readonly writer: StreamWriter;
  readonly name: 'stdout' | 'stderr';
  /** Index of the output that contains the writer's first chunk. */
  readonly first: number;
}

/** What Output widgets contain, each like a cell, and the positions of the widgets by their ids. */
export interface WidgetContents {
  readonly ids: Map<string, number>;
  readonly draft: ReportDraft;
}

export interface ReportDraft {
  report: Report;
  readonly cells: ReportCell[];
  /** Output lists that belong to this draft alone, by cell. */
  readonly outputs: Map<number, ReportOutput[]>;
  readonly streams: Map<number, OpenStream>;
  /** Where each display id is shown; made when first needed. */
  displays?: Map<string, [cell: number, output: number][]>;
  /** The contents of Output widgets; opened when first needed. */
  contents?: WidgetContents;
  /** The state of widgets; copied when first changed. */
  models?: Map<string, WidgetModel>;
}

export function openDraft(report: Report): ReportDraft {
  return { report, cells: [...report.cells], outputs: new Map(), streams: new Map() };
}

/** The changed report; unchanged cells and outputs are the same objects. */
export function closeDraft(draft: ReportDraft, seq: number): Report {
  for (const cell of draft.streams.keys()) sealStream(draft, cell);
  for (const [index, outputs] of draft.outputs) changeCell(draft, index, { outputs });
  return { ...draft.report, seq, cells: draft.cells };
}

/** Does nothing if there is no such cell: a log is never refused. */
export function changeCell(draft: ReportDraft, index: number, change: Partial<ReportCell>): void {
  const cell = draft.cells[index];
  if (cell !== undefined) draft.cells[index] = { ...cell, ...change };
}

export function clearOutputs(draft: ReportDraft, cell: number): void {
  draft.streams.delete(cell);
  delete draft.displays;
  draft.outputs.set(cell, []);
}

/** Appends an output to the cell's, after a pending clearing. */
export function addOutput(
  draft: ReportDraft,
  cell: number,
  output: Output | { readonly type: 'notice'; readonly text: string },
): void {
  const outputs = writableOutputs(draft, cell);
  const id = outputId(cell, outputs.length);
  if (output.type === 'display' && output.displayId !== undefined) {
    place(draft.displays, output.displayId, cell, outputs.length);
  }
  outputs.push({ ...output, id });
}

export function appendStream(draft: ReportDraft, cell: number, name: 'stdout' | 'stderr', text: string): void {
  if (text === '' || draft.cells[cell] === undefined) return;
  if (draft.cells[cell].clearing || draft.streams.get(cell)?.name !== name) {
    const outputs = writableOutputs(draft, cell);
    const last = outputs.at(-1);
    const goesOn = last?.type === 'stream' && last.name === name;
    if (!goesOn) outputs.push({ type: 'stream', id: outputId(cell, outputs.length), name, text: '' });
    const open = draft.report.asPrinted === true ? openPlain : openStream;
    draft.streams.set(cell, { writer: open(goesOn ? last.text : ''), name, first: outputs.length - 1 });
  }
  draft.streams.get(cell)?.writer.write(text);
}

/** Shows new data wherever the display id is on the page, in any cell. */
export function updateDisplays(
  draft: ReportDraft,
  displayId: string,
  change: Pick<ReportDisplay, 'data' | 'metadata' | 'widgets' | 'tableKey'>,
): void {
  draft.displays ??= findDisplays(draft);
  for (const [cell, index] of draft.displays.get(displayId) ?? []) {
    const outputs = ownOutputs(draft, cell);
    const shown = outputs[index] as ReportDisplay;
    const { tableKey: _key, kept: _kept, unkept: _unkept, ...rest } = shown;
    outputs[index] = { ...rest, ...change };
  }
}

/** The table behind an output is kept, or is not. */
export function keepTable(draft: ReportDraft, key: string, change: Pick<ReportDisplay, 'kept' | 'unkept'>): void {
  for (const { index } of draft.cells) {
    const found = (draft.outputs.get(index) ?? draft.cells[index]!.outputs).some(
      (output) => output.type === 'display' && output.tableKey === key,
    );
    if (!found) continue;
    const outputs = ownOutputs(draft, index);
    for (const [at, output] of outputs.entries())
      if (output.type === 'display' && output.tableKey === key) outputs[at] = { ...output, ...change };
  }
}

function writableOutputs(draft: ReportDraft, cell: number): ReportOutput[] {
  if (draft.cells[cell]?.clearing) {
    clearOutputs(draft, cell);
    const { clearing: _, ...cleared } = draft.cells[cell];
    draft.cells[cell] = cleared;
  }
  sealStream(draft, cell);
  return ownOutputs(draft, cell);
}

function ownOutputs(draft: ReportDraft, cell: number): ReportOutput[] {
  const own = draft.outputs.get(cell) ?? [...(draft.cells[cell]?.outputs ?? [])];
  draft.outputs.set(cell, own);
  return own;
}

function sealStream(draft: ReportDraft, cell: number): void {
  const open = draft.streams.get(cell);
  if (open === undefined) return;
  draft.streams.delete(cell);
  const outputs = ownOutputs(draft, cell);
  for (const [offset, text] of open.writer.chunks().entries()) {
    const index = open.first + offset;
    const before = outputs[index];
    if (before?.type === 'stream' && before.text === text) continue;
    outputs[index] = { type: 'stream', id: outputId(cell, index), name: open.name, text };
  }
}

function outputId(cell: number, index: number): string {
  return `c${cell}-o${index}`;
}

function findDisplays(draft: ReportDraft): Map<string, [number, number][]> {
  const displays = new Map<string, [number, number][]>();
  for (const cell of draft.cells) {
    for (const [index, output] of (draft.outputs.get(cell.index) ?? cell.outputs).entries()) {
      if (output.type === 'display' && output.displayId !== undefined)
        place(displays, output.displayId, cell.index, index);
    }
  }
  return displays;
}

function place(displays: ReportDraft['displays'], displayId: string, cell: number, index: number): void {
  const places = displays?.get(displayId);
  if (places === undefined) displays?.set(displayId, [[cell, index]]);
  else places.push([cell, index]);
}
