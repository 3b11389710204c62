/**
 * The accent colour of a project: checked for contrast, and its form for dark pages. Sources: WCAG 2.2, 1.4.3;
 * https://bottosson.github.io/posts/oklab/
 */

/** Of text on its ground (AA). */
const LEAST_CONTRAST = 4.5;
/** The grounds of pages and reports: `--surface` in the style sheets. */
const WHITE = [1, 1, 1] as const;
const DARK = fromOklch(0.2, 0.009, 260);

type Linear = readonly [number, number, number];

export interface Oklch {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}

/** A sentence if the colour cannot be read on white, with one of the same hue that can; undefined if it can. */
export function colorProblem(hex: string): string | undefined {
  const contrast = contrastOf(linear(hex), WHITE);
  if (contrast >= LEAST_CONTRAST) return undefined;
  return `has a contrast of ${contrast.toFixed(1)} with white, and text needs ${String(LEAST_CONTRAST)}; ${passingColor(hex)} passes`;
}

/** The lightest colour of the same hue that can be read on white. */
export function passingColor(hex: string): string {
  const { l, c, h } = toOklch(linear(hex));
  for (let light = l; light > 0; light -= 0.005) {
    const found = toHex(fromOklch(light, c, h));
    if (contrastOf(linear(found), WHITE) >= LEAST_CONTRAST) return found;
  }
  return '#000000';
}

/** The form for dark pages: as light as is needed to be read there. */
export function darkColor(hex: string): Oklch {
  const { c, h } = toOklch(linear(hex));
  const chroma = Math.min(c * 0.75, 0.14);
  let l = 0.76;
  while (l < 0.97 && contrastOf(fromOklch(l, chroma, h), DARK) < LEAST_CONTRAST) l += 0.01;
  return { l, c: chroma, h };
}

/** The tokens of the accent; both forms in one declaration. */
export function colorStyle(hex: string): string {
  const { l, c, h } = toOklch(linear(hex));
  const dark = darkColor(hex);
  const pair = (light: string, other: Oklch) => `light-dark(${light},${css(other)})`;
  return (
    `:root{--accent:${pair(hex, dark)};` +
    `--accent-strong:${pair(css({ l: Math.max(0, l - 0.06), c, h }), { ...dark, l: Math.min(0.98, dark.l + 0.06) })};` +
    `--accent-soft:${pair(css({ l: 0.95, c: Math.min(c, 0.18) * 0.14, h }), { l: 0.29, c: Math.min(c, 0.18) * 0.33, h })};` +
    `--on-accent:${pair('#fff', { l: 0.16, c: 0.02, h })}}`
  );
}

export function contrastOf(one: Linear, other: Linear): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

export function linear(hex: string): Linear {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function luminance([r, g, b]: Linear): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function toHex(color: Linear): string {
  const channel = (value: number) => {
    const bound = Math.min(1, Math.max(0, value));
    const part = bound <= 0.0031308 ? bound * 12.92 : 1.055 * bound ** (1 / 2.4) - 0.055;
    return Math.round(part * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${color.map(channel).join('')}`;
}

function toOklch([r, g, b]: Linear): Oklch {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  const h = (Math.atan2(bb, a) * 180) / Math.PI;
  return { l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, c: Math.hypot(a, bb), h: h < 0 ? h + 360 : h };
}

function fromOklch(light: number, chroma: number, hue: number): Linear {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (light - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const bound = (value: number) => Math.min(1, Math.max(0, value));
  return [
    bound(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    bound(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    bound(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

function css({ l, c, h }: Oklch): string {
  return `oklch(${l.toFixed(3)} ${c.toFixed(3)} ${h.toFixed(1)})`;
}
