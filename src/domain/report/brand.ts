/** A project's own look: name, logo, colour, font, footer; and the style sheet that is made from them. Pure. */
import type { ReportTheme } from '../script/script-theme.ts';
import { colorStyle } from './brand-color.ts';

export interface Brand {
  /** At the top of every page, and in the titles of tabs. */
  readonly name: string;
  /** Absent: the built-in sign. */
  readonly logo?: BrandFile;
  /** `#0a7d4f`; checked. Absent: the built-in colour. */
  readonly color?: string;
  /** A font file, for text. */
  readonly font?: BrandFile;
  /** One line at the end of every page. */
  readonly footer?: string;
  /** The look of all reports that say nothing else; absent: as the reader's pages. */
  readonly theme?: ReportTheme;
  /** Whom to write to about a report whose script names nobody. */
  readonly contact?: string;
}

export interface BrandFile {
  readonly mime: string;
  readonly base64: string;
}

export const NO_BRAND: Brand = { name: 'Script Runner' };

/** CSS for pages and reports; empty if the built-in look is kept. */
export function brandStyle({ color, font }: Brand): string {
  const face =
    font === undefined
      ? ''
      : `@font-face{font-family:"Brand";font-weight:100 900;font-display:swap;src:url(data:${font.mime};base64,${font.base64})}` +
        ':root{--sans:"Brand","Inter Variable",system-ui,sans-serif}';
  return face + (color === undefined ? '' : colorStyle(color));
}
