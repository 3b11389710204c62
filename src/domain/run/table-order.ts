/** The order and the choice of a table's rows, by what their cells say. Pure. */

const MISSING = /^(|nan|nat|none|<na>|null|\.{3}|…)$/i;
/** R's missing value among numbers; in a column of texts it may be a name. */
const NO_NUMBER = 'NA';
const NUMBER = /^[-−+]?(\d[\d,]*\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const INFINITE = /^([-−+]?)inf(inity)?$/i;
const COMPARISON = /^(<=|>=|<|>|=)\s*(\S.*)$/;

/** Natural order: `B9` before `B10`. */
export const { compare: compareTexts } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Nothing is known of the value: it comes last in every order. */
export function isMissing(text: string): boolean {
  return MISSING.test(text.trim());
}

/** Undefined for text that is no number. Units and signs of currencies make text. */
export function numberIn(text: string): number | undefined {
  const plain = text.trim().replace('−', '-');
  const infinite = INFINITE.exec(plain);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  return NUMBER.test(plain) ? Number(plain.replaceAll(',', '')) : undefined;
}

/** Positions of the texts in their order; those of equal texts keep theirs. Numbers by value if all are numbers. */
export function orderOf(texts: readonly string[], isDescending: boolean): readonly number[] {
  const numbers = texts.map(numberIn);
  const areNumbers = texts.every(
    (text, at) => numbers[at] !== undefined || isMissing(text) || text.trim() === NO_NUMBER,
  );
  const known = texts.map((text) => !isMissing(text) && !(areNumbers && text.trim() === NO_NUMBER));
  const sign = isDescending ? -1 : 1;
  const difference = (a: number, b: number) =>
    areNumbers ? Math.sign((numbers[a] ?? 0) - (numbers[b] ?? 0)) || 0 : compareTexts(texts[a] ?? '', texts[b] ?? '');
  return texts
    .map((_text, at) => at)
    .sort((a, b) => Number(known[b]) - Number(known[a]) || (known[a] === true ? sign * difference(a, b) : 0));
}

/** Returns whether a cell fits what was typed: part of the text, or `> 5`, `<= 2`, `= x`. */
export function chooser(wanted: string): (text: string) => boolean {
  const plain = wanted.trim();
  const [, sign, bound = ''] = COMPARISON.exec(plain) ?? [];
  const part = plain.toLowerCase();
  if (sign === undefined) return (text) => text.toLowerCase().includes(part);
  const limit = numberIn(bound);
  return (text) => {
    const value = limit === undefined ? undefined : numberIn(text);
    const order = value === undefined || limit === undefined ? compareTexts(text.trim(), bound) : value - limit;
    if (sign === '=') return order === 0;
    if (isMissing(text)) return false;
    return sign.startsWith('<')
      ? order < 0 || (sign === '<=' && order === 0)
      : order > 0 || (sign === '>=' && order === 0);
  };
}
