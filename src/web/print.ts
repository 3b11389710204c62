/** Shared by a page and the report in its frame when they are printed together. */

/**
 * Browsers cut a frame at the end of a sheet, through lines of text; columns as high as a sheet, one below the other,
 * prevent that.
 */
export const CAN_LAY_OUT_SHEETS = CSS.supports('column-wrap', 'wrap');

/** A sheet inside its margins: A4, as in the style sheets. */
export const SHEET_WIDTH_PX = (182 / 25.4) * 96;
export const SHEET_HEIGHT_PX = (265 / 25.4) * 96;

/** The result of `measure` while the page is styled for printing; nobody sees it. */
export async function asPrinted<T>(measure: () => T | Promise<T>): Promise<T> {
  const printRules = [...document.styleSheets]
    .flatMap(rulesOf)
    .filter((rule) => rule instanceof CSSMediaRule && rule.media.mediaText === 'print') as CSSMediaRule[];
  for (const { media } of printRules) media.mediaText = 'all';
  try {
    return await measure();
  } finally {
    for (const { media } of printRules) media.mediaText = 'print';
  }
}

/** No rules from a style sheet of another origin, which may not be read. */
function rulesOf(sheet: CSSStyleSheet): CSSRule[] {
  try {
    return [...sheet.cssRules];
  } catch {
    return [];
  }
}
