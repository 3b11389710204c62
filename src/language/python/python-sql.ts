/** Cells of SQL files: `:name` in a statement is an input, unless the head of the file declares it. */
import type { CalledParameter } from '../../domain/parameter/language.ts';

const CELL = /^%%script_runner_sql\b[^\n]*\n/;
const MOST_CHARS = 200_000;
/** Texts, quoted names and comments, in which a colon is a colon; then a placeholder. */
const PLACEHOLDER =
  /'[^']*(?:'|$)|"[^"]*(?:"|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)|::|(?<![\w:]):([A-Za-z_]\w{0,100})(?!\w|:)/g;

export function hasSqlCells(cells: readonly string[]): boolean {
  return cells.some((source) => CELL.test(source));
}

export function readSqlCells(cells: readonly string[]): CalledParameter[] {
  const found = new Map<string, CalledParameter>();
  for (const [cell, source] of cells.entries()) {
    if (!CELL.test(source) || source.length > MOST_CHARS) continue;
    for (const [, name] of source.replace(CELL, '').matchAll(PLACEHOLDER)) {
      if (name === undefined || found.has(name)) continue;
      found.set(name, { name, schema: { type: 'string' }, required: true, call: `:${name}`, cell });
    }
  }
  return [...found.values()];
}

export function sqlSource(cells: readonly string[]): string | undefined {
  return hasSqlCells(cells) ? 'from script_runner import _sql; _sql.install()' : undefined;
}
