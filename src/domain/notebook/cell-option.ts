/**
 * The options that authors write at the beginning of a cell's code, as Quarto and nbdev read them: `#| echo: false`.
 * Sources: https://quarto.org/docs/reference/cells/cells-jupyter.html,
 * https://nbdev.fast.ai/explanations/directives.html
 */

const LINES = /^(?:(?:#|\/\/|--|%)\|[^\n]*(?:\n|$))+/;
const MARK = /^(?:#|\/\/|--|%)\| ?/gm;
/** Longer texts of options are read up to here. */
const MOST_CHARS = 20_000;
const MOST_OPTIONS = 100;

export type CellOptions = ReadonlyMap<string, string>;

const NONE: CellOptions = new Map();

/** The lines with options, without their marks; empty if the cell begins with code. */
export function optionText(source: string): string {
  return LINES.exec(source)?.[0].slice(0, MOST_CHARS).replace(MARK, '') ?? '';
}

/** The code below the options. */
export function withoutOptions(source: string): string {
  const lines = LINES.exec(source)?.[0];
  return lines === undefined ? source : source.slice(lines.length).replace(/^\s*\n/, '');
}

/** By name; a directive without a value (`#| hide`) has the value `true`. Lists and blocks are left out. */
export function readCellOptions(source: string): CellOptions {
  const text = optionText(source);
  return text === '' ? NONE : readOptions(text);
}

/** Lines `name: value`, as YAML writes them; indented lines belong to a value and are left out. */
export function readOptions(text: string): CellOptions {
  const options = new Map<string, string>();
  for (const line of text.split('\n').slice(0, MOST_OPTIONS)) {
    const [, name, value] = /^([A-Za-z][\w-]*)(?:\s*:(?:\s+(.*))?)?\s*$/.exec(line) ?? [];
    if (name !== undefined) options.set(name, value === undefined ? 'true' : plain(value));
  }
  return options;
}

/** Without the quotes, and without a comment behind it. */
function plain(value: string): string {
  const [, double, single] = /^(?:"((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)')/.exec(value) ?? [];
  if (double !== undefined) return double.replace(/\\(["\\])/g, '$1');
  return single?.replaceAll("''", "'") ?? value.replace(/\s+#.*$/, '').trim();
}
