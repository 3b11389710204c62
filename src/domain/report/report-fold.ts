/** The one fold: applies a run's events to the report of its notebook. Pure; each report shares what did not change. */
import { defined } from '../defined.ts';
import type { Cell, Notebook } from '../notebook/notebook.ts';
import {
  addOutput,
  appendStream,
  changeCell,
  clearOutputs,
  closeDraft,
  keepTable,
  openDraft,
  updateDisplays,
  type ReportDraft,
} from './report-draft.ts';
import type { ReportTheme } from '../script/script-theme.ts';
import type { Report, ReportCell } from './report.ts';
import { applyToWidget, changeModels, closeWidgets, isViewOf, openWidgets } from './report-widget.ts';
import type { RunEvent, StoredEvent } from '../run/run-event.ts';
import { readClassicRows } from '../script/script-classic.ts';

const BEGAN_AGAIN = 'The program that executed this run has vanished, so the run began again.';

type Event<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** The report before the first event: the text above the first code is shown, everything else waits. */
export function startReport(
  notebook: Notebook,
  options: {
    readonly title: string;
    readonly showCode: boolean;
    readonly script?: string;
    readonly theme?: ReportTheme;
  },
): Report {
  const report: Report = {
    seq: 0,
    title: options.title,
    language: notebook.language,
    showCode: options.showCode,
    status: 'queued',
    cells: notebook.cells.map(waitingCell),
    notices: [],
    results: [],
    artifacts: [],
    tables: [],
    files: new Map(),
    ...defined({ script: options.script, theme: options.theme }),
  };
  return revealed(report);
}

/** Folding events one by one or in batches gives equal reports; a batch copies each changed list once. */
export function foldReport(report: Report, events: readonly StoredEvent[]): Report {
  const last = events.at(-1);
  if (last === undefined) return report;
  const draft = openDraft(report);
  for (const { event } of events) applyEvent(draft, event);
  closeWidgets(draft, events.some(changesView));
  return closeDraft(draft, last.seq);
}

/** The number of a cell's code step, counted from 1 as readers do: without the cell that carries the inputs. */
export function stepOf(report: Report, cell: number): number {
  return report.cells.filter(({ index, type, injected }) => index <= cell && type === 'code' && !injected).length;
}

function waitingCell(cell: Cell, index: number): ReportCell {
  const { type, source, attachments, metadata } = cell;
  // Rows that declare the inputs are shown as the form, not as text.
  const tags = index === 0 && readClassicRows(cell) !== undefined ? [...cell.tags, 'remove-cell'] : cell.tags;
  return { index, type, source, attachments, tags, metadata, injected: false, state: 'waiting', outputs: [] };
}

function revealed(report: Report): Report {
  const draft = openDraft(report);
  revealText(draft, 0);
  return closeDraft(draft, report.seq);
}

function changesView({ event }: StoredEvent): boolean {
  if (event.type === 'output-updated') return isViewOf(event);
  return event.type === 'output-added' && event.output.type === 'display' && isViewOf(event.output);
}

function applyEvent(draft: ReportDraft, event: RunEvent): void {
  switch (event.type) {
    case 'run-queued':
      return set(draft, { status: 'queued' });
    case 'run-requeued':
      return requeue(draft);
    case 'run-started':
      return start(draft, event);
    case 'kernel-ready':
      return set(draft, { status: 'running', ...defined({ snapshot: event.snapshot }) });
    case 'cell-started':
      for (let cell = 0; cell < event.cell; cell++) revealIfText(draft, cell);
      return changeCell(draft, event.cell, { state: 'running' });
    case 'cell-finished':
      return finishCell(draft, event);
    case 'widgets-changed':
      return changeModels(draft, event.changes);
    case 'progress':
      return set(draft, { progress: { fraction: event.fraction, text: event.text } });
    case 'result-published':
      return set(draft, { results: named(draft.report.results, { name: event.name, value: event.value }) });
    case 'artifact-added':
      return set(draft, { artifacts: named(draft.report.artifacts, event.artifact) });
    case 'artifact-removed':
      return set(draft, { artifacts: draft.report.artifacts.filter(({ name }) => name !== event.name) });
    case 'file-kept':
      return keepFile(draft, event);
    case 'table-kept':
      return addTable(draft, event);
    case 'run-finished':
      return finish(draft, event);
    default:
      applyOutput(draft, event);
  }
}

function applyOutput(
  draft: ReportDraft,
  event: Event<'output-added' | 'stream-appended' | 'output-updated' | 'outputs-cleared' | 'notice'>,
): void {
  if ('widget' in event && event.widget !== undefined) return applyToWidget(draft, event.widget, event);
  switch (event.type) {
    case 'output-added':
      if (draft.cells[event.cell] !== undefined) addOutput(draft, event.cell, event.output);
      return;
    case 'stream-appended':
      return appendStream(draft, event.cell, event.name, event.text);
    case 'output-updated':
      return update(draft, event);
    case 'outputs-cleared':
      if (event.wait) changeCell(draft, event.cell, { clearing: true });
      else clearOutputs(draft, event.cell);
      return;
    case 'notice': {
      const { notices } = draft.report;
      if (event.cell !== undefined && draft.cells[event.cell] !== undefined)
        addOutput(draft, event.cell, { type: 'notice', text: event.text });
      else set(draft, { notices: [...notices, { type: 'notice', id: `n${notices.length}`, text: event.text }] });
    }
  }
}

function addTable(draft: ReportDraft, { key, table, problem }: Event<'table-kept'>): void {
  if (table !== undefined) set(draft, { tables: named(draft.report.tables, table) });
  const contents = openWidgets(draft);
  for (const place of contents === undefined ? [draft] : [draft, contents])
    keepTable(place, key, table === undefined ? { unkept: problem ?? '' } : { kept: table });
}

function update(draft: ReportDraft, { displayId, data, metadata, widgets, tableKey }: Event<'output-updated'>): void {
  const contents = openWidgets(draft);
  for (const place of contents === undefined ? [draft] : [draft, contents])
    updateDisplays(place, displayId, { data, metadata, ...defined({ widgets, tableKey }) });
}

function set(draft: ReportDraft, change: Partial<Report>): void {
  draft.report = { ...draft.report, ...change };
}

function keepFile(draft: ReportDraft, { path, mime, file }: Event<'file-kept'>): void {
  set(draft, { files: new Map(draft.report.files).set(path, { mime, file }) });
}

function named<T extends { readonly name: string }>(items: readonly T[], item: T): readonly T[] {
  const at = items.findIndex(({ name }) => name === item.name);
  return at === -1 ? [...items, item] : items.with(at, item);
}

/** Inserts the inputs' cell and starts again: a run that is started a second time has nothing to show yet. */
/** What was shown stays until the next attempt starts. */
function requeue(draft: ReportDraft): void {
  const { progress: _progress, ...report } = draft.report;
  draft.report = { ...report, status: 'queued', results: [], artifacts: [] };
  applyOutput(draft, { type: 'notice', text: BEGAN_AGAIN });
}

function start(draft: ReportDraft, { injected }: Event<'run-started'>): void {
  const cells = draft.cells.filter((cell) => !cell.injected);
  if (injected !== undefined) {
    const replaced = injected.replaces ? cells[injected.at] : undefined;
    const cell: ReportCell = {
      index: injected.at,
      type: 'code',
      source: injected.source,
      attachments: {},
      tags: ['injected-parameters'],
      metadata: replaced?.metadata ?? {},
      injected: true,
      state: 'waiting',
      outputs: [],
    };
    const restarted = cells.length < draft.cells.length;
    cells.splice(injected.at, injected.replaces && !restarted ? 1 : 0, cell);
  }
  draft.outputs.clear();
  draft.streams.clear();
  delete draft.displays;
  delete draft.contents;
  delete draft.models;
  draft.cells.splice(0, Infinity, ...cells.map(fresh));
  const { snapshot: _snapshot, widgets: _widgets, models: _models, ...report } = draft.report;
  draft.report = { ...report, status: 'starting', files: new Map(), tables: [] };
  revealText(draft, 0);
}

function fresh(cell: ReportCell, index: number): ReportCell {
  const { clearing: _clearing, ms: _ms, executionCount: _count, ...kept } = cell;
  return { ...kept, index, state: 'waiting', outputs: [] };
}

function finishCell(draft: ReportDraft, { cell, status, ms, executionCount }: Event<'cell-finished'>): void {
  changeCell(draft, cell, { state: status, ms, ...defined({ executionCount }) });
  if (status === 'ok') revealText(draft, cell + 1);
}

/** Shows the text up to the next code: it introduces what follows, and nothing below it is on the page yet. */
function revealText(draft: ReportDraft, from: number): void {
  const end = draft.cells.findIndex(({ index, type }) => index >= from && type === 'code');
  for (let cell = from; cell < (end === -1 ? draft.cells.length : end); cell++) revealIfText(draft, cell);
}

function revealIfText(draft: ReportDraft, index: number): void {
  const cell = draft.cells[index];
  if (cell?.state === 'waiting' && cell.type !== 'code') changeCell(draft, index, { state: 'ok' });
}

function finish(draft: ReportDraft, { outcome }: Event<'run-finished'>): void {
  set(draft, { status: outcome.type, outcome });
  const whole = outcome.type === 'succeeded' && outcome.message === undefined;
  for (const { index, state } of [...draft.cells]) {
    if (whole) revealIfText(draft, index);
    if (state === 'running') changeCell(draft, index, { state: outcome.type === 'succeeded' ? 'ok' : 'error' });
    else if (draft.cells[index]?.state === 'waiting') changeCell(draft, index, { state: 'skipped' });
  }
}
