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
  return blocks.flatMap((block): TextCell[] => {
    const [, kind] = MYST.exec(block.info ?? '') ?? [];
    if (kind === 'code-cell' || kind === 'raw-cell') {
      const { metadata, from } = mystOptions(block.lines);
      return [{ type: kind === 'raw-cell' ? 'raw' : 'code', source: block.lines.slice(from).join('\n'), metadata }];
    }
    return block.info === undefined ? breaks(block.lines) : [{ type: 'markdown', source: trimmed(block.written) }];
  });
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

/** Cells of text are parted by `+++ {"tags": ["a"]}`. */
function breaks(lines: readonly string[]): TextCell[] {
  const cells: { metadata: JsonObject; lines: string[] }[] = [{ metadata: {}, lines: [] }];
  for (const line of lines) {
    const [found, options = ''] = /^\+\+\+[ \t]*(\{.*\})?[ \t]*$/.exec(line) ?? [];
    if (found === undefined) cells.at(-1)?.lines.push(line);
    else cells.push({ metadata: options === '' ? {} : readMapping(options), lines: [] });
  }
  return textCells(cells);
}

function textCells(cells: readonly { readonly metadata: JsonObject; readonly lines: readonly string[] }[]): TextCell[] {
  return cells.flatMap(({ metadata, lines }): TextCell[] => {
    const source = trimmed(lines);
    return source === '' ? [] : [{ type: 'markdown', source, metadata }];
  });
}

/** Blocks named after the kernel's language, or one that IPython runs by a magic, unless they say `.noeval`. */
const RUN_ELSEWHERE = /^(?:bash|sh|html|javascript|latex|perl|ruby|svg|R|sql)$/;
const REGION = /^<!-- #(region|raw)(.*?)-->[ \t]*$/;
const REGION_END = /^<!-- #end(?:region|raw) -->[ \t]*$/;

function markdownCells(blocks: readonly Block[], kernel: string): TextCell[] {
  return blocks.flatMap((block): TextCell[] => {
    const [, language, options = ''] = /^([\w+-]+)(?:[ \t]+(.*))?$/.exec(block.info ?? '') ?? [];
    if (block.info === undefined) return regions(block.lines);
    const isOwn = language?.toLowerCase() === kernel.toLowerCase();
    const isRun =
      language !== undefined && !/(?:^|\s)\.noeval\b/.test(options) && (isOwn || RUN_ELSEWHERE.test(language));
    if (!isRun || (!isOwn && kernel !== 'python')) return [{ type: 'markdown', source: trimmed(block.written) }];
    const { metadata } = readPercentOptions(options);
    const { magic_args: args, ...rest } = metadata;
    const source = block.lines.join('\n');
    const magic = `%%${language}${typeof args === 'string' ? ` ${args}` : ''}\n`;
    return [{ type: 'code', source: isOwn ? source : magic + source, metadata: rest }];
  });
}

/** Two blank lines part cells of text, as do the marks of a region; a raw region is a raw cell. */
function regions(lines: readonly string[]): TextCell[] {
  const cells: TextCell[] = [];
  let text: string[] = [];
  let region: { readonly type: 'markdown' | 'raw'; readonly metadata: JsonObject } | undefined;
  const end = (): void => {
    const source = trimmed(text);
    text = [];
    if (source !== '') cells.push({ type: region?.type ?? 'markdown', source, metadata: region?.metadata ?? {} });
  };
  for (const line of lines) {
    const [, kind, options = ''] = REGION.exec(line) ?? [];
    if (kind !== undefined) {
      end();
      region = { type: kind === 'raw' ? 'raw' : 'markdown', metadata: readPercentOptions(options).metadata };
    } else if (REGION_END.test(line)) {
      end();
      region = undefined;
    } else {
      text.push(line);
      if (region === undefined && line.trim() === '' && text.at(-2)?.trim() === '') end();
    }
  }
  end();
  return cells;
}
