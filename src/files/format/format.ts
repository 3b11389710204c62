/** How a text file becomes a notebook: one file per format, and what they share. */
import { stringify } from 'yaml';
import { isJsonObject, type JsonObject } from '../../domain/text/json.ts';
import { tryYaml } from '../../domain/text/yaml-parse.ts';

const MOST_HEADER_CHARS = 200_000;

export interface TextCell {
  readonly type: 'code' | 'markdown' | 'raw';
  readonly source: string;
  readonly metadata?: JsonObject;
}

export interface TextNotebook {
  readonly metadata: JsonObject;
  readonly cells: readonly TextCell[];
}

export interface Format {
  /** For people: `R Markdown`. */
  readonly name: string;
  /** Endings of file names, with the dot. */
  readonly extensions: readonly string[];
  /** Undefined for a text that is no script of this format. Never throws; takes time linear in the text. */
  read(text: string, file?: string): TextNotebook | undefined;
}

/** The JSON text of the notebook file. */
export function notebookText({ metadata, cells }: TextNotebook): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 4,
    metadata,
    cells: cells.map(({ type, source, metadata: own = {} }) => ({
      cell_type: type,
      metadata: own,
      source,
      ...(type === 'code' ? { outputs: [], execution_count: null } : {}),
    })),
  });
}

/** Kernels by language, as Jupyter names them; of Julia any version. */
const KERNELS: Readonly<Record<string, JsonObject>> = {
  python: { name: 'python3', language: 'python', display_name: 'Python 3' },
  r: { name: 'ir', language: 'R', display_name: 'R' },
  bash: { name: 'bash', language: 'bash', display_name: 'Bash' },
};

export function kernelOf(language: string): JsonObject {
  return { kernelspec: KERNELS[language] ?? { language, display_name: language } };
}

const MOST_HEADER_LINES = 2000;

export interface FrontMatter {
  /** The YAML between the lines `---`; undefined: there is none. */
  readonly yaml: string | undefined;
  /** Position of the first line behind it. */
  readonly from: number;
}

export function frontMatter(lines: readonly string[]): FrontMatter {
  if (lines[0]?.trimEnd() !== '---') return { yaml: undefined, from: 0 };
  const end = lines.slice(1, MOST_HEADER_LINES).findIndex((line) => /^(?:---|\.\.\.)\s*$/.test(line)) + 1;
  return end === 0 ? { yaml: undefined, from: 0 } : { yaml: lines.slice(1, end).join('\n'), from: end + 1 };
}

/** Empty for YAML with mistakes: the first cell still has it, and whoever reads that says where they are. */
export function readMapping(yaml: string | undefined): JsonObject {
  const value = yaml === undefined ? undefined : tryYaml(yaml, MOST_HEADER_CHARS);
  return isJsonObject(value) ? value : {};
}

/** A first cell with the mapping as YAML header; none for an empty one. */
export function headerCell(header: JsonObject): TextCell[] {
  return Object.keys(header).length === 0
    ? []
    : [{ type: 'raw', source: `---\n${stringify(header, { lineWidth: 0 })}---` }];
}

export function linesOf(text: string): string[] {
  return text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
}

/** The lines without blank ones at either end. */
export function trimmed(lines: readonly string[]): string {
  let [from, to] = [0, lines.length];
  while (from < to && lines[from]?.trim() === '') from += 1;
  while (to > from && lines[to - 1]?.trim() === '') to -= 1;
  return lines.slice(from, to).join('\n');
}
