/** The differences between two reports of one run, as few patches as possible. */
import { defined } from '../domain/defined.ts';
import { namedFiles } from '../domain/report/report-file.ts';
import type { Report, ReportCell, ReportDisplay, ReportPatch } from '../domain/report/report.ts';
import { flatOutputs } from '../domain/report/report-widget.ts';
import { cellId, renderCell, showsOutputs, withCode } from './cell.ts';
import { fileAddresses } from './file-address.ts';
import { renderArticle } from './document.ts';
import { reportMath } from './report-math.ts';
import type { RenderOptions } from './options.ts';
import { insideItems, renderOutput, renderRestSummary, restSummaryId } from './output.ts';
import { renderEnd } from './report-end.ts';
import { changedViews, widgetPatches } from './report-widget.ts';
import { reportReferences } from './report-reference.ts';
import { titleCell } from './report-title.ts';
import { shownItems, type ShownItem, type ShownRest, type ShownText } from './shown.ts';
import { renderTextPart } from './stream.ts';
import { differsInTable, renderTableTools, tableToolsId } from './table-tools.ts';

/**
 * Patches that change the document of `before` into that of `after`. Compares identities: `after` must have been folded
 * from `before`, so an object that is the same has not changed.
 */
export function renderPatches(before: Report, after: Report, options: RenderOptions): readonly ReportPatch[] {
  if (before === after) return [];
  if (before.cells.length !== after.cells.length)
    return [{ type: 'replace', target: 'report', html: renderArticle(after, options) }];
  const math = reportMath(after);
  const files = fileAddresses(after, options);
  const fresh = new Set(
    [...after.files].filter(([path, kept]) => before.files.get(path) !== kept).map(([path]) => path),
  );
  const titled = titleCell(after);
  const models = defined({ models: after.models });
  const references = reportReferences(after.cells);
  const redrawn = changedViews(before, after);
  const patches = after.cells.flatMap((cell, index) =>
    cellPatches(before.cells[index], cell, {
      language: after.language,
      options: {
        ...options,
        ...models,
        files,
        references,
        math: math(index),
        ...(index === titled ? { title: after.title } : {}),
      },
      fresh,
      redrawn,
    }),
  );
  const end = renderEnd(after, options);
  if (end !== renderEnd(before, options)) patches.push({ type: 'replace', target: 'report-end', html: end });
  return [...widgetPatches(before, after, options), ...patches];
}

interface Drawing {
  readonly language: string;
  readonly options: RenderOptions;
  /** Paths of files that have changed. */
  readonly fresh: ReadonlySet<string>;
  /** Ids of outputs that are drawn anew although they are the same. */
  readonly redrawn: ReadonlySet<string>;
}

function cellPatches(before: ReportCell | undefined, after: ReportCell, drawing: Drawing): ReportPatch[] {
  const { language, options, fresh, redrawn } = drawing;
  const isText = after.type !== 'code' && names(after, fresh);
  const isRedrawn = redrawn.size > 0 && flatOutputs(after.outputs).some(({ id }) => redrawn.has(id));
  if (before === after && !isText && !isRedrawn) return [];
  const target = cellId(after.index);
  if (isText || before?.source !== after.source || before.type !== after.type || before.injected !== after.injected) {
    return [{ type: 'replace', target, html: renderCell(after, language, options) }];
  }
  const state: ReportPatch[] = before.state === after.state ? [] : [{ type: 'state', target, state: after.state }];
  if (!showsOutputs(after) || (before.outputs === after.outputs && !isRedrawn)) return state;
  const own = { ...drawing, options: withCode(after, options) };
  return [...listPatches(shownItems(before), shownItems(after), `${target}-out`, own), ...state];
}

/** Whether the cell's text names one of these files. */
function names({ source }: ReportCell, paths: ReadonlySet<string>): boolean {
  return paths.size > 0 && namedFiles(source, { shownOnly: false }).some((path) => paths.has(path));
}

type Part = ShownItem | ShownText['parts'][number];

/**
 * `target` contains the elements of both lists. New ones can only be added at its end: what must come after them is
 * added there, too.
 */
function listPatches(before: readonly Part[], after: readonly Part[], target: string, drawing: Drawing): ReportPatch[] {
  const shown = new Map(before.map((part) => [part.id, part]));
  const firstNew = after.findIndex(({ id }) => !shown.has(id));
  const kept = after.slice(0, firstNew === -1 ? after.length : firstNew);
  const ids = new Set(kept.map(({ id }) => id));
  return [
    ...before.filter(({ id }) => !ids.has(id)).map(({ id }): ReportPatch => ({ type: 'remove', target: id })),
    ...kept.flatMap((part) => partPatches(shown.get(part.id), part, drawing)),
    ...after.slice(kept.length).flatMap((part) => appendPatches(part, target, drawing)),
  ];
}

/** One for each output, also of those that are folded: a page applies a few patches a frame. */
function appendPatches(part: Part, target: string, drawing: Drawing): ReportPatch[] {
  const empty = part.type === 'rest' ? { ...part, items: [] } : part;
  const inside = part.type === 'rest' ? part.items : [];
  return [
    { type: 'append', target, html: renderPart(empty, drawing.options) },
    ...inside.flatMap((item) => appendPatches(item, part.id, drawing)),
  ];
}

function partPatches(before: Part | undefined, after: Part, drawing: Drawing): ReportPatch[] {
  const isSame = before === after && !drawing.redrawn.has(after.id) && after.type !== 'display';
  if (isSame || (before?.type === 'cut' && after.type === 'cut' && before.chars === after.chars)) return [];
  if (before?.type === 'text' && after.type === 'text' && before.name === after.name)
    return listPatches(before.parts, after.parts, after.id, drawing);
  if (before?.type === 'rest' && after.type === 'rest') return restPatches(before, after, drawing);
  if (before?.type === 'display' && after.type === 'display') {
    const patches = displayPatches(before, after, drawing);
    if (patches !== undefined) return patches;
  }
  return [{ type: 'replace', target: after.id, html: renderPart(after, drawing.options) }];
}

function restPatches(before: ShownRest, after: ShownRest, drawing: Drawing): ReportPatch[] {
  const patches = listPatches(before.items, after.items, after.id, drawing);
  if (before.all === after.all) return patches;
  return [...patches, { type: 'replace', target: restSummaryId(after), html: renderRestSummary(after) }];
}

/** Of what lies beside the values of an output, if the values are the same; otherwise undefined. */
function displayPatches(before: ReportDisplay, after: ReportDisplay, drawing: Drawing): ReportPatch[] | undefined {
  if (drawing.redrawn.has(after.id)) return undefined;
  if (before !== after && differsInTable(before, after)) {
    const html = renderTableTools(after, drawing.options);
    return html === '' ? [] : [{ type: 'replace', target: tableToolsId(after), html }];
  }
  if (before.data !== after.data || before.metadata !== after.metadata) return undefined;
  const [old = [], fresh = []] = [before.inside, after.inside];
  if (old.length !== fresh.length || fresh.some(({ widget }, at) => widget !== old[at]?.widget)) return undefined;
  return fresh.flatMap((each, at) => listPatches(insideItems(old[at]!), insideItems(each), each.id, drawing));
}

function renderPart(part: Part, options: RenderOptions): string {
  return part.type === 'stream' || part.type === 'cut' ? renderTextPart(part, options) : renderOutput(part, options);
}
