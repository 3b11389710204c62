/**
 * A Python file in cells (`# %%`) as a notebook: the percent format of Jupytext, VS Code and Spyder.
 * Source: https://jupytext.readthedocs.io/en/latest/formats-scripts.html#the-percent-format
 */
import { isJsonObject, type Json, type JsonObject } from '../domain/text/json.ts';
import { tryYaml } from '../domain/text/yaml-parse.ts';
import type { Notebook } from '../domain/notebook/notebook.ts';
import type { TextNotebook } from './format/format.ts';
import { parseNotebook } from '../domain/notebook/notebook-parse.ts';
import { type OpenQuote, quoteAfter, uncommentMagics } from './percent-magic.ts';
import { type PercentOptions, readPercentOptions } from './percent-option.ts';

/** `# %%`, also indented; `# %%%` begins a cell within the one above; `# %%time` is a command. */
const MARKER = /^[ \t]*#[ \t]*%%%*(?:[ \t](.*))?$/;
/** Other tools' markers count in a file that has one of ours. */
const OTHER_MARKER = /^[ \t]*#[ \t]*(?:<codecell>|In\[[0-9 ]*\]:?)[ \t]*$/;
const HEADER = /^(?:#![^\n]*\n)?(?:#[^\n]*coding[^\n]*\n)?# ---\n((?:#[^\n]*\n)*?)# ---(?:\n|$)/;
const FENCE = /^(?:# ?)?\s{0,3}(`{3,}|~{3,})(.*)$/;

const MOST_HEADER_CHARS = 20_000;

/** True for the bytes of a file that has cells; a module without any is no script. */
export function hasCells(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return /^[ \t]*#[ \t]*%%%*(?:[ \t\r]|$)/m.test(text);
}

interface PercentCell {
  readonly options: PercentOptions;
  readonly lines: string[];
}

/** Never throws: any text is some notebook. */
export function parsePercent(text: string): Notebook {
  const { metadata: found, cells } = splitText(text, true);
  const metadata: JsonObject = { kernelspec: { name: 'python3', language: 'python' }, ...found };
  return parseNotebook(
    JSON.stringify({ nbformat: 4, metadata, cells: cells.map((cell) => cellOf(cell, magicsOf(metadata))) }),
  );
}

/** The cells of a script in a language other than Python, which has no commands of IPython. Never throws. */
export function splitPercent(text: string): TextNotebook {
  const { metadata, cells } = splitText(text, false);
  return {
    metadata,
    cells: cells.map((cell) => {
      const { type, metadata: own } = cell.options;
      const source = cell.lines.join('\n').replace(/^\n+/, '').trimEnd();
      return { type, source: type === 'code' ? source : source.replace(/^#'? ?/gm, ''), metadata: own };
    }),
  };
}

function splitText(text: string, isPython: boolean): { metadata: JsonObject; cells: PercentCell[] } {
  const plain = text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const header = HEADER.exec(plain.slice(0, MOST_HEADER_CHARS));
  const cells = splitCells(plain.slice(header?.[0].length ?? 0).split('\n'), isPython);
  const kept = cells.filter(({ lines }, index) => index > 0 || lines.some((line) => line.trim() !== ''));
  return { metadata: readMetadata(header?.[1] ?? ''), cells: kept };
}

/** At each marker that does not lie in a text of several lines, nor in a fenced block of a text cell. */
function splitCells(lines: readonly string[], isPython: boolean): PercentCell[] {
  const cells: PercentCell[] = [{ options: readPercentOptions(''), lines: [] }];
  let open: OpenQuote;
  let fence: string | undefined;
  let isText = false;
  const isClosed = closingFences(lines);
  for (const [at, line] of lines.entries()) {
    const marker = open === undefined && fence === undefined ? (MARKER.exec(line) ?? OTHER_MARKER.exec(line)) : null;
    if (marker !== null) {
      const options = readPercentOptions(marker[1] ?? '');
      cells.push({ options, lines: [] });
      isText = options.type !== 'code';
      continue;
    }
    cells.at(-1)?.lines.push(line);
    if (isPython) open = quoteAfter(line, open);
    if (isText) fence = fenceAfter(line, fence, (signs) => isClosed(signs, at));
  }
  return cells;
}

/** Within so many lines a fence must be closed: one that never is hides no cells. */
const MOST_FENCE_LINES = 300;

function fenceAfter(line: string, fence: string | undefined, isClosed: (signs: string) => boolean): string | undefined {
  const [, signs, rest = ''] = FENCE.exec(line) ?? [];
  if (signs === undefined) return fence;
  if (fence !== undefined) return signs.startsWith(fence) && rest.trim() === '' ? undefined : fence;
  return isClosed(signs) ? signs : undefined;
}

/** Whether a fence of the line is closed below it. To be called for one line after the other. */
function closingFences(lines: readonly string[]): (signs: string, line: number) => boolean {
  const closing = lines.flatMap((line, at) => {
    const [, signs, rest = ''] = FENCE.exec(line) ?? [];
    return signs === undefined || rest.trim() !== '' ? [] : [{ signs, at }];
  });
  let first = 0;
  return (signs, line) => {
    while (first < closing.length && (closing[first]?.at ?? 0) <= line) first += 1;
    for (let next = first; next < closing.length; next += 1) {
      const found = closing[next];
      if (found === undefined || found.at >= line + MOST_FENCE_LINES) return false;
      if (found.signs.startsWith(signs)) return true;
    }
    return false;
  };
}

type Magics = 'commented' | 'jupytext' | 'plain';

/** How the file spells the commands of IPython: Jupytext's header tells what it has escaped. */
function magicsOf({ jupytext }: JsonObject): Magics {
  if (!isJsonObject(jupytext)) return 'commented';
  const { text_representation: format, comment_magics: isCommented } = jupytext;
  const isHydrogen = isJsonObject(format) && format.format_name === 'hydrogen';
  return isCommented === false || (isHydrogen && isCommented !== true) ? 'plain' : 'jupytext';
}

function cellOf({ options, lines }: PercentCell, magics: Magics): JsonObject {
  const { type, metadata: found } = options;
  const { cell_type: _type, language, magic_args: args, ...rest } = found;
  const metadata = { ...rest, tags: Array.isArray(rest.tags) ? rest.tags : [] };
  const source = lines.join('\n').replace(/^\n+/, '').trimEnd();
  if (type !== 'code' || !isActive('ipynb', rest))
    return { cell_type: type === 'markdown' ? 'markdown' : 'raw', metadata, source: uncommented(source) };
  const code = { cell_type: 'code', metadata, outputs: [], execution_count: null };
  if (typeof language === 'string' && language !== 'python')
    return {
      ...code,
      source: `%%${language}${typeof args === 'string' && args !== '' ? ` ${args}` : ''}\n${uncommented(source)}`,
    };
  if (!isActive('py', rest)) return { ...code, source: uncommented(source) };
  return { ...code, source: magics === 'plain' ? source : uncommentMagics(source, magics === 'jupytext') };
}

/** Where a cell is to be run: by `active="ipynb"`, a tag `active-ipynb`, or a frozen cell. */
function isActive(extension: string, { tags, active, run_control: control }: JsonObject): boolean {
  if (isJsonObject(control) && control.frozen === true) return extension === 'ipynb';
  const tag = Array.isArray(tags)
    ? (tags as Json[]).find((one) => typeof one === 'string' && one.startsWith('active-'))
    : undefined;
  if (typeof tag === 'string') return tag.split('-').includes(extension);
  return typeof active !== 'string' || active.split(/[.,]/).includes(extension);
}

/** Text stands in comments, or in one string of three quotes. */
function uncommented(source: string): string {
  const quoted = /^[rR]?("""|''')\n?([\s\S]*?)\n?\1$/.exec(source)?.[2];
  return quoted ?? source.replace(/^# ?/gm, '');
}

/** Jupytext's header: YAML with the notebook's metadata under `jupyter`, anything else at the top. */
function readMetadata(header: string): JsonObject {
  const value = tryYaml(header.replace(/^# ?/gm, ''), MOST_HEADER_CHARS);
  if (!isJsonObject(value)) return {};
  const { jupyter, ...rest } = value;
  return { ...rest, ...(isJsonObject(jupyter) ? jupyter : {}) };
}
