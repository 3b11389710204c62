/** Libraries that outputs load from public servers, and of which we serve our own copy. */
import type { AssetName, RenderOptions } from './options.ts';

const KNOWN: readonly (readonly [RegExp, AssetName])[] = [
  [/^(https?:)?\/\/cdn\.plot\.ly\/plotly-[\w.-]*$/, 'plotly.js'],
  [
    /^(https?:)?\/\/(cdn\.jsdelivr\.net\/npm|unpkg\.com)\/plotly\.js(-[a-z-]+)?(-dist)?(-min)?(@[\w.-]+)?(\/[\w./-]*)?$/,
    'plotly.js',
  ],
  [/^(https?:)?\/\/cdnjs\.cloudflare\.com\/ajax\/libs\/plotly\.js\/[\w./-]+\.js$/, 'plotly.js'],
];

/** Formulas are rendered on the server. */
const NEEDLESS = /\/mathjax[@/]/i;

/** The address of our copy; `null` if nothing needs to be loaded, undefined for an unknown library. */
export function libraryAsset(src: string, { asset }: RenderOptions): string | null | undefined {
  if (NEEDLESS.test(src)) return null;
  const name = KNOWN.find(([address]) => address.test(src))?.[1];
  return name === undefined ? undefined : asset(name);
}
