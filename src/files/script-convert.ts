/**
 * Scripts in text formats become notebook files when they are read: what is stored with a run is a notebook, whatever
 * its author's format.
 */
import { freeBytes } from '../disk/plain-file.ts';
import { problemError } from '../domain/problem.ts';
import { formatsOf } from './format/all.ts';
import { notebookText } from './format/format.ts';
import { isProgram } from './format/program.ts';
import { hasCells } from './percent-parse.ts';
import { checkUtf8, decode, type SourceFile } from './source-file.ts';

/** Limits of a text: far above what people write, and read in a fraction of a second. */
const MOST_BYTES = 2_000_000;
const MOST_LINES = 100_000;
const MOST_MARKS = 20_000;
const MOST_CELLS = 20_000;

/**
 * Notebooks, and Python files in cells, as they are. Undefined: the file is no script. The bytes that were given may be
 * freed. Throws `invalid` with a `ScriptProblem`.
 */
export function toNotebookFile(source: SourceFile): SourceFile | undefined {
  const { file, bytes } = source;
  if (file.endsWith('.ipynb')) return source;
  const isPlain = file.endsWith('.py') && !isDatabricks(bytes);
  const isOther = isPlain && hasCells(bytes);
  if ((isPlain || file.endsWith('.sh')) && !isOther && !isProgram(bytes)) return undefined;
  const text = boundedText(bytes);
  if (isOther) return source;
  for (const format of formatsOf(file)) {
    const notebook = format.read(text, file);
    if (notebook === undefined) continue;
    if (notebook.cells.length > MOST_CELLS) throw tooMuch(`${MOST_CELLS} cells`);
    checkUtf8(source);
    freeBytes(bytes);
    return { ...source, bytes: new TextEncoder().encode(notebookText(notebook)) };
  }
  return undefined;
}

function isDatabricks(bytes: Uint8Array): boolean {
  return decode(bytes.subarray(0, 40)).startsWith('# Databricks notebook source');
}

/** What begins or ends a cell in any of the formats. */
const MARK = /^ {0,3}(?:```|~~~|\+\+\+|<!-- #|# ?%%|-- ?%%|# COMMAND|# In\[)/gm;

/** Code in the text of R Markdown and Quarto. */
const INLINE = /`(?:r[ \t]|\{(?:r|python)\})/g;

function boundedText(bytes: Uint8Array): string {
  if (bytes.length > MOST_BYTES) throw tooMuch(`${MOST_BYTES} bytes`);
  const text = decode(bytes);
  if (hasMore(text, /\n/g, MOST_LINES)) throw tooMuch(`${MOST_LINES} lines`);
  if (hasMore(text, MARK, MOST_MARKS)) throw tooMuch(`${MOST_MARKS} marks of cells`);
  if (hasMore(text, INLINE, MOST_MARKS)) throw tooMuch(`${MOST_MARKS} pieces of code in its text`);
  return text;
}

function hasMore(text: string, pattern: RegExp, most: number): boolean {
  let found = 0;
  for (const _ of text.matchAll(pattern)) if (++found > most) return true;
  return false;
}

function tooMuch(limit: string): Error {
  return problemError({
    what: `The file has more than ${limit}.`,
    remedy: 'Move its code into a module, and its data into a file beside it.',
  });
}
