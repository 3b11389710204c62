/**
 * Tags that authors write elsewhere: in the source (Quarto's cell options, Colab's form comments), or as JupyterLab's
 * record of a folded cell.
 */
import { isJsonObject, type JsonObject } from '../text/json.ts';
import type { Cell } from './notebook.ts';

const OPTIONS = /^(?:(?:#|\/\/|--|%)\|[^\n]*(?:\n|$))+/;

/** Quarto's options that say what of a cell is shown, as the equivalent tags of Jupyter Book. */
const SHOWN_OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^include:\s*false\b/m, 'remove-cell'],
  [/^echo:\s*false\b/m, 'remove-input'],
  [/^(?:output:\s*false|results:\s*["']?hide)\b/m, 'remove-output'],
  [/^(?:warning|message):\s*false\b/m, 'remove-stderr'],
  [/^code-fold:\s*(?:true|show)\b/m, 'hide-input'],
];

/** The cells with their tags from all sources; a Colab form is the parameters cell if no cell is tagged so. */
export function withSpelledTags(cells: readonly Cell[]): Cell[] {
  const tagged = cells.map((cell) => {
    const spelled = [...foldedTags(cell.metadata), ...(cell.type === 'code' ? quartoTags(cell.source) : [])];
    return spelled.length === 0 ? cell : { ...cell, tags: [...new Set([...cell.tags, ...spelled])] };
  });
  if (tagged.some(({ tags }) => tags.includes('parameters'))) return tagged;
  const form = tagged.findIndex(
    ({ type, source }) => type === 'code' && /^\w+\s*(?::[^=\n]+)?=[^\n]*#\s*@param\b/m.test(source),
  );
  return withTag(tagged, form, 'parameters');
}

/** Adds the tag to the cell at the position; an invalid position changes nothing. */
export function withTag(cells: readonly Cell[], at: number, tag: string): Cell[] {
  return cells.map((cell, index) => (index === at ? { ...cell, tags: [...cell.tags, tag] } : cell));
}

/**
 * What is folded in JupyterLab, the classic notebook or Colab. Source:
 * https://nbformat.readthedocs.io/en/latest/format_description.html#cell-metadata
 */
function foldedTags(metadata: JsonObject): string[] {
  const { jupyter, collapsed, hide_input: hidesInput, cellView } = metadata;
  const { source_hidden: source, outputs_hidden: outputs } = isJsonObject(jupyter) ? jupyter : {};
  return [
    ...(source === true || hidesInput === true || cellView === 'form' ? ['hide-input'] : []),
    ...(outputs === true || collapsed === true ? ['hide-output'] : []),
  ];
}

/** `#| tags: [a, b]` or a list of `#| - a` lines. Source: https://quarto.org/docs/reference/cells/cells-jupyter.html */
function quartoTags(source: string): string[] {
  const options = OPTIONS.exec(source)?.[0].replace(/^(?:#|\/\/|--|%)\| ?/gm, '') ?? '';
  if (options === '') return [];
  const shown = SHOWN_OPTIONS.flatMap(([option, tag]) => (option.test(options) ? [tag] : []));
  const [, inline = '', list = ''] = /^tags:[ \t]*([^\n]*)\n?((?:[ \t]*-[^\n]*\n?)*)/m.exec(options) ?? [];
  const words =
    inline.trim() === ''
      ? list.split('\n').map((line) => line.replace(/^\s*-/, ''))
      : inline.replace(/^\[|\]\s*$/g, '').split(',');
  const given = words.map((word) => word.trim().replace(/^(["'])(.*)\1$/, '$2')).filter((word) => word !== '');
  return [...given, ...shown];
}
