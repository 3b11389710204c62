/** What the formulas of a report's cells share: macros, numbers and labels, from all its text. */
import type { Report, ReportCell } from '../domain/report/report.ts';
import { equationsOf } from './markdown.ts';
import { NO_MATH, type MathContext } from './math/math-context.ts';
import { splitDefinitions, type MathDefinition } from './math/math-definition.ts';
import { mayBeNumbered } from './math/math-number.ts';

/** Returns the context of a cell. */
export type ReportMath = (cell: number) => MathContext;

/** Number of notebooks whose formulas are cached: a report is rendered again whenever there is new output. */
const MOST_KNOWN = 20;
/** Later ones are not used. */
const MOST_LABELS = 2000;

const known: { readonly sources: readonly string[]; readonly math: ReportMath }[] = [];

/** Depends only on the text of the notebook, not on its outputs. */
export function reportMath({ cells }: Report): ReportMath {
  const sources = cells.map((cell) => (isText(cell) ? cell.source : ''));
  const at = known.findIndex((entry) => isSame(entry.sources, sources));
  const entry = known.splice(at === -1 ? known.length : at, 1)[0] ?? { sources, math: contexts(sources) };
  known.unshift(entry);
  known.length = Math.min(known.length, MOST_KNOWN);
  return entry.math;
}

function isText({ type, tags }: ReportCell): boolean {
  return type === 'markdown' && !tags.includes('remove-cell');
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((source, index) => source === others[index]);
}

function contexts(sources: readonly string[]): ReportMath {
  const defined = sources.map((source) => (source.includes('\\') ? splitDefinitions(source).definitions : []));
  const all = defined.flat();
  const isRepeated = new Set(all.map(({ name }) => name)).size < all.length;
  const labels = new Map<string, string>();
  let next = 1;
  const firstNumbers = sources.map((source) => {
    const first = next;
    if (!mayBeNumbered(source)) return first;
    const equations = equationsOf(source, first);
    for (const { name, text } of equations.labels)
      if (labels.size < MOST_LABELS && !labels.has(name)) labels.set(name, text);
    next = equations.next;
    return first;
  });
  if (all.length === 0 && labels.size === 0 && next === 1) return () => ({ ...NO_MATH, firstNumber: 1 });
  return (cell) => ({
    definitions: isRepeated ? inOrder(defined, cell) : all,
    labels,
    ...(firstNumbers[cell] === undefined ? {} : { firstNumber: firstNumbers[cell] }),
  });
}

/** The last definition up to the cell applies; if there is none, that of a later cell. */
function inOrder(defined: readonly (readonly MathDefinition[])[], cell: number): readonly MathDefinition[] {
  return [...defined.slice(cell + 1).flat(), ...defined.slice(0, cell + 1).flat()];
}
