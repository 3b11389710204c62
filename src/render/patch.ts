/** What changed between two reports of one run, as few patches of the document as say it. */
import type { Report, ReportCell, ReportPatch } from '../domain/report.ts';
import { cellId, renderCell, showsOutputs } from './cell.ts';
import { renderArticle } from './document.ts';
import type { RenderOptions } from './options.ts';
import { renderOutput } from './output.ts';
import { renderEnd } from './report-end.ts';

/**
 * Patches that lead from the document of `before` to that of `after`. Compares identities: `after` must have been folded
 * from `before`, so that what is the same object has not changed.
 */
export function renderPatches(before: Report, after: Report, options: RenderOptions): readonly ReportPatch[] {
  if (before === after) return [];
  if (before.cells.length !== after.cells.length) return [{ type: 'replace', target: 'report', html: renderArticle(after, options) }];
  const patches = after.cells.flatMap((cell, index) => cellPatches(before.cells[index], cell, { language: after.language, options }));
  const end = renderEnd(after, options);
  if (end !== renderEnd(before, options)) patches.push({ type: 'replace', target: 'report-end', html: end });
  return patches;
}

function cellPatches(before: ReportCell | undefined, after: ReportCell, { language, options }: { language: string; options: RenderOptions }): ReportPatch[] {
  if (before === after) return [];
  const target = cellId(after.index);
  if (before?.source !== after.source || before.type !== after.type || before.injected !== after.injected) {
    return [{ type: 'replace', target, html: renderCell(after, language, options) }];
  }
  const state: ReportPatch[] = before.state === after.state ? [] : [{ type: 'state', target, state: after.state }];
  return showsOutputs(after) ? [...outputPatches(before, after, options), ...state] : state;
}

function outputPatches(before: ReportCell, after: ReportCell, options: RenderOptions): ReportPatch[] {
  if (before.outputs === after.outputs) return [];
  const patches: ReportPatch[] = [];
  for (const [index, output] of after.outputs.entries()) {
    const shown = before.outputs[index];
    if (shown === output) continue;
    const html = renderOutput(output, options);
    patches.push(shown === undefined ? { type: 'append', target: `${cellId(after.index)}-out`, html } : { type: 'replace', target: output.id, html });
  }
  for (const { id } of before.outputs.slice(after.outputs.length)) patches.push({ type: 'remove', target: id });
  return patches;
}
