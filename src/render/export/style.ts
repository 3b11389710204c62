/** A self-contained style sheet: it contains only those fonts that the page's text needs. */
import { dataAddress } from './base64.ts';
import type { TextSurvey } from './survey.ts';

/** The bytes at an address, or undefined. */
export type Bytes = (address: string) => Uint8Array | undefined;

const FACE = /@font-face\s*\{([^}]*)\}/g;

/** `page`: what the page has that uses the sheet; `address` is the sheet's own. */
export function aloneStyle(
  css: string,
  page: TextSurvey,
  { address, bytes }: { readonly address: string; readonly bytes: Bytes },
): string {
  const used = usedFonts(css, page);
  const points = page.points();
  return css.replace(FACE, (face, body: string) => {
    const source = /url\(\s*["']?([^"')]+\.woff2)["']?\s*\)/.exec(body)?.[1];
    const font =
      source !== undefined && used(body) && covers(body, points) ? bytes(resolved(source, address)) : undefined;
    return font === undefined
      ? ''
      : face.replace(/src\s*:[^;}]*/, `src:url(${dataAddress('font/woff2', font)}) format("woff2")`);
  });
}

/** Whether anything on the page is set in a font face. */
function usedFonts(css: string, { classes, has }: TextSurvey): (face: string) => boolean {
  const looks = new Set<string>();
  for (const [, selectors = '', rule = ''] of css.replace(FACE, '').matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const family = /font(?:-family)?\s*:[^;]*?(KaTeX_\w+)/.exec(rule)?.[1];
    if (
      family === undefined ||
      !selectors.split(',').some((selector) => names(selector).every((name) => classes.has(name)))
    )
      continue;
    looks.add(`${family} ${weightOf(rule)} ${styleOf(rule)}`);
  }
  return (face) => {
    const family = /font-family\s*:\s*["']?([^"';}]+)/.exec(face)?.[1] ?? '';
    if (family.startsWith('KaTeX')) return looks.has(`${family} ${weightOf(face)} ${styleOf(face)}`);
    return (styleOf(face) === 'normal' || has.italic) && (!/mono/i.test(family) || has.monospace);
  };
}

function names(selector: string): string[] {
  return [...selector.matchAll(/\.([\w-]+)/g)].map(([, name]) => name ?? '');
}

function weightOf(declarations: string): 'bold' | 'normal' {
  return /font-weight\s*:\s*(bold|[6-9]00\s*(;|$))|font\s*:[^;]*\b(bold|[6-9]00)\b/.test(declarations)
    ? 'bold'
    : 'normal';
}

function styleOf(declarations: string): 'italic' | 'normal' {
  return /font(-style)?\s*:[^;]*\bitalic\b/.test(declarations) ? 'italic' : 'normal';
}

/** `unicode-range` of the face against the characters of the page. */
function covers(face: string, points: ReadonlySet<number>): boolean {
  const ranges = /unicode-range\s*:([^;}]*)/.exec(face)?.[1];
  if (ranges === undefined) return true;
  return [...ranges.matchAll(/U\+([0-9A-F?]+)(?:-([0-9A-F]+))?/gi)].some(([, from = '', to]) => {
    const first = Number.parseInt(from.replaceAll('?', '0'), 16);
    const last = Number.parseInt(to ?? from.replaceAll('?', 'F'), 16);
    return [...points].some((point) => point >= first && point <= last);
  });
}

/** A relative address, resolved against the sheet's. */
export function resolved(relative: string, address: string): string {
  if (/^([a-z]+:|\/)/i.test(relative)) return relative;
  const base = new URL(address, 'http://asset.invalid/');
  const whole = new URL(relative, base);
  if (base.host !== 'asset.invalid') return whole.href;
  return address.startsWith('/') ? whole.pathname : whole.pathname.slice(1);
}
