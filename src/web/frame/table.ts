/** pandas aligns every column to the right; columns of words are easier to read from the left. */

/** `NaN`, R's `NA`, `True`, `1e-5`, `-inf` and units such as `12 kg` are figures. */
const WORD = /\p{L}/u;
const FIGURE = /^(nan|nat|none|<na>|na|true|false|[-−+]?inf|[^\p{L}]*\d[^\p{L}]*(e[-+]?\d+|\p{L}{1,3})?)$/iu;

/** Tables in `root` as pandas writes them; those with cells that span columns stay unchanged. */
export function alignColumns(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>('table.dataframe')) align(table);
}

function align(table: HTMLTableElement): void {
  const rows = [...table.querySelectorAll('tbody tr')].map(({ children }) => [...children]);
  const width = rows[0]?.length ?? 0;
  if (table.querySelector('tbody [colspan], tbody [rowspan]') !== null || rows.some(({ length }) => length !== width))
    return;
  const heads = [...table.querySelectorAll('thead tr')]
    .map(({ children }) => [...children])
    .filter(({ length }) => length === width);
  for (let column = 0; column < width; column++) {
    const texts = rows.map((row) => row[column]?.textContent.trim() ?? '');
    if (!texts.some((text) => WORD.test(text) && !FIGURE.test(text))) continue;
    for (const row of [...heads, ...rows]) row[column]?.classList.add('words');
  }
}
