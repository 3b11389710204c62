/** Which stored blobs are needed to render a report or some of its outputs: only those that are shown. */
import type { Report, ReportOutput } from '../domain/report/report.ts';
import { flatOutputs } from '../domain/report/report-widget.ts';
import { isBlobReference } from '../domain/run/run-blob.ts';
import type { BlobReference } from '../domain/run/run-event.ts';
import { chooseMime } from './mime/choose.ts';

/**
 * References that rendering the report requests from `options.blob`. With `before`: only those in outputs that are new
 * since.
 */
export function neededBlobs(report: Report, before?: Report): readonly BlobReference[] {
  const known = new Set(
    before?.cells.flatMap((cell) => (report.cells[cell.index] === cell ? [] : flatOutputs(cell.outputs))),
  );
  return report.cells
    .filter((cell) => before?.cells[cell.index] !== cell)
    .flatMap(({ outputs }) => flatOutputs(outputs).filter((output) => !known.has(output)))
    .flatMap(outputBlobs);
}

function outputBlobs(output: ReportOutput): readonly BlobReference[] {
  if (output.type !== 'display') return [];
  const chosen = chooseMime(output.data)?.mime ?? '';
  return [output.data[chosen], output.data['text/plain']]
    .filter(isBlobReference)
    .filter((reference, at, all) => all.findIndex(({ $blob }) => $blob === reference.$blob) === at);
}

/** Every reference of the report, shown or not: what an exported notebook needs. */
export function allBlobs(report: Report): readonly BlobReference[] {
  return [...report.cells, ...(report.widgets ?? []).map(({ content }) => content)]
    .flatMap(({ outputs }) => flatOutputs(outputs))
    .flatMap((output) => (output.type === 'display' ? Object.values(output.data).filter(isBlobReference) : []));
}
