/** An exception: one sentence for the reader; the line that failed and the traceback are folded, for the author. */
import { exceptionSentence } from '../domain/run/run-message.ts';
import type { ReportError } from '../domain/report/report.ts';
import { ansiToHtml } from './ansi.ts';
import { failedLines } from './failure.ts';
import { escapeHtml } from './html.ts';
import type { RenderOptions } from './options.ts';
import { WORDS } from './report-text.ts';

/** `step`: the step that failed; absent: unknown. */
export function renderError({ id, name, value, traceback }: ReportError, step?: RenderOptions['step']): string {
  const sentence = escapeHtml(WORDS.stepStopped(exceptionSentence({ name, value })));
  const head = `<div id="${id}" class="output output-error"><p class="error-sentence">${sentence}</p>`;
  if (step?.isRemoved === true) return `${head}</div>`;
  const details = traceback.length > 0 ? ansiToHtml(traceback.join('\n')) : escapeHtml(`${name}: ${value}`);
  return (
    `${head}<details class="traceback"><summary>${WORDS.traceback}</summary>` +
    `${step === undefined ? '' : excerpt(step.source, traceback)}<pre>${details}</pre></details></div>`
  );
}

function excerpt(source: string, traceback: readonly string[]): string {
  const lines = failedLines(source, traceback).map(({ number, text, isFailing }) => {
    const html = `<span class="line-number">${number}</span>${escapeHtml(text)}\n`;
    return isFailing ? `<mark class="failing">${html}</mark>` : html;
  });
  return lines.length === 0 ? '' : `<pre class="code-block failed-code"><code>${lines.join('')}</code></pre>`;
}
