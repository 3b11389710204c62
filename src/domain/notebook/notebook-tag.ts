/** Tags that authors write into the source instead of the metadata: Quarto's cell options, Colab's form comments. */
import type { Cell } from './notebook.ts';

const OPTIONS = /^(?:#\|[^\n]*(?:\n|$))+/;

/** The cells with their tags from everywhere; a Colab form is the parameters cell where no cell is tagged so. */
export function withSpelledTags(cells: readonly Cell[]): Cell[] {
  const tagged = cells.map((cell) =>
    cell.type === 'code' ? { ...cell, tags: [...new Set([...cell.tags, ...quartoTags(cell.source)])] } : cell,
  );
  if (tagged.some(({ tags }) => tags.includes('parameters'))) return tagged;
  const form = tagged.findIndex(
    ({ type, source }) => type === 'code' && /^\w+\s*(?::[^=\n]+)?=[^\n]*#\s*@param\b/m.test(source),
  );
  return withTag(tagged, form, 'parameters');
}

/** The cell at the position has the tag too; a position that is none changes nothing. */
export function withTag(cells: readonly Cell[], at: number, tag: string): Cell[] {
  return cells.map((cell, index) => (index === at ? { ...cell, tags: [...cell.tags, tag] } : cell));
}

/** `#| tags: [a, b]` or a list of `#| - a` lines. Source: https://quarto.org/docs/reference/cells/cells-jupyter.html */
function quartoTags(source: string): string[] {
  const options = OPTIONS.exec(source)?.[0].replace(/^#\| ?/gm, '') ?? '';
  const [, inline = '', list = ''] = /^tags:[ \t]*([^\n]*)\n?((?:[ \t]*-[^\n]*\n?)*)/m.exec(options) ?? [];
  const words =
    inline.trim() === ''
      ? list.split('\n').map((line) => line.replace(/^\s*-/, ''))
      : inline.replace(/^\[|\]\s*$/g, '').split(',');
  return words.map((word) => word.trim().replace(/^(["'])(.*)\1$/, '$2')).filter((word) => word !== '');
}
