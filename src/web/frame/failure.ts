/** Says in one line, in its place, that a script of an output has failed or that what it needs was not loaded. */
import { WORDS } from '../../render/report-text.ts';
import { noteAtEnd, noteElement } from './note.ts';

/** Browsers report these although nothing is wrong. */
const HARMLESS = /^(?:ResizeObserver loop|AbortError\b)/;
/** Of a script from another server browsers say no more. */
const UNKNOWN = /^Script error\.?$/;
const MAX_CHARS = 300;
/** In the whole report: an output may run a failing script again and again. */
const MAX_NOTES = 100;

const noted = new WeakMap<Element, HTMLElement>();
let count = 0;

/** One note for each output, its first: what follows is often its consequence. */
export function noteIn(inside: Element, text: string): void {
  const output = inside.closest('.output, .cell');
  if (output === null || noted.has(output) || count >= MAX_NOTES) return;
  const note = noteElement('failed', text);
  noted.set(output, note);
  count += 1;
  output.append(note);
}

/** Whether the output has such a note. */
export function isNoted(inside: Element): boolean {
  return noted.has(inside.closest('.output, .cell') ?? inside);
}

/** As `noteIn`, for a cause that is told after its consequence. */
export function noteCauseIn(inside: Element, text: string): void {
  noteIn(inside, text);
  const note = noted.get(inside.closest('.output, .cell') ?? inside);
  if (note === undefined || 'cause' in note.dataset) return;
  note.dataset['cause'] = '';
  note.textContent = text;
}

/** The sentence about an error; undefined for one that is harmless. */
export function failureText(message: string, output: 'this' | 'an' = 'this'): string | undefined {
  if (HARMLESS.test(message)) return undefined;
  if (UNKNOWN.test(message)) return WORDS.scriptFailedUnknown;
  const missing = /(?:Uncaught )?ReferenceError: ([\w$]+) is not defined$/.exec(message)?.[1];
  if (missing !== undefined) return WORDS.missingLibrary(missing, output);
  return WORDS.scriptFailed(message.replace(/^Uncaught (?:\(in promise\) )?/, '').slice(0, MAX_CHARS), output);
}

/** The sentence about a script that was not loaded. */
export function missingText(src: string | undefined): string {
  const host = src !== undefined && URL.canParse(src, document.baseURI) ? new URL(src, document.baseURI).host : '';
  return host === '' ? WORDS.scriptMissing : WORDS.scriptMissingFrom(host);
}

const SOURCE = /report-script-(\d+)\.js/;
/** The outputs of inline scripts, by the number in the name that browsers give them in errors. */
const outputs: WeakRef<Element>[] = [];
/** The output whose script runs or loads. */
let running: Element | undefined;

/** The end of an inline script of this output, so that its later errors, in timers and promises, name it. */
export function sourceName(place: Element): string {
  outputs.push(new WeakRef(place.closest('.output, .cell') ?? place));
  return `\n//# sourceURL=report-script-${String(outputs.length - 1)}.js`;
}

/** Until the returned function is called, errors that name no script of an output are those of this place. */
export function runningAt(place: Element): () => void {
  running = place.closest('.output, .cell') ?? undefined;
  return () => {
    running = undefined;
  };
}

/** Says something later about the output whose script runs now. */
export function noteRunning(): (text: string) => void {
  const output = running;
  return (text) => void (output === undefined ? noteAtEnd('failed', text) : noteIn(output, text));
}

/** Calls what a script has given; what it throws is noted with that script's output. */
export function noteWhere(noteText: (text: string) => void, call: () => void): void {
  try {
    call();
  } catch (error) {
    console.error(error);
    noteText(failureText(String(error)) ?? WORDS.scriptFailedUnknown);
  }
}

/** From now on says which output has failed: while its script runs, and later. */
export function watchFailures(): void {
  window.addEventListener('error', ({ message, filename, error }: ErrorEvent) =>
    note(message, `${filename} ${stackOf(error)}`),
  );
  window.addEventListener('unhandledrejection', ({ reason }) => note(String(reason), stackOf(reason)));
}

function note(message: string, where: string): void {
  const source = SOURCE.exec(where)?.[1];
  const output = source === undefined ? running : outputs[Number(source)]?.deref();
  const text = failureText(message, output === undefined ? 'an' : 'this');
  if (text === undefined) return;
  if (output !== undefined) noteIn(output, text);
  // a library's own timers say neither what they belong to nor, often, why they fail
  else if (!UNKNOWN.test(message)) noteAtEnd('failed', text);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? '') : '';
}
