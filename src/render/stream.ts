/** What a step printed. */
import { sizeWords } from '../domain/text/size.ts';
import type { ReportStream } from '../domain/report/report.ts';
import { settledText } from '../domain/text/stream-text.ts';
import { ansiToHtml } from './ansi.ts';
import { escapeHtml } from './html.ts';
import { WORDS } from './report-text.ts';
import type { RenderOptions } from './options.ts';
import type { ShownText, TextCut } from './shown.ts';

export function renderText({ id, name, parts }: ShownText, options: RenderOptions): string {
  return `<div id="${id}" class="output output-stream ${name}">${parts.map((part) => renderTextPart(part, options)).join('')}</div>`;
}

export function renderTextPart(part: ReportStream | TextCut, { text }: RenderOptions): string {
  // HTML drops a leading line end
  if (part.type === 'stream')
    return `<pre id="${part.id}">${part.text.startsWith('\n') ? '\n' : ''}${ansiToHtml(settledText(part.text))}</pre>`;
  const rest =
    text === undefined
      ? WORDS.textElsewhere
      : `<a href="${escapeHtml(text(part.cell))}" download>${WORDS.textWhole}</a>`;
  return `<p id="${part.id}" class="note">${WORDS.textCut(sizeWords(part.chars))} ${rest}</p>`;
}
