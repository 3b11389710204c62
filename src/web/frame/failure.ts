/** Says in one line, in its place, that a script of an output has failed or that what it needs was not loaded. */
import { WORDS } from '../../render/report-text.ts';

/** Browsers report these although nothing is wrong. */
const HARMLESS = /^(?:ResizeObserver loop|Script error\.?$)/;
const MAX_CHARS = 300;
/** In the whole report: an output may run a failing script again and again. */
const MAX_NOTES = 100;

const noted = new WeakSet<Element>();
let count = 0;

/** One note for each output, its first: what follows is often its consequence. */
export function noteIn(inside: Element, text: string): void {
  const output = inside.closest('.output, .cell');
  if (output === null || noted.has(output) || count >= MAX_NOTES) return;
  noted.add(output);
  count += 1;
  const note = document.createElement('p');
  note.className = 'note failed';
  note.textContent = text;
  output.append(note);
}

/** The sentence about an error; undefined for one that is harmless. */
export function failureText(message: string): string | undefined {
  if (HARMLESS.test(message)) return undefined;
  const missing = /(?:Uncaught )?ReferenceError: ([\w$]+) is not defined$/.exec(message)?.[1];
  if (missing !== undefined) return WORDS.missingLibrary(missing);
  return WORDS.scriptFailed(message.replace(/^Uncaught (?:\(in promise\) )?/, '').slice(0, MAX_CHARS));
}

export interface FailureWatch {
  /** Its file was not loaded. */
  missing(src: string | undefined): void;
  stop(): void;
}

/** From now on errors are those of the script that stands at `place`. */
export function watchFailure(place: Element): FailureWatch {
  const output = place.closest('.output, .cell');
  const note = (text: string | undefined) => {
    if (output !== null && text !== undefined) noteIn(output, text);
  };
  const onError = ({ message }: ErrorEvent) => note(failureText(message));
  window.addEventListener('error', onError);
  return {
    missing: (src) => note(missingText(src)),
    stop: () => window.removeEventListener('error', onError),
  };
}

function missingText(src: string | undefined): string {
  const host = src !== undefined && URL.canParse(src, document.baseURI) ? new URL(src, document.baseURI).host : '';
  return host === '' ? WORDS.scriptMissing : WORDS.scriptMissingFrom(host);
}
