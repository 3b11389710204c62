/** Compares two revisions of a script line by line, cell by cell, in bounded time. */
import { diffArrays } from 'diff';
import type { RevisionSection } from './revision-text.ts';

export type DiffMark = 'same' | 'added' | 'removed';

export type DiffRow =
  | { readonly type: 'section'; readonly mark: DiffMark; readonly section: RevisionSection }
  | { readonly type: 'line'; readonly mark: DiffMark; readonly text: string }
  /** Unchanged lines that are left out. */
  | { readonly type: 'gap'; readonly lines: number };

export type RevisionDiff =
  | { readonly type: 'same' }
  /** Too long, or too different, to be compared. */
  | { readonly type: 'far' }
  | {
      readonly type: 'rows';
      readonly rows: readonly DiffRow[];
      readonly added: number;
      readonly removed: number;
      /** There are more rows than are shown. */
      readonly isCut: boolean;
    };

export interface DiffLimits {
  /** Of each of the two. */
  readonly lines: number;
  readonly chars: number;
  /** Lines that were added or removed; the time grows with their square. */
  readonly edits: number;
  readonly ms: number;
  readonly shownChars: number;
}

export const DIFF_LIMITS: DiffLimits = {
  lines: 20_000,
  chars: 2_000_000,
  edits: 1_000,
  ms: 500,
  shownChars: 300_000,
};

/** Unchanged lines that are shown around each change. */
const CONTEXT = 3;
/** Longer lines are cut where they are shown. */
const LINE_CHARS = 2_000;
/** For the markup of a row. */
const ROW_CHARS = 40;

/** A line, or the head of a section: `text` is what is compared. */
interface Element {
  readonly text: string;
  readonly isHead: boolean;
  readonly section: RevisionSection;
}

type Marked = Element & { readonly mark: DiffMark };

export function diffRevisions(
  before: readonly RevisionSection[],
  after: readonly RevisionSection[],
  limits = DIFF_LIMITS,
): RevisionDiff {
  if (!isWithin(before, limits) || !isWithin(after, limits)) return { type: 'far' };
  const [from, to] = [elementsOf(before), elementsOf(after)];
  const parts = diffArrays(
    from.map(({ text }) => text),
    to.map(({ text }) => text),
    { maxEditLength: limits.edits, timeout: limits.ms },
  ) as ReturnType<typeof diffArrays> | undefined;
  if (parts === undefined) return { type: 'far' };
  const places = { before: 0, after: 0 };
  const all = parts.flatMap(({ value, added, removed }): Marked[] => {
    const mark = added ? 'added' : removed ? 'removed' : 'same';
    const own = removed
      ? from.slice(places.before, places.before + value.length)
      : to.slice(places.after, places.after + value.length);
    if (!added) places.before += value.length;
    if (!removed) places.after += value.length;
    return own.map((element) => ({ ...element, mark }));
  });
  startAtHeads(all);
  if (all.every(({ mark }) => mark === 'same')) return { type: 'same' };
  const count = (wanted: DiffMark) => all.filter(({ mark, isHead }) => mark === wanted && !isHead).length;
  return { type: 'rows', ...cut(rowsOf(all), limits), added: count('added'), removed: count('removed') };
}

function isWithin(sections: readonly RevisionSection[], { lines, chars }: DiffLimits): boolean {
  const all = sections.flatMap((section) => ['', ...section.lines]);
  return all.length <= lines && all.reduce((sum, { length }) => sum + length, 0) <= chars;
}

/** No line is equal to the head of a section. */
function elementsOf(sections: readonly RevisionSection[]): Element[] {
  return sections.flatMap((section) => [
    { text: `#${JSON.stringify([section.type, section.tags])}`, isHead: true, section },
    ...section.lines.map((line) => ({ text: ` ${line}`, isHead: false, section })),
  ]);
}

/**
 * A section that was inserted between two others with equal heads may be found as the rest of the one before, with the
 * head of the next: this moves such changes up, so that they begin with a head.
 */
function startAtHeads(all: Marked[]): void {
  for (let start = 0, end = 0; start < all.length; start = end) {
    const { mark } = all[start] as Marked;
    for (end = start + 1; all[end]?.mark === mark;) end += 1;
    if (mark === 'same' || all[start]?.isHead === true) continue;
    const by = stepsToHead(all, start, end);
    const section = all[start]?.section as RevisionSection;
    for (let at = start - by; at < start; at += 1) {
      const [moved, left] = [all[at], all[at + end - start]] as [Marked, Marked];
      // what is the same is shown as in the later revision
      all[at + end - start] = { ...left, mark: 'same', section: mark === 'removed' ? moved.section : left.section };
      all[at] = { ...moved, mark, section: mark === 'removed' ? section : moved.section };
    }
  }
}

/** 0: there is no head to which the change can be moved. */
function stepsToHead(all: readonly Marked[], start: number, end: number): number {
  for (let by = 1; by <= end - start; by += 1) {
    const [before, last] = [all[start - by], all[end - by]];
    if (before?.mark !== 'same' || before.text !== last?.text) return 0;
    if (before.isHead) return by;
  }
  return 0;
}

function rowsOf(all: readonly Marked[]): DiffRow[] {
  const isShown = near(all);
  const rows: DiffRow[] = [];
  let left = 0;
  let section: RevisionSection | undefined;
  for (const [at, element] of all.entries()) {
    if (isShown[at] !== true) {
      left += element.isHead ? 0 : 1;
      continue;
    }
    if (left > 0) rows.push({ type: 'gap', lines: left });
    const isStart = left > 0 || at === 0 || isShown[at - 1] !== true;
    left = 0;
    if (element.isHead) rows.push({ type: 'section', mark: element.mark, section: element.section });
    else {
      if (isStart && element.section !== section)
        rows.push({ type: 'section', mark: 'same', section: element.section });
      rows.push({ type: 'line', mark: element.mark, text: shown(element.text.slice(1)) });
    }
    section = element.section;
  }
  return left > 0 ? [...rows, { type: 'gap', lines: left }] : rows;
}

/** Which elements are changed, or close to a change. */
function near(all: readonly Marked[]): boolean[] {
  const isShown = new Array<boolean>(all.length).fill(false);
  for (const [at, { mark }] of all.entries())
    if (mark !== 'same') isShown.fill(true, Math.max(0, at - CONTEXT), at + CONTEXT + 1);
  return isShown;
}

function shown(line: string): string {
  return line.length > LINE_CHARS ? `${line.slice(0, LINE_CHARS)}…` : line;
}

function cut(rows: readonly DiffRow[], { shownChars }: DiffLimits): { rows: readonly DiffRow[]; isCut: boolean } {
  let left = shownChars;
  const end = rows.findIndex((row) => (left -= ROW_CHARS + (row.type === 'line' ? row.text.length : 0)) < 0);
  return end === -1 ? { rows, isCut: false } : { rows: rows.slice(0, end), isCut: true };
}
