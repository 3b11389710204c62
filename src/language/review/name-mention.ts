/** Where code mentions names first, in any way; a comment counts too: no finding is better than a wrong one. */

interface Place {
  /** Index among the cells. */
  readonly cell: number;
  readonly from: number;
}

/** The words of a language that may be names of variables; attributes (`a.name`) are none. */
export const PYTHON_WORD = /(?<![\p{L}\p{N}_.])[\p{L}_][\p{L}\p{N}_]*/gu;
export const JAVASCRIPT_WORD = /(?<![\p{L}\p{N}_$.])[\p{L}_$][\p{L}\p{N}_$]*/gu;
export const SHELL_WORD = /(?<![\p{L}\p{N}_])[\p{L}_][\p{L}\p{N}_]*/gu;

/** The first place of each word in the cells behind that of this index. */
function firstMentions(sources: readonly string[], after: number, words: RegExp): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const [cell, source] of sources.entries()) {
    if (cell <= after) continue;
    for (const { 0: word, index: from } of source.matchAll(words))
      if (!places.has(word)) places.set(word, { cell, from });
  }
  return places;
}

/** An input of the cell `at` that another cell gives a new value. */
export interface Overwriting extends Place {
  readonly name: string;
  /** The code of the new value. */
  readonly value: string;
}

/**
 * Those before which nothing can have used the input. `open`: code behind which inputs may be used without being named.
 * Of several places for a name the first counts.
 */
export function* overwrittenUnused(
  places: readonly Overwriting[],
  sources: readonly string[],
  { at, open, words }: { readonly at: number; readonly open: RegExp; readonly words: RegExp },
): Generator<Overwriting> {
  const mentions = firstMentions(sources, at, words);
  const opened = firstMatch(sources, at, open);
  for (const place of places) {
    const first = mentions.get(place.name);
    const isFirst = first?.cell === place.cell && first.from === place.from;
    const isOpen =
      opened !== undefined && (opened.cell < place.cell || (opened.cell === place.cell && opened.from < place.from));
    if (!isFirst || isOpen || open.test(place.value)) continue;
    if (!firstMentions([place.value], -1, words).has(place.name)) yield place;
  }
}

function firstMatch(sources: readonly string[], after: number, wanted: RegExp): Place | undefined {
  for (const [cell, source] of sources.entries()) {
    const from = cell <= after ? -1 : source.search(wanted);
    if (from >= 0) return { cell, from };
  }
  return undefined;
}

export function overwrittenMark({ name, cell, from }: Overwriting) {
  return {
    cell,
    from,
    code: 'overwritten-input' as const,
    what: `The input “${name}” is overwritten here before anything has used it, so what is chosen has no effect.`,
    remedy: 'Remove the assignment, or give the variable another name.',
  };
}
