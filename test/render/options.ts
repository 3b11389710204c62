/** Render options for tests: assets by their bare names, no blobs. */
import type { RenderOptions } from '../../src/render/options.ts';

export const OPTIONS: RenderOptions = {
  blob: () => undefined,
  asset: (name) => `/assets/${name}`,
  table: (name, format) => `/tables/${encodeURIComponent(name)}.${format}`,
};
