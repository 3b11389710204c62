/** Where a step failed: its code around the line that stopped it, and all of it as text for the author. */
import { stepOf } from '../domain/report/report-fold.ts';
import type { Report, ReportCell, ReportError } from '../domain/report/report.ts';
import { outcomeSentence } from '../domain/run/run-message.ts';
import { withoutEscapes } from '../domain/text/ansi.ts';
import { visibilityOf } from './cell-hidden.ts';

/** Lines before and behind the failing one. */
const AROUND = 5;
const MOST_LINE_CHARS = 500;
const MOST_TRACEBACK_CHARS = 100_000;

/**
 * How tracebacks name a line of the cell itself: IPython from 8 (`Cell In[3], line 2`, `Input In [3], in <cell line:
 * 2>`), before it, and other kernels (`<cell>:2`).
 */
const PLACES = [
  /(?:Cell|Input) In ?\[\d+\][^\n]*?\bline:? (\d+)/,
  /<ipython-input-[^>\n]*>"?, line (\d+)/,
  /<ipython-input-[^>\n]*>[^\n]* in [^\n]*\n(?:[^\n]*\n){0,8}?-+> ?(\d+)/,
  /^-+> ?(\d+)/m,
  /(?:<cell>|<anonymous>|<string>)(?::|", line )(\d+)/,
];

export interface FailedLine {
  readonly number: number;
  readonly text: string;
  readonly isFailing: boolean;
}

/** The number of the line that failed; undefined if the traceback names none that the code has. */
export function failingLine(source: string, traceback: readonly string[]): number | undefined {
  const text = withoutEscapes(traceback.join('\n').slice(0, MOST_TRACEBACK_CHARS));
  const [, found] = PLACES.map((place) => place.exec(text)).find((match) => match !== null) ?? [];
  const line = Number(found);
  return line >= 1 && line <= source.split('\n').length ? line : undefined;
}

/** The lines around it; empty if it is unknown. */
export function failedLines(source: string, traceback: readonly string[]): readonly FailedLine[] {
  const failing = failingLine(source, traceback);
  if (failing === undefined) return [];
  const first = Math.max(1, failing - AROUND);
  return source
    .split('\n')
    .slice(first - 1, failing + AROUND)
    .map((text, index) => ({
      number: first + index,
      text: text.slice(0, MOST_LINE_CHARS),
      isFailing: first + index === failing,
    }));
}

/** Whether the code, and with it the traceback, may be in the report. */
export function showsFailure(cell: Pick<ReportCell, 'tags'>): boolean {
  return visibilityOf(cell, 'input') !== 'removed';
}

/** What stopped, its code and its traceback, as plain text; undefined if nothing has failed. */
export function failureText(report: Report): string | undefined {
  const { outcome } = report;
  if (outcome === undefined || outcome.type === 'succeeded') return undefined;
  const index = 'cell' in outcome ? outcome.cell : undefined;
  const cell = report.cells[index ?? -1];
  const sentence = outcomeSentence(outcome, index === undefined ? undefined : stepOf(report, index));
  const error = cell?.outputs.findLast((output) => output.type === 'error');
  if (cell === undefined || !showsFailure(cell)) return sentence;
  return [sentence, '', codeText(cell, error), ...(error === undefined ? [] : ['', tracebackText(error)])].join('\n');
}

function codeText({ source }: ReportCell, error: ReportError | undefined): string {
  const lines = failedLines(source, error?.traceback ?? []);
  if (lines.length === 0) return source;
  return lines.map(({ number, text, isFailing }) => `${isFailing ? '>' : ' '} ${number} | ${text}`).join('\n');
}

function tracebackText({ name, value, traceback }: ReportError): string {
  const text = traceback.length === 0 ? `${name}: ${value}` : traceback.join('\n');
  return withoutEscapes(text.slice(0, MOST_TRACEBACK_CHARS));
}
