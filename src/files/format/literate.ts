/**
 * R Markdown and Quarto documents: text with chunks of code, `{r}` or `{python}`. Sources:
 * https://rmarkdown.rstudio.com/lesson-3.html, https://quarto.org/docs/computations/execution-options.html
 */
import { isJsonObject, type JsonObject } from '../../domain/text/json.ts';
import { uncommentMagics } from '../percent-magic.ts';
import { type Block, blocksOf } from './fence.ts';
import {
  type Format,
  frontMatter,
  headerCell,
  kernelOf,
  linesOf,
  readMapping,
  type TextCell,
  trimmed,
} from './format.ts';

const CHUNK = /^\{\s*([A-Za-z][\w-]*)((?:[\s,][^}]*)?)\}$/;
/** Chunks that are not run: pictures that the report draws, and code of browsers, which is shown. */
const DRAWN = new Set(['mermaid', 'dot', 'ojs', 'css', 'verbatim', 'embed', 'asis']);
/** Languages that IPython runs by a magic of the same name. */
const MAGICS = new Set(['bash', 'sh', 'html', 'javascript', 'latex', 'perl', 'ruby', 'svg', 'r']);

export const rMarkdown: Format = { name: 'R Markdown', extensions: ['.Rmd', '.rmd'], read };
export const quarto: Format = { name: 'Quarto', extensions: ['.qmd'], read };

interface Chunk {
  readonly language: string;
  readonly options: string;
}

function read(text: string) {
  const lines = linesOf(text);
  const { yaml, from } = frontMatter(lines);
  const header = readMapping(yaml);
  const blocks = blocksOf(lines.slice(from));
  const chunks = blocks.flatMap((block) => chunkOf(block) ?? []);
  const language = languageOf(header, chunks);
  if (language === undefined) return undefined;
  return {
    metadata: metadataOf(header, language),
    cells: [...firstCell(yaml, header), ...cellsOf(blocks, language, header)],
  };
}

/** The header as written, unless it has what Jupytext says about the notebook: that is the metadata. */
function firstCell(yaml: string | undefined, { jupyter, ...rest }: JsonObject): TextCell[] {
  if (isJsonObject(jupyter)) return headerCell(rest);
  return yaml === undefined ? [] : [{ type: 'raw', source: `---\n${yaml}\n---` }];
}

function chunkOf({ info }: Block): Chunk | undefined {
  const [, name = '', options = ''] = CHUNK.exec(info ?? '') ?? [];
  const language = name.toLowerCase();
  return language === '' || DRAWN.has(language) ? undefined : { language, options: options.slice(0, 4000) };
}

/** As Quarto chooses: what the header names, R where there is any, else the language of the first chunk. */
function languageOf({ jupyter, engine }: JsonObject, chunks: readonly Chunk[]): string | undefined {
  if (isJsonObject(jupyter) && isJsonObject(jupyter.kernelspec)) {
    const { language } = jupyter.kernelspec;
    if (typeof language === 'string') return language.toLowerCase();
  }
  const [, named] = typeof jupyter === 'string' ? (/^(python|julia|bash|ir)/.exec(jupyter) ?? []) : [];
  if (named !== undefined) return named === 'ir' ? 'r' : named;
  if (engine === 'knitr' || (jupyter === undefined && chunks.some(({ language }) => language === 'r'))) return 'r';
  return chunks[0]?.language;
}

function metadataOf({ jupyter }: JsonObject, language: string): JsonObject {
  if (isJsonObject(jupyter) && isJsonObject(jupyter.kernelspec)) return jupyter;
  const kernel = kernelOf(language);
  return typeof jupyter === 'string' && isJsonObject(kernel.kernelspec)
    ? { kernelspec: { ...kernel.kernelspec, name: jupyter } }
    : kernel;
}

function cellsOf(blocks: readonly Block[], language: string, header: JsonObject): TextCell[] {
  const byJupytext = isJsonObject(header['jupyter']) && isJsonObject(header['jupyter']['jupytext']);
  const cells: TextCell[] = [];
  let text: Block[] = [];
  const endText = (): void => {
    if (text.some(({ written }) => written.some((line) => line.trim() !== ''))) cells.push(textCell(text, language));
    text = [];
  };
  for (const block of blocks) {
    const chunk = chunkOf(block);
    if (chunk === undefined) text.push(drawn(block));
    else {
      endText();
      const source = block.lines.join('\n');
      cells.push(byJupytext && language === 'python' ? jupytextCell(chunk, source) : codeCell(chunk, source, language));
    }
  }
  endText();
  return cells;
}

/** `{mermaid}` as the fence that reports draw, `mermaid`. */
function drawn(block: Block): Block {
  const [, name = ''] = CHUNK.exec(block.info ?? '') ?? [];
  if (!DRAWN.has(name.toLowerCase())) return block;
  const fence = /^\s*[`~]+/.exec(block.written[0] ?? '')?.[0] ?? '```';
  return { ...block, written: [fence + name.toLowerCase(), ...block.written.slice(1)] };
}

/** Jupytext writes the commands of IPython as comments, and raw cells as chunks that are active nowhere. */
function jupytextCell(chunk: Chunk, source: string): TextCell {
  if (/(?:^|[\s,])active=""/.test(chunk.options)) return { type: 'raw', source };
  return codeCell(chunk, uncommentMagics(source, true), 'python');
}

function codeCell({ language, options }: Chunk, source: string, kernel: string): TextCell {
  const { tags, label } = readOptions(options);
  const metadata = { ...(label === undefined ? {} : { name: label }), ...(tags.length === 0 ? {} : { tags }) };
  const isSkipped = /^#\|\s*eval:\s*false\s*$/m.test(source.slice(0, 4000));
  return {
    type: 'code',
    source: sourceFor(language, source, kernel),
    metadata: isSkipped ? { ...metadata, tags: [...tags, 'skip-execution'] } : metadata,
  };
}

function sourceFor(language: string, source: string, kernel: string): string {
  if (language === kernel) return source;
  if (kernel === 'python' && MAGICS.has(language)) return `%%${language === 'r' ? 'R' : language}\n${source}`;
  const said = `This chunk is in ${language}, which the kernel for ${kernel} cannot run.`;
  if (kernel === 'r' && (language === 'bash' || language === 'sh')) {
    const call = `system2("${language}", c("-c", shQuote(${JSON.stringify(source)})), stdout = TRUE, stderr = TRUE)`;
    return `cat(${call}, sep = "\\n")`;
  }
  const asComment = source.replace(/^/gm, '# ');
  return `${asComment}\n${kernel === 'r' ? `stop("${said}", call. = FALSE)` : `raise RuntimeError("${said}")`}`;
}

/** Options of knitr in the head of a chunk, as the tags that say the same. */
const TAGS: readonly (readonly [string, RegExp, string])[] = [
  ['include', /^F(?:ALSE)?$/, 'remove-cell'],
  ['echo', /^F(?:ALSE)?$/, 'remove-input'],
  ['results', /^["']hide["']$/, 'remove-output'],
  ['eval', /^F(?:ALSE)?$/, 'skip-execution'],
  ['message', /^F(?:ALSE)?$/, 'remove-stderr'],
  ['warning', /^F(?:ALSE)?$/, 'remove-stderr'],
  ['error', /^T(?:RUE)?$/, 'raises-exception'],
];

/** `setup, include=FALSE, fig.cap="a, b"`, or Quarto's `{python .class #label}`, of which nothing counts. */
function readOptions(text: string): { readonly tags: string[]; readonly label: string | undefined } {
  const options = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/([\w.]{1,100})\s*=\s*("[^"]*"|'[^']*'|[^,]*)/g))
    options.set(name, value.trim());
  const found = TAGS.flatMap(([name, value, tag]) => (value.test(options.get(name) ?? '') ? [tag] : []));
  const quoted = [...(options.get('tags') ?? '').matchAll(/["']([^"']{1,100})["']/g)].map(([, tag = '']) => tag);
  const first = text.split(',', 1)[0]?.trim() ?? '';
  const label = /^[\w-][\w .-]*$/.test(first) ? first : undefined;
  return { tags: [...new Set([...quoted, ...found])], label };
}

const INLINE: Readonly<Record<string, RegExp>> = {
  r: /`(?:r[ \t]|\{r\}[ \t]*)([^`\n]{1,2000})`/g,
  python: /`\{python\}[ \t]*([^`\n]{1,2000})`/g,
};

/** Text with code in it, `` `r nrow(x)` ``, is code that shows the text with the values in their places. */
function textCell(blocks: readonly Block[], language: string): TextCell {
  const source = trimmed(blocks.flatMap(({ written }) => written));
  const pattern = INLINE[language];
  if (pattern === undefined) return { type: 'markdown', source };
  const parts: string[] = [];
  let plain = '';
  for (const { info, written } of blocks) {
    const text = `${written.join('\n')}\n`;
    let from = 0;
    for (const found of info === undefined ? text.matchAll(pattern) : []) {
      parts.push(JSON.stringify(plain + text.slice(from, found.index)), shown(found[1] ?? '', language));
      from = found.index + found[0].length;
      plain = '';
    }
    plain += text.slice(from);
  }
  if (parts.length === 0) return { type: 'markdown', source };
  const all = [...parts, JSON.stringify(plain)];
  const code =
    language === 'r'
      ? `IRdisplay::display_markdown(paste0(${all.join(', ')}))`
      : `__import__("IPython.display").display.display_markdown(${all.join(' + ')}, raw=True)`;
  return { type: 'code', source: code, metadata: { tags: ['remove-input'] } };
}

function shown(expression: string, language: string): string {
  if (language === 'python') return `str((${expression}))`;
  const text = '(function(x) paste(if (is.numeric(x)) vapply(x, format, "") else as.character(x), collapse = ", "))';
  return `${text}({${expression}})`;
}
