/**
 * Notebooks as Markdown: MyST (`{code-cell}`) and Jupytext's own (blocks named after the language). Sources:
 * https://jupyterbook.org/en/stable/file-types/myst-notebooks.html,
 * https://jupytext.readthedocs.io/en/latest/formats-markdown.html
 */
import { isJsonObject, type Json, type JsonObject } from '../../domain/text/json.ts';
import { readPercentOptions } from '../percent-option.ts';
import { blocksOf, type Block } from './fence.ts';
import { type Format, frontMatter, headerCell, linesOf, readMapping, type TextCell, trimmed } from './format.ts';

export const jupyterMarkdown: Format = { name: 'Markdown', extensions: ['.md'], read };

/** A text without a header that names a kernel is documentation, not a script. */
function read(text: string) {
  const lines = linesOf(text);
  const { yaml, from } = frontMatter(lines);
  const { jupyter, kernelspec, jupytext, ...rest } = readMapping(yaml);
  const own = isJsonObject(jupyter) ? jupyter : { ...kept({ kernelspec, jupytext }) };
  if (!isJsonObject(own.kernelspec)) return undefined;
  const blocks = blocksOf(lines.slice(from));
  const isMyst = blocks.some(({ info }) => MYST.test(info ?? '')) || formatOf(own) === 'myst';
  const { kernelspec: spec } = own;
  const language = languageOf(spec);
  const cells = isMyst ? mystCells(blocks) : blocks.length === 0 ? [] : markdownCells(blocks, language);
  const metadata = { ...own, kernelspec: { language, ...spec } };
  return { metadata, cells: [...headerCell(rest), ...cells] };
}

function kept(values: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as JsonObject;
}

function formatOf({ jupytext }: JsonObject): unknown {
  const format = isJsonObject(jupytext) ? jupytext.text_representation : undefined;
  return isJsonObject(format) ? format.format_name : undefined;
}

function languageOf({ name, language }: JsonObject): string {
  if (typeof language === 'string') return language;
  const kernel = typeof name === 'string' ? name : '';
  return kernel === 'ir' ? 'R' : (/^(bash|julia|deno)/.exec(kernel)?.[1] ?? 'python');
}

const MYST = /^\{(code-cell|raw-cell|code)\}/;

function mystCells(blocks: readonly Block[]): TextCell[] {
  const cells: TextCell[] = [];
  const text = collectText(cells);
  for (const block of blocks) {
    const [, kind] = MYST.exec(block.info ?? '') ?? [];
    if (kind === 'code-cell' || kind === 'raw-cell') {
      const { metadata, from } = mystOptions(block.lines);
      const source = block.lines.slice(from).join('\n');
      text.end();
      cells.push({ type: kind === 'raw-cell' ? 'raw' : 'code', source, metadata });
      continue;
    }
    for (const line of block.written) {
      const [mark, options = ''] = (block.info === undefined && BREAK.exec(line)) || [];
      if (mark === undefined) text.add(line);
      else text.end({ type: 'markdown', metadata: options === '' ? {} : readMapping(options) });
    }
  }
  text.end();
  return cells;
}

/** Cells of text are parted by `+++ {"tags": ["a"]}`. */
const BREAK = /^\+\+\+[ \t]*(\{.*\})?[ \t]*$/;

type TextStart = Required<Pick<TextCell, 'type' | 'metadata'>>;
const PLAIN: TextStart = { type: 'markdown', metadata: {} };

/** Puts cells of text into `cells`. */
function collectText(cells: TextCell[]) {
  let [start, lines] = [PLAIN, [] as string[]];
  return {
    add: (line: string) => lines.push(line),
    /** Ends the cell, if it has any text; what follows begins like this. */
    end(next = PLAIN): void {
      const source = trimmed(lines);
      if (source !== '') cells.push({ ...start, source });
      [start, lines] = [next, []];
    },
    /** The lines of the cell so far. */
    lines: (): readonly string[] => lines,
  };
}

/** `:tags: [a]` lines, or YAML between `---`, at the beginning of a block. */
function mystOptions(lines: readonly string[]): { readonly metadata: JsonObject; readonly from: number } {
  const { yaml, from } = frontMatter(lines);
  if (yaml !== undefined) return { metadata: readMapping(yaml), from };
  const end = lines.findIndex((line) => !/^:[\w-]+:/.test(line));
  const given = end < 0 ? lines : lines.slice(0, end);
  const blank = lines[given.length]?.trim() === '' && given.length > 0 ? 1 : 0;
  return { metadata: readMapping(given.map((line) => line.slice(1)).join('\n')), from: given.length + blank };
}

/** Blocks named after the kernel's language, or one that IPython runs by a magic, unless they say `.noeval`. */
const RUN_ELSEWHERE = /^(?:bash|sh|html|javascript|latex|perl|ruby|svg|R|sql)$/;
const REGION = /^<!-- #(region|raw)(.*?)-->[ \t]*$/;
const REGION_END = /^<!-- #end(?:region|raw) -->[ \t]*$/;

function markdownCells(blocks: readonly Block[], kernel: string): TextCell[] {
  const cells: TextCell[] = [];
  const text = collectText(cells);
  let isRegion = false;
  for (const block of blocks) {
    const code = isRegion ? undefined : codeCell(block, kernel);
    if (code !== undefined) {
      text.end();
      cells.push(code);
    } else if (block.info === undefined) {
      for (const line of block.lines) isRegion = readTextLine(line, text, isRegion);
    } else for (const line of block.written) text.add(line);
  }
  text.end();
  return cells;
}

/** Undefined for a block that is not run: it belongs to the text around it. */
function codeCell(block: Block, kernel: string): TextCell | undefined {
  const [, language, options = ''] = /^([\w+-]+)(?:[ \t]+(.*))?$/.exec(block.info ?? '') ?? [];
  if (language === undefined || /(?:^|\s)\.noeval\b/.test(options)) return undefined;
  const isOwn = language.toLowerCase() === kernel.toLowerCase();
  if (!isOwn && (kernel !== 'python' || !RUN_ELSEWHERE.test(language))) return undefined;
  const { metadata } = readPercentOptions(options);
  const { magic_args: args, ...rest } = metadata;
  const source = block.lines.join('\n');
  const magic = `%%${language}${typeof args === 'string' ? ` ${args}` : ''}\n`;
  return { type: 'code', source: isOwn ? source : magic + source, metadata: rest };
}

/**
 * Two blank lines part cells of text, as do the marks of a region; a raw region is a raw cell. Returns whether the next
 * line lies in a region.
 */
function readTextLine(line: string, text: ReturnType<typeof collectText>, isRegion: boolean): boolean {
  const [, kind, options = ''] = REGION.exec(line) ?? [];
  if (kind !== undefined) {
    text.end({ type: kind === 'raw' ? 'raw' : 'markdown', metadata: readPercentOptions(options).metadata });
    return true;
  }
  if (REGION_END.test(line)) {
    text.end();
    return false;
  }
  text.add(line);
  if (!isRegion && line.trim() === '' && text.lines().at(-2)?.trim() === '') text.end();
  return isRegion;
}
