/**
 * Tags that authors write elsewhere: in the source (Quarto's cell options, Colab's form comments), or as JupyterLab's
 * record of a folded cell.
 */
import { isJsonObject, type JsonObject } from '../text/json.ts';
import { optionText, readOptions, type CellOptions } from './cell-option.ts';
import type { Cell } from './notebook.ts';

/** Quarto's and nbdev's options that say what of a cell is shown, as the equivalent tags of Jupyter Book. */
const SHOWN_OPTIONS: readonly (readonly [string, RegExp, string])[] = [
  ['include', /^false$/, 'remove-cell'],
  ['echo', /^false$/, 'remove-input'],
  ['echo', /^(?:true|fenced)$/, 'show-input'],
  ['output', /^false$/, 'remove-output'],
  ['results', /^hide$/, 'remove-output'],
  ['warning', /^false$/, 'remove-stderr'],
  ['message', /^false$/, 'remove-stderr'],
  ['code-fold', /^(?:true|show)$/, 'hide-input'],
  ['hide', /^true$/, 'remove-cell'],
  ['hide_input', /^true$/, 'remove-input'],
  ['hide_output', /^true$/, 'remove-output'],
];

/** The cells with their tags from all sources; a Colab form is the parameters cell if no cell is tagged so. */
export function withSpelledTags(cells: readonly Cell[]): Cell[] {
  const defaults = documentOptions(cells[0]);
  const tagged = cells.map((cell) => {
    const spelled = [...foldedTags(cell.metadata), ...(cell.type === 'code' ? quartoTags(cell.source, defaults) : [])];
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
 * What is folded or hidden in JupyterLab, the classic notebook, Colab, Kaggle, Deepnote, nbsphinx or MyST-NB, and what
 * is scrolled. Source: https://nbformat.readthedocs.io/en/latest/format_description.html#cell-metadata
 */
function foldedTags(metadata: JsonObject): string[] {
  const { jupyter, collapsed, hide_input: hidesInput, cellView, scrolled, nbsphinx, mystnb } = metadata;
  const { source_hidden: source, outputs_hidden: outputs } = isJsonObject(jupyter) ? jupyter : {};
  const { remove_code_source: noSource, remove_code_outputs: noOutputs } = isJsonObject(mystnb) ? mystnb : {};
  const foldsInput = [source, hidesInput, metadata['_kg_hide-input'], metadata['is_code_hidden']].includes(true);
  const foldsOutput = [outputs, collapsed, metadata['_kg_hide-output'], metadata['is_output_hidden']].includes(true);
  return [
    ...(nbsphinx === 'hidden' ? ['remove-cell'] : []),
    ...(noSource === true ? ['remove-input'] : []),
    ...(noOutputs === true ? ['remove-output'] : []),
    ...(foldsInput || cellView === 'form' ? ['hide-input'] : []),
    ...(foldsOutput ? ['hide-output'] : []),
    ...(scrolled === true ? ['scroll-output'] : scrolled === false ? ['whole-output'] : []),
  ];
}

/** What the YAML header of a Quarto document says about all its cells. */
function documentOptions(first: Cell | undefined): CellOptions {
  if (first === undefined || first.type === 'code') return new Map();
  const [, header = ''] = /^\s*---[ \t]*\r?\n([\s\S]{0,20000}?)\r?\n---\s*$/.exec(first.source) ?? [];
  const [, block = ''] = /^execute:[ \t]*\r?\n((?:[ \t]+[^\n]*(?:\n|$))*)/m.exec(header) ?? [];
  const [, fold] = /^[ \t]*code-fold:[ \t]*(true|show)\b/m.exec(header) ?? [];
  const options = new Map(readOptions(block.replace(/^[ \t]+/gm, '')));
  // code is hidden until it is wanted: a document that says the opposite sets the switch, not each cell
  if (options.get('echo') !== 'false') options.delete('echo');
  if (fold !== undefined) options.set('code-fold', fold);
  return options;
}

/** `#| tags: [a, b]` or a list of `#| - a` lines, and what the options say. */
function quartoTags(source: string, defaults: CellOptions): string[] {
  const text = optionText(source);
  if (text === '' && defaults.size === 0) return [];
  const options = new Map([...defaults, ...readOptions(text)]);
  const shown = SHOWN_OPTIONS.flatMap(([name, value, tag]) => (value.test(options.get(name) ?? '') ? [tag] : []));
  const [, inline = '', list = ''] = /^tags:[ \t]*([^\n]*)\n?((?:[ \t]*-[^\n]*\n?)*)/m.exec(text) ?? [];
  const words =
    inline.trim() === ''
      ? list.split('\n').map((line) => line.replace(/^\s*-/, ''))
      : inline.replace(/^\[|\]\s*$/g, '').split(',');
  const given = words.map((word) => word.trim().replace(/^(["'])(.*)\1$/, '$2')).filter((word) => word !== '');
  return [...given, ...shown];
}

/** A cell whose functions compute the choices of inputs: it is not executed in runs. */
export function isChoicesCell({ type, tags }: Cell): boolean {
  return type === 'code' && tags.includes('choices');
}
