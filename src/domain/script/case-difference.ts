/** How a run of a case differs from what was kept of it, in sentences for its author. */
import { isExactNumber, isJsonObject, type Json, type JsonObject } from '../text/json.ts';
import { csvRecords } from '../text/csv.ts';
import type { ScriptCase } from './script-case.ts';

/** What is kept of a run: its results, and the tables that it showed, as CSV. */
export interface CaseContent {
  readonly results: JsonObject;
  readonly tables: Readonly<Record<string, string>>;
}

/** Sentences for one table; a table that is quite different has many. */
const MOST_OF_ONE = 10;
const MOST_CHARS = 100;

/** Empty: they are equal, as far as the case compares. */
export function findDifferences(
  kept: CaseContent,
  now: CaseContent,
  { tolerance, ignore }: Pick<ScriptCase, 'tolerance' | 'ignore'>,
): string[] {
  const wanted = (names: readonly string[]) => [...new Set(names)].filter((name) => !ignore.includes(name));
  const results = wanted([...Object.keys(kept.results), ...Object.keys(now.results)]).flatMap((name) =>
    differenceOf(`result ${name}`, kept.results[name], now.results[name], tolerance),
  );
  const tables = wanted([...Object.keys(kept.tables), ...Object.keys(now.tables)]).flatMap((name) => {
    const [before, after] = [kept.tables[name], now.tables[name]];
    if (before === undefined) return [`table ${name}: was not kept, and is shown now`];
    if (after === undefined) return [`table ${name}: was kept, and is not shown now`];
    return before === after
      ? []
      : tableDifferences(name, [...csvRecords(before, ',')], [...csvRecords(after, ',')], tolerance);
  });
  return [...results, ...tables];
}

function differenceOf(place: string, before: Json | undefined, after: Json | undefined, tolerance: number): string[] {
  if (before === undefined) return [`${place}: was not kept, and is ${shown(after)} now`];
  if (after === undefined) return [`${place}: ${shown(before)} was kept, and there is none now`];
  return isEqual(before, after, tolerance) ? [] : [`${place}: ${shown(before)} was kept, now ${shown(after)}`];
}

function isEqual(a: Json, b: Json, tolerance: number): boolean {
  const [one, other] = [numberOf(a), numberOf(b)];
  if (one !== undefined && other !== undefined) return isClose(one, other, tolerance);
  if (Array.isArray(a) && Array.isArray(b))
    return (
      a.length === b.length && (a as Json[]).every((item, at) => isEqual(item, (b as Json[])[at] ?? null, tolerance))
    );
  if (isJsonObject(a) && isJsonObject(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && isEqual(a[name] ?? null, b[name] ?? null, tolerance))
    );
  }
  return a === b;
}

function numberOf(value: Json): number | undefined {
  if (isExactNumber(value)) return Number(value.rawJSON);
  return typeof value === 'number' ? value : undefined;
}

function isClose(a: number, b: number, tolerance: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

function tableDifferences(
  name: string,
  [head = [], ...before]: string[][],
  [nowHead = [], ...after]: string[][],
  tolerance: number,
): string[] {
  if (head.join('\0') !== nowHead.join('\0'))
    return [`table ${name}: the columns ${cut(head.join(', '))} were kept, now ${cut(nowHead.join(', '))}`];
  const found: string[] = [];
  if (before.length !== after.length)
    found.push(`table ${name}: ${rows(before.length)} kept, now ${rows(after.length)}`);
  let more = 0;
  for (const [at, row] of before.slice(0, after.length).entries()) {
    for (const [column, cell] of row.entries()) {
      const now = after[at]?.[column] ?? '';
      if (isSameCell(cell, now, tolerance)) continue;
      if (found.length < MOST_OF_ONE)
        found.push(
          `table ${name}, row ${at + 1}, column ${head[column] ?? column + 1}: ${shown(cell)} was kept, now ${shown(now)}`,
        );
      else more += 1;
    }
  }
  return more === 0 ? found : [...found, `table ${name}: ${more} more cells differ`];
}

function isSameCell(a: string, b: string, tolerance: number): boolean {
  if (a === b) return true;
  return a.trim() !== '' && b.trim() !== '' && isClose(Number(a), Number(b), tolerance) && !Number.isNaN(Number(a));
}

function rows(count: number): string {
  return count === 1 ? '1 row' : `${count} rows`;
}

function shown(value: Json | undefined): string {
  if (value === '') return 'nothing';
  return cut(typeof value === 'string' ? `“${value}”` : JSON.stringify(value ?? null));
}

function cut(text: string): string {
  return text.length <= MOST_CHARS ? text : `${text.slice(0, MOST_CHARS)}…`;
}
