/**
 * Views of a text with escapes undone, each unit with the place it came from: a secret that was percent-encoded, put
 * into
 * JSON or HTML, or wrapped into lines is found in the view as it is, whichever of its characters were escaped and how.
 */

export interface View {
  readonly text: string;
  /** Range of the original text that unit `i` stands for; absent: itself. Ranges of one escape's units are the same. */
  readonly starts?: Int32Array;
  readonly ends?: Int32Array;
  /** Place in the original text from which an escape may go on in text to come. */
  readonly openFrom?: number;
  /** Shorter matches do not count: they would join what ordinary text keeps apart. */
  readonly leastMatch: number;
  /** Shorter beginnings at the end of the text are not held back. */
  readonly leastHold: number;
}

interface Escape {
  readonly token: RegExp;
  /** Matches, perhaps emptily, an escape that is not complete at the end of a text. */
  readonly open: RegExp;
  readonly decode: (token: string) => string;
  readonly leastMatch?: number;
  readonly leastHold?: number;
}

/** Longer than any incomplete escape. */
const OPEN_CHARS = 24;
const LETTERS: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  0: '\0',
};
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

const PERCENT: Escape = {
  token:
    /%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}|%[\da-f]{2}/gi,
  open: /(?:%[cd][\da-f]|%e[\da-f](?:%[89ab][\da-f])?|%f[\da-f](?:%[89ab][\da-f]){0,2})?(?:%[\da-f]?)?$/i,
  decode(token) {
    try {
      return decodeURIComponent(token);
    } catch {
      return token.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    }
  },
};

/** JSON, JavaScript and Python string escapes; elsewhere a backslash means the character after it, as in shells. */
const BACKSLASH: Escape = {
  token: /\\(?:u\{[\da-fA-F]{1,6}\}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|x[\da-fA-F]{2}|[^])/g,
  open: /\\(?:u\{[\da-fA-F]{0,6}|u[\da-fA-F]{0,3}|U[\da-fA-F]{0,7}|x[\da-fA-F]?)?$/,
  decode(token) {
    const hex = /^\\[uUx]\{?([\da-fA-F]+)/.exec(token)?.[1];
    if (hex !== undefined) return codePoint(parseInt(hex, 16)) ?? token;
    return LETTERS[token.charAt(1)] ?? token.slice(1);
  },
};

const HTML: Escape = {
  token: /&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[\da-f]{1,6});/gi,
  open: /&(?:[a-z]{0,4}|#\d{0,7}|#x[\da-f]{0,6})$/i,
  decode(token) {
    const number = /^&#(?:x([\da-f]+)|(\d+));/i.exec(token);
    if (!number) return NAMED[token.slice(1, -1).toLowerCase()] ?? token;
    return codePoint(number[1] === undefined ? parseInt(number[2]!, 10) : parseInt(number[1], 16)) ?? token;
  },
};

/** Base64 tools break lines: what is long enough not to be there by chance counts across line ends. */
const LINE_END: Escape = { token: /[\r\n]+/g, open: /$/, decode: () => '', leastMatch: 12, leastHold: 4 };

/** Terminal colours within a secret do not hide it from a reader. Source: ECMA-48, control sequences. */
const COLOUR: Escape = { token: /\u001b\[[0-?]*[ -/]*[@-~]/g, open: /\u001b(?:\[[0-?]*[ -/]*)?$/, decode: () => '' };

const ESCAPES = [LINE_END, COLOUR, PERCENT, BACKSLASH, HTML];

/**
 * The text itself and what it says with one kind of escape undone, or two. The order of two matters only where one is
 * wrapped in the other; line ends are of interest beside another escape only where that escape hides them.
 */
export function viewsOf(text: string): View[] {
  const plain: View = { text, leastMatch: 1, leastHold: 1 };
  const views = [plain];
  ESCAPES.forEach((first, order) => {
    const once = undo(plain, first);
    if (!once) return;
    views.push(once);
    ESCAPES.forEach((second, later) => {
      const twice = undo(once, second);
      if (twice && (twice.wrapped || (later > order && first !== LINE_END))) views.push(twice);
    });
  });
  return views;
}

/** Undefined when there is no such escape. `wrapped`: an escape was itself made of escaped characters. */
function undo(view: View, escape: Escape): (View & { readonly wrapped: boolean }) | undefined {
  const { text } = view;
  const whole = wholeUnits(view);
  const open = whole - (escape.open.exec(text.slice(Math.max(0, whole - OPEN_CHARS), whole))?.[0].length ?? 0);
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

/** How many units of the view stand for text that nothing to come can change. */
export function wholeUnits(view: View): number {
  return view.openFrom === undefined ? view.text.length : firstEndingAfter(view, view.openFrom);
}

/** The first unit that stands for text after the place, by its end; the number of units when there is none. */
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

/** Builds the text of the next view and where its units come from; what is decoded is never longer than its token. */
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

function codePoint(value: number): string | undefined {
  return value <= 0x10ffff ? String.fromCodePoint(value) : undefined;
}
