/**
 * Views of a text with escapes decoded; each unit is mapped to its place in the original. A secret that was
 * percent-encoded, put into JSON or HTML, or wrapped into lines is found in the view unchanged, whichever of its
 * characters were escaped and how.
 */
import * as escapes from './mask-escape.ts';
import type { Escape } from './mask-escape.ts';

export interface View {
  readonly text: string;
  /**
   * Range of the original text that unit `i` stands for; absent: itself. All units of one escape have the same range.
   */
  readonly starts?: Int32Array;
  readonly ends?: Int32Array;
  /** Position in the original text from which an escape may continue in later text. */
  readonly openFrom?: number;
  /** Shorter matches do not count: they would join what is separate in ordinary text. */
  readonly leastMatch: number;
  /** Shorter beginnings at the end of the text are not held back. */
  readonly leastHold: number;
}

/** Each may be nested in each of these. */
const NESTED = [escapes.LINE_END, escapes.SEQUENCES, escapes.PERCENT, escapes.BACKSLASH, escapes.HTML];
/** Nestings in which the others also occur. */
const CHAINS = [
  [escapes.QUOTED_PRINTABLE, escapes.HTML],
  [escapes.DOUBLED],
  [escapes.HTML, escapes.DOUBLED],
  [escapes.UNSEEN],
  [escapes.HTML, escapes.UNSEEN],
];
/** If browsers render the text: tags are removed before the escapes between them are decoded. */
const MARKUP_CHAINS = [
  [escapes.TAGS_JOINED, escapes.HTML],
  [escapes.TAGS_SPACED, escapes.HTML],
];

/**
 * The text itself, and the text with one kind of escape decoded, or two. The order of two matters only if one is nested
 * in the other; line ends matter together with another escape only if that escape hides them.
 */
export function viewsOf(text: string, isMarkup = false): View[] {
  const plain: View = { text, leastMatch: 1, leastHold: 1 };
  const views = [plain];
  NESTED.forEach((first, order) => {
    const once = undo(plain, first);
    if (!once) return;
    views.push(once);
    NESTED.forEach((second, later) => {
      const twice = undo(once, second);
      if (twice && (twice.wrapped || (later > order && first !== escapes.LINE_END))) views.push(twice);
    });
  });
  for (const chain of isMarkup ? [...CHAINS, ...MARKUP_CHAINS] : CHAINS) {
    let view: View | undefined = plain;
    for (const escape of chain) {
      view = undo(view, escape);
      if (view === undefined) break;
      if (!views.includes(view)) views.push(view);
    }
  }
  return views;
}

/** Undefined if there is no such escape. `wrapped`: an escape was itself made of escaped characters. */
function undo(view: View, escape: Escape): (View & { readonly wrapped: boolean }) | undefined {
  const { text } = view;
  const whole = wholeUnits(view);
  const open = whole - (escape.open.exec(text.slice(Math.max(0, whole - escape.openChars), whole))?.[0].length ?? 0);
  let isOpen = open < whole;
  if (!isOpen && text.search(escape.token) < 0) return undefined;
  const result = startResult(view);
  for (const match of text.matchAll(escape.token)) {
    const end = match.index + match[0].length;
    if (match.index < open && end > open) isOpen = false;
    result.copyTo(match.index);
    result.replace(end, escape.decode(match[0]));
  }
  result.copyTo(text.length);
  const openFrom = Math.min(view.openFrom ?? Infinity, isOpen ? startOf(view, open) : Infinity);
  return {
    ...result.finish(),
    wrapped: result.isWrapped() || (isOpen && (whole < text.length || result.isWithin(open, whole))),
    leastMatch: Math.max(view.leastMatch, escape.leastMatch ?? 1),
    leastHold: Math.max(view.leastHold, escape.leastHold ?? 1),
    ...(openFrom === Infinity ? {} : { openFrom }),
  };
}

/** How many units of the view stand for text that later text cannot change. */
export function wholeUnits(view: View): number {
  return view.openFrom === undefined ? view.text.length : firstEndingAfter(view, view.openFrom);
}

/** The first unit that stands for text after the position, by its end; the number of units if there is none. */
export function firstEndingAfter(view: View, place: number): number {
  let low = 0;
  let high = view.text.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (endOf(view, middle) > place) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function startOf(view: View, unit: number): number {
  return view.starts?.[unit] ?? unit;
}

export function endOf(view: View, unit: number): number {
  return view.ends?.[unit] ?? unit + 1;
}

/** Builds the text of the next view and the origins of its units; the decoded text is never longer than its token. */
function startResult(view: View) {
  const { text } = view;
  const nextStarts = new Int32Array(text.length);
  const nextEnds = new Int32Array(text.length);
  const parts: string[] = [];
  let size = 0;
  let done = 0;
  let wrapped = false;
  /** Whether any unit in the range stands for more than itself. */
  const isWithin = (from: number, to: number): boolean => endOf(view, to - 1) - startOf(view, from) !== to - from;
  return {
    isWithin,
    isWrapped: () => wrapped,
    copyTo(to: number): void {
      parts.push(text.slice(done, to));
      for (let at = done; at < to; at += 1, size += 1) {
        nextStarts[size] = startOf(view, at);
        nextEnds[size] = endOf(view, at);
      }
      done = to;
    },
    replace(to: number, decoded: string): void {
      parts.push(decoded);
      const end = size + decoded.length;
      nextStarts.fill(startOf(view, done), size, end);
      nextEnds.fill(endOf(view, to - 1), size, end);
      wrapped ||= isWithin(done, to);
      size = end;
      done = to;
    },
    finish: () => ({ text: parts.join(''), starts: nextStarts.subarray(0, size), ends: nextEnds.subarray(0, size) }),
  };
}
