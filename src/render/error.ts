/** An exception: one sentence for the reader, the traceback folded for the author. */
import { exceptionSentence } from '../domain/run/run-message.ts';
import type { ReportError } from '../domain/report/report.ts';
import { ansiToHtml } from './ansi.ts';
import { escapeHtml } from './html.ts';
import { WORDS } from './report-text.ts';

export function renderError({ id, name, value, traceback }: ReportError): string {
  const details = traceback.length > 0 ? ansiToHtml(traceback.join('\n')) : escapeHtml(`${name}: ${value}`);
  return (
    `<div id="${id}" class="output output-error">` +
    `<p class="error-sentence">${escapeHtml(WORDS.stepStopped(exceptionSentence({ name, value })))}</p>` +
    `<details class="traceback"><summary>${WORDS.traceback}</summary><pre>${details}</pre></details></div>`
  );
}
