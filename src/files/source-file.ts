/** The bytes of a script's file, as text. */
import { isUtf8 } from 'node:buffer';
import type { Cell } from '../domain/notebook/notebook.ts';
import { markedSource } from '../domain/notebook/program-cell.ts';
import { problemError } from '../domain/problem.ts';
import { notUtf8 } from './file-problem.ts';

/** A file's bytes and its name for messages. */
export interface SourceFile {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly modifiedAtMs: number;
}

export function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}

/** Throws `invalid` with a `ScriptProblem`. Saved outputs are checked, too, although they are not decoded. */
export function checkUtf8({ bytes }: SourceFile): void {
  if (!isUtf8(bytes)) throw problemError(notUtf8(bytes));
}

/** Sources of the code cells, in order, as languages are given them. */
export function codeOf(cells: readonly Cell[]): readonly string[] {
  return cells.filter(({ type }) => type === 'code').map(markedSource);
}
