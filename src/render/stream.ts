/** What a step printed. */
import type { ReportStream } from '../domain/report.ts';
import { ansiToHtml } from './ansi.ts';

export function renderStream({ id, name, text }: ReportStream): string {
  // After `\r` comes only where the cursor of an unfinished line stands (see `domain/stream-text.ts`).
  const end = text.indexOf('\r');
  return `<pre id="${id}" class="output output-stream ${name}">${ansiToHtml(end === -1 ? text : text.slice(0, end))}</pre>`;
}
