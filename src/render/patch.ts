/** The differences between two reports of one run, as few patches as possible. */
import { namedFiles } from '../domain/report/report-file.ts';
import type { Report, ReportCell, ReportPatch } from '../domain/report/report.ts';
import { cellId, renderCell, showsOutputs, withCode } from './cell.ts';
import { fileAddresses } from './file-address.ts';
import { renderArticle } from './document.ts';
import { reportMath } from './report-math.ts';
import type { RenderOptions } from './options.ts';
import { renderOutput } from './output.ts';
import { renderEnd } from './report-end.ts';
import { titleCell } from './report-title.ts';
import { shownItems, type ShownItem, type ShownText } from './shown.ts';
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
  const patches = after.cells.flatMap((cell, index) =>
    cellPatches(before.cells[index], cell, {
      language: after.language,
      options: { ...options, files, math: math(index), ...(index === titled ? { title: after.title } : {}) },
      fresh,
    }),
  );
  const end = renderEnd(after, options);
  if (end !== renderEnd(before, options)) patches.push({ type: 'replace', target: 'report-end', html: end });
  return patches;
}

function cellPatches(
  before: ReportCell | undefined,
  after: ReportCell,
  { language, options, fresh }: { language: string; options: RenderOptions; fresh: ReadonlySet<string> },
): ReportPatch[] {
  const isText = after.type !== 'code' && names(after, fresh);
  if (before === after && !isText) return [];
  const target = cellId(after.index);
  if (isText || before?.source !== after.source || before.type !== after.type || before.injected !== after.injected) {
    return [{ type: 'replace', target, html: renderCell(after, language, options) }];
  }
  const state: ReportPatch[] = before.state === after.state ? [] : [{ type: 'state', target, state: after.state }];
  return showsOutputs(after) ? [...outputPatches(before, after, options), ...state] : state;
}

/** Whether the cell's text names one of these files. */
function names({ source }: ReportCell, paths: ReadonlySet<string>): boolean {
  return paths.size > 0 && namedFiles(source, { shownOnly: false }).some((path) => paths.has(path));
}

function outputPatches(before: ReportCell, after: ReportCell, options: RenderOptions): ReportPatch[] {
  if (before.outputs === after.outputs) return [];
  return listPatches(shownItems(before), shownItems(after), `${cellId(after.index)}-out`, withCode(after, options));
}

type Part = ShownItem | ShownText['parts'][number];

/**
 * `target` contains the elements of both lists. New ones can only be added at its end: what must come after them is
 * added there, too.
 */
function listPatches(
  before: readonly Part[],
  after: readonly Part[],
  target: string,
  options: RenderOptions,
): ReportPatch[] {
  const shown = new Map(before.map((part) => [part.id, part]));
  const firstNew = after.findIndex(({ id }) => !shown.has(id));
  const kept = after.slice(0, firstNew === -1 ? after.length : firstNew);
  const ids = new Set(kept.map(({ id }) => id));
  return [
    ...before.filter(({ id }) => !ids.has(id)).map(({ id }): ReportPatch => ({ type: 'remove', target: id })),
    ...kept.flatMap((part) => partPatches(shown.get(part.id), part, options)),
    ...after
      .slice(kept.length)
      .map((part): ReportPatch => ({ type: 'append', target, html: renderPart(part, options) })),
  ];
}

function partPatches(before: Part | undefined, after: Part, options: RenderOptions): ReportPatch[] {
  if (before === after || (before?.type === 'cut' && after.type === 'cut' && before.chars === after.chars)) return [];
  if (before?.type === 'text' && after.type === 'text' && before.name === after.name)
    return listPatches(before.parts, after.parts, after.id, options);
  if (before?.type === 'display' && after.type === 'display' && differsInTable(before, after)) {
    const html = renderTableTools(after, options);
    return html === '' ? [] : [{ type: 'replace', target: tableToolsId(after), html }];
  }
  return [{ type: 'replace', target: after.id, html: renderPart(after, options) }];
}

function renderPart(part: Part, options: RenderOptions): string {
  return part.type === 'stream' || part.type === 'cut' ? renderTextPart(part, options) : renderOutput(part, options);
}
