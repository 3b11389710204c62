/** Says on the page of a run that nothing new has come for long: by the page's own clock, without the server. */

/** News of the stream that comes again after a lost connection may differ by so much. */
const SAME_MS = 2_000;

let sinceMs = 0;
let patienceMs = 0;
let told = '';

/** The stream of the run delivered something, which was new `quietMs` ago. */
export function hearNews(quietMs: number): void {
  const next = Date.now() - quietMs;
  if (Math.abs(next - sinceMs) > SAME_MS) sinceMs = next;
  tellQuiet();
}

/**
 * Called each second and after each change of the page. The sentence names a time, which stays, so screen readers read
 * it once. Within a step that shows something now and then, each further silence must be twice as long to be told.
 */
export function tellQuiet(): void {
  const note = document.querySelector<HTMLElement>('.silence');
  const { text = '', quietMs, patienceMs: first } = note?.dataset ?? {};
  if (text !== told) {
    sinceMs = Date.now() - Number(quietMs);
    patienceMs = Number(first);
  }
  told = text;
  if (note === null) return;
  const isLong = Date.now() - sinceMs >= patienceMs;
  const words = isLong ? text.replace('{since}', clockText(sinceMs)) : '';
  if (!isLong && note.textContent !== '') patienceMs *= 2;
  if (note.textContent !== words) note.textContent = words;
}

function clockText(atMs: number): string {
  const { locale = 'en', zone = 'UTC' } = document.body.dataset;
  return new Intl.DateTimeFormat(locale, { timeStyle: 'medium', timeZone: zone }).format(atMs);
}
