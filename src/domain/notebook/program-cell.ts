/** Plain programs as scripts (ADR 0029): a notebook with one cell, whose metadata name the program's file. */
import type { Cell } from './notebook.ts';

const KEY = 'script_runner_program';
const MARK = '%%script_runner_program';
const MARKED = new RegExp(`^${MARK}[ \\t]*([^\\n]*)(?:\\n|$)`);

/** Metadata of the cell of a program. */
export function programMetadata(file: string): Cell['metadata'] {
  return { [KEY]: file.split('/').at(-1) ?? file };
}

/** Name of the program's file, without folders; undefined: an ordinary cell. */
export function programName({ metadata }: Pick<Cell, 'metadata'>): string | undefined {
  const name = metadata[KEY];
  return typeof name === 'string' && /^[^/\n\0]{1,255}$/.test(name) ? name : undefined;
}

/** The cell's source as languages are given it: a program stands below a line that says its name. */
export function markedSource(cell: Pick<Cell, 'metadata' | 'source'>): string {
  const name = programName(cell);
  return name === undefined ? cell.source : `${MARK} ${name}\n${cell.source}`;
}

/** The program of a marked source; undefined: an ordinary cell. */
export function markedProgram(source: string): { readonly name: string; readonly source: string } | undefined {
  const [mark, name] = MARKED.exec(source) ?? [];
  return mark === undefined || name === undefined ? undefined : { name, source: source.slice(mark.length) };
}
