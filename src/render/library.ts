/** Libraries that outputs load from public servers, where we serve the same library ourselves. */
import type { AssetName, RenderOptions } from './options.ts';

const KNOWN: readonly (readonly [RegExp, AssetName])[] = [
  [/^(https?:)?\/\/cdn\.plot\.ly\/plotly-[\w.-]*\.js$/, 'plotly.js'],
  [/^(https?:)?\/\/(cdn\.jsdelivr\.net\/npm|unpkg\.com)\/plotly\.js(-[a-z-]+)?(-dist)?(-min)?(@[\w.-]+)?(\/[\w./-]*)?$/, 'plotly.js'],
  [/^(https?:)?\/\/cdnjs\.cloudflare\.com\/ajax\/libs\/plotly\.js\/[\w./-]+\.js$/, 'plotly.js'],
];

/** The address of our copy, or undefined. */
export function libraryAsset(src: string, { asset }: RenderOptions): string | undefined {
  const name = KNOWN.find(([address]) => address.test(src))?.[1];
  return name === undefined ? undefined : asset(name);
}
