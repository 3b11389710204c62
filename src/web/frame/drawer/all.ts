/** What draws charts. A new kind needs its own file and a line here. */
import type { Drawer } from './drawer.ts';
import { map } from './map.ts';
import { mermaid } from './mermaid.ts';
import { plotly } from './plotly.ts';
import { vega } from './vega.ts';
import { widget } from './widget.ts';

const DRAWERS: readonly Drawer[] = [plotly, vega, map, mermaid, widget];

export function findDrawer(name: string): Drawer | undefined {
  return DRAWERS.find((drawer) => drawer.name === name);
}
