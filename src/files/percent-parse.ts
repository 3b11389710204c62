/**
 * A Python file in cells (`# %%`) as a notebook: the percent format of Jupytext, VS Code and Spyder.
 * Source: https://jupytext.readthedocs.io/en/latest/formats-scripts.html#the-percent-format
 */
import { parse } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../domain/text/json.ts';
import { parseJsonText } from '../domain/text/json-text.ts';
import type { Notebook } from '../domain/notebook/notebook.ts';
import { parseNotebook } from '../domain/notebook/notebook-parse.ts';

const MARKER = /^# ?%%(?!%)(.*)$/;
const HEADER = /^(?:#![^\n]*\n)?(?:#[^\n]*coding[^\n]*\n)?# ---\n((?:#[^\n]*\n)*?)# ---(?:\n|$)/;

const MOST_HEADER_CHARS = 20_000;
/** Metadata in the line above a cell. */
const MOST_OPTION_CHARS = 1000;

/** True for the bytes of a file that has cells; a module without cells is not a script. */
export function hasCells(bytes: Uint8Array): boolean {
  return /^# ?%%(?!%)/m.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
}

/** Never throws: any text is a valid notebook. */
export function parsePercent(text: string): Notebook {
  const plain = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const header = HEADER.exec(plain.slice(0, MOST_HEADER_CHARS));
  const cells: { options: string; lines: string[] }[] = [{ options: '', lines: [] }];
  for (const line of plain.slice(header?.[0].length ?? 0).split('\n')) {
    const marker = MARKER.exec(line);
    if (marker === null) cells.at(-1)?.lines.push(line);
    else cells.push({ options: marker[1] ?? '', lines: [] });
  }
  const kept = cells.filter(({ lines }, index) => index > 0 || lines.some((line) => line.trim() !== ''));
  const metadata = { kernelspec: { name: 'python3', language: 'python' }, ...readMetadata(header?.[1] ?? '') };
  return parseNotebook(
    JSON.stringify({
      nbformat: 4,
      metadata,
      cells: kept.map(({ options, lines }) => cellOf(options, lines.join('\n'))),
    }),
  );
}

function cellOf(line: string, body: string): JsonObject {
  const options = line.slice(0, MOST_OPTION_CHARS);
  const type = /\[(markdown|md|raw)\]/.exec(options)?.[1] ?? 'code';
  const metadata = { tags: readTags(options) };
  const source = body.replace(/^\n+/, '').trimEnd();
  if (type === 'code')
    return {
      cell_type: 'code',
      metadata,
      outputs: [],
      execution_count: null,
      source: source.replace(/^# ?(?=[%!]\w)/gm, ''),
    };
  return { cell_type: type === 'raw' ? 'raw' : 'markdown', metadata, source: uncommented(source) };
}

/** Markdown is in comments, or in one triple-quoted string. */
function uncommented(source: string): string {
  const quoted = /^[rR]?("""|''')\n?([\s\S]*?)\n?\1$/.exec(source)?.[2];
  return quoted ?? source.replace(/^# ?/gm, '');
}

/** `tags=["a", "b"]`, or the older `{"tags": ["a"]}`. */
function readTags(options: string): Json[] {
  const [list] = /(?<=\btags\s*=\s*)\[[^\]]*\]|(?<="tags"\s*:\s*)\[[^\]]*\]/.exec(options) ?? [];
  try {
    const tags = list === undefined ? [] : parseJsonText(list);
    return Array.isArray(tags) ? (tags as Json[]) : [];
  } catch {
    return [];
  }
}

/** Jupytext's header: YAML with the notebook's metadata under `jupyter`, anything else at the top. */
function readMetadata(header: string): JsonObject {
  try {
    const value = parse(header.replace(/^# ?/gm, ''), { maxAliasCount: 100 }) as Json;
    if (!isJsonObject(value)) return {};
    const { jupyter, ...rest } = value;
    return { ...rest, ...(isJsonObject(jupyter) ? jupyter : {}) };
  } catch {
    return {};
  }
}
