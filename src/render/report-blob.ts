/** Which stored blobs are needed to render a report or some of its outputs: only those that are shown. */
import { namedFiles, shownMime } from '../domain/report/report-file.ts';
import type { Report, ReportOutput } from '../domain/report/report.ts';
import { flatOutputs } from '../domain/report/report-widget.ts';
import { isBlobReference } from '../domain/run/run-blob.ts';
import type { BlobReference } from '../domain/run/run-event.ts';
import { chooseMime } from './mime/choose.ts';
import { changedViews, widgetBlobs } from './report-widget.ts';
import { valueText } from './mime/renderer.ts';

/**
 * References that rendering the report requests from `options.blob`. With `before`: only those in outputs that are new
 * since.
 */
export function neededBlobs(report: Report, before?: Report): readonly BlobReference[] {
  const known = new Set(
    before?.cells.flatMap((cell) => (report.cells[cell.index] === cell ? [] : flatOutputs(cell.outputs))),
  );
  const outputs = report.cells
    .filter((cell) => before?.cells[cell.index] !== cell)
    .flatMap((cell) => flatOutputs(cell.outputs).filter((output) => !known.has(output)));
  const views = before === undefined ? new Set<string>() : changedViews(before, report);
  // a control that was closed leaves its place to its picture
  const anew =
    views.size === 0 ? [] : report.cells.flatMap((cell) => flatOutputs(cell.outputs)).filter(({ id }) => views.has(id));
  return [
    ...[...outputs, ...anew].flatMap(outputBlobs),
    ...fileBlobs(report, before, outputs),
    ...widgetBlobs(report, before),
  ];
}

/** Of the files that the drawing may show: all, or those that came and those that new outputs may name. */
function fileBlobs(
  { files }: Report,
  before: Report | undefined,
  fresh: readonly ReportOutput[],
): readonly BlobReference[] {
  if (files.size === 0) return [];
  const isWhole = before === undefined || fresh.some(mayNameFiles);
  return [...files]
    .filter(([path, kept]) => shownMime(path) !== undefined && (isWhole || before.files.get(path) !== kept))
    .map(([, { file }]) => file);
}

function mayNameFiles(output: ReportOutput): boolean {
  if (output.type !== 'display') return false;
  const { mime = '' } = chooseMime(output.data) ?? {};
  const value = output.data[mime];
  if (mime !== 'text/html' && mime !== 'text/markdown') return false;
  return isBlobReference(value) || namedFiles(valueText(value), { shownOnly: true }).length > 0;
}

function outputBlobs(output: ReportOutput): readonly BlobReference[] {
  if (output.type !== 'display') return [];
  // a control has its state apart; its picture is shown once it is closed
  const chosen = chooseMime(output.data)?.mime ?? '';
  return [output.data[chosen], output.data['text/plain']]
    .filter(isBlobReference)
    .filter((reference, at, all) => all.findIndex(({ $blob }) => $blob === reference.$blob) === at);
}

/** Of the files beside the script that the report has: what a report in a file of its own needs besides. */
export function keptBlobs({ files }: Report): readonly BlobReference[] {
  return [...files.values()].map(({ file }) => file);
}

/** Every reference of the report, shown or not: what an exported notebook needs. */
export function allBlobs(report: Report): readonly BlobReference[] {
  const models = [...(report.models?.values() ?? [])].flatMap(({ state, buffers }) => [
    ...Object.values(state),
    ...buffers.map(({ data }) => data),
  ]);
  const shown = [...report.cells, ...(report.widgets ?? []).map(({ content }) => content)]
    .flatMap(({ outputs }) => flatOutputs(outputs))
    .flatMap((output) => (output.type === 'display' ? Object.values(output.data) : []));
  return [...shown, ...models].filter(isBlobReference);
}
