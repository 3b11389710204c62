/** What a step printed, as plain text: completely, without colours. */
import type { Report } from '../../domain/report/report.ts';
import { flatOutputs } from '../../domain/report/report-widget.ts';
import { withoutEscapes } from '../../domain/text/ansi.ts';
import { settledText } from '../../domain/text/stream-text.ts';

/** Undefined if the report has no such cell. */
export function exportText(report: Report, cell: number): string | undefined {
  const outputs = report.cells[cell]?.outputs;
  if (outputs === undefined) return undefined;
  return flatOutputs(outputs)
    .map((output) => (output.type === 'stream' ? withoutEscapes(settledText(output.text)) : ''))
    .join('');
}
