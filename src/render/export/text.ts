/** What a step printed, as plain text: completely, without colours. */
import type { Report, ReportOutput } from '../../domain/report/report.ts';
import { flatOutputs } from '../../domain/report/report-widget.ts';
import { withoutEscapes } from '../../domain/text/ansi.ts';
import { settledText } from '../../domain/text/stream-text.ts';

/** In parts, each made when it is asked for. Undefined if the report has no such cell. */
export function exportText(report: Report, cell: number): Iterable<string> | undefined {
  const outputs = report.cells[cell]?.outputs;
  return outputs === undefined ? undefined : texts(outputs);
}

function* texts(outputs: readonly ReportOutput[]): Generator<string> {
  for (const output of flatOutputs(outputs))
    if (output.type === 'stream') yield withoutEscapes(settledText(output.text));
}
