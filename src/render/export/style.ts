/** A self-contained style sheet: it contains only those fonts that the page's text needs. */
import { dataAddress } from './base64.ts';

/** The bytes at an address, or undefined. */
export type Bytes = (address: string) => Uint8Array | undefined;

const FACE = /@font-face\s*\{([^}]*)\}/g;
const DATA = /"data:[^"]*"/g;
const ITALIC = /<(em|i|cite|dfn|var)\b|hljs-(comment|quote|emphasis)/;
const MONOSPACE = /<(pre|code|kbd|samp)\b|class="json"/;

/** `html`: the parts of the page that uses the sheet; `address` is the sheet's own. */
export function aloneStyle(
  css: string,
  html: readonly string[],
  { address, bytes }: { readonly address: string; readonly bytes: Bytes },
): string {
  const used = usedFonts(css, html);
  const points = pointsOf(html);
  return css.replace(FACE, (face, body: string) => {
    const source = /url\(\s*["']?([^"')]+\.woff2)["']?\s*\)/.exec(body)?.[1];
    const font =
      source !== undefined && used(body) && covers(body, points) ? bytes(resolved(source, address)) : undefined;
    return font === undefined
      ? ''
      : face.replace(/src\s*:[^;}]*/, `src:url(${dataAddress('font/woff2', font)}) format("woff2")`);
  });
}

/** The code points of what is read; line ends are left out. A report may have tens of millions of characters. */
function pointsOf(html: readonly string[]): ReadonlySet<number> {
  const seen = new Uint8Array(0x110000);
  for (const part of html) {
    const text = withoutFormulas(part).replace(DATA, '');
    for (let at = 0; at < text.length; at += 1) {
      const point = text.codePointAt(at) ?? 0;
      seen[point] = 1;
      if (point > 0xffff) at += 1;
    }
  }
  const points = new Set<number>();
  for (let point = 0; point < seen.length; point += 1) if (seen[point] === 1 && point !== 0x0a) points.add(point);
  return points;
}

/** Formulas have their own fonts: their letters do not need those of the text. */
function withoutFormulas(html: string): string {
  return html
    .replace(/<math[\s\S]*?<\/math>/g, '')
    .replace(/<span class="(?:m[a-z]+|vlist-s|delimsizing|op-symbol)\b[^"]*"[^>]*>[^<]*<\/span>/g, '');
}

/** Whether anything on the page is set in a font face. */
function usedFonts(css: string, html: readonly string[]): (face: string) => boolean {
  const classes = classesIn(html);
  const [hasItalic, hasMonospace] = [ITALIC, MONOSPACE].map((pattern) => html.some((part) => pattern.test(part)));
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
    return (styleOf(face) === 'normal' || hasItalic === true) && (!/mono/i.test(family) || hasMonospace === true);
  };
}

function classesIn(html: readonly string[]): ReadonlySet<string> {
  const classes = new Set<string>();
  for (const part of html)
    for (const [, names = ''] of part.matchAll(/class="([^"]*)"/g))
      for (const name of names.split(/\s+/)) classes.add(name);
  return classes;
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
