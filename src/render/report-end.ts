/** What stands below the last cell: that more is to come, how the run ended, and the files it left. */
import { outcomeSentence, spanWords } from '../domain/run/run-message.ts';
import { sizeWords } from '../domain/text/size.ts';
import { stepOf } from '../domain/report/report-fold.ts';
import type { Report } from '../domain/report/report.ts';
import { visibilityOf } from './cell-hidden.ts';
import { escapeHtml } from './html.ts';
import { WORDS } from './report-text.ts';
import type { RenderOptions } from './options.ts';
import { renderNotice } from './output.ts';

export function renderEnd(report: Report, options: RenderOptions): string {
  const notices = report.notices.map(renderNotice).join('');
  return `<footer id="report-end" data-status="${report.status}">${taken(report)}${notices}${arriving(report)}${ending(report)}${files(report, options)}</footer>\n`;
}

/** Readers must know how old the figures are. */
function taken({ snapshot }: Report): string {
  if (snapshot === undefined) return '';
  const { takenAtMs, ageMs, timezone } = snapshot;
  const at = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: timezone }).format(
    takenAtMs,
  );
  return `<p class="taken">${escapeHtml(WORDS.taken(at, timezone, spanWords(ageMs)))}</p>`;
}

function arriving({ status }: Report): string {
  const words = { queued: WORDS.waiting, starting: WORDS.starting, running: WORDS.arriving } as const;
  const word = status in words ? words[status as keyof typeof words] : undefined;
  return word === undefined
    ? ''
    : `<div class="arriving" role="status"><span class="arriving-bar"></span><p>${word}</p></div>`;
}

function ending(report: Report): string {
  const { outcome } = report;
  if (outcome === undefined || (outcome.type === 'succeeded' && outcome.message === undefined)) return '';
  const cell = 'cell' in outcome ? outcome.cell : undefined;
  const step = cell === undefined ? undefined : stepOf(report, cell);
  // The step itself says why it stopped.
  const stopped = report.cells[cell ?? -1];
  const said =
    outcome.type === 'failed' &&
    stopped !== undefined &&
    visibilityOf(stopped, 'output') === 'shown' &&
    stopped.outputs.some(({ type }) => type === 'error');
  const sentence = outcomeSentence(said ? { type: 'failed' } : outcome, step);
  const skipped =
    outcome.type === 'succeeded'
      ? 0
      : report.cells.filter(({ type, state, injected }) => type === 'code' && state === 'skipped' && !injected).length;
  const rest = skipped === 0 ? '' : ` ${WORDS.stepsSkipped(skipped)}`;
  return `<p class="outcome outcome-${outcome.type}">${escapeHtml(sentence + rest)}</p>`;
}

function files({ artifacts }: Report, { artifact }: RenderOptions): string {
  if (artifact === undefined || artifacts.length === 0) return '';
  const items = artifacts.map(
    ({ name, sizeBytes }) =>
      `<li><a href="${escapeHtml(artifact(name))}" download>${escapeHtml(name)}</a> <span class="size">${sizeWords(sizeBytes)}</span></li>`,
  );
  return `<nav class="files" aria-label="${WORDS.files}"><h2>${WORDS.files}</h2><ul>${items.join('')}</ul></nav>`;
}
