/** The libraries of which we serve our own copy. A new one needs its own file and a line here. */
import { bokeh } from './bokeh.ts';
import { bootstrap } from './bootstrap.ts';
import { d3 } from './d3.ts';
import { echarts } from './echarts.ts';
import { fontAwesome, glyphicons } from './icons.ts';
import { itables } from './itables.ts';
import { jquery } from './jquery.ts';
import { leaflet, leafletAwesomeMarkers, leafletHeat, leafletMarkerCluster } from './leaflet.ts';
import { leafletPlugins } from './leaflet-plugin.ts';
import type { Library, LibraryFile } from './library.ts';
import { mathjax } from './mathjax.ts';
import { mermaid } from './mermaid.ts';
import { panelLibraries } from './panel.ts';
import { plotly } from './plotly.ts';
import { vega, vegaEmbed, vegaLite } from './vega.ts';
import { widgets } from './widgets.ts';

export const LIBRARIES: readonly Library[] = [
  plotly,
  ...bokeh,
  ...panelLibraries,
  ...echarts,
  vega,
  vegaLite,
  vegaEmbed,
  jquery,
  itables,
  leafletAwesomeMarkers,
  leafletMarkerCluster,
  leafletHeat,
  ...leafletPlugins,
  leaflet,
  bootstrap,
  d3,
  fontAwesome,
  glyphicons,
  mermaid,
  mathjax,
  widgets,
];

/** The element of a report that lists the addresses of their files. */
export const LIBRARIES_ID = 'report-libraries';

const BY_NAME = new Map(LIBRARIES.map((library) => [library.name, library]));

export function findLibrary(name: string): Library | undefined {
  return BY_NAME.get(name);
}

/** The libraries of these names and those that they need, in the order of loading; unknown names are left out. */
export function withNeeded(names: Iterable<string>): readonly Library[] {
  const found = new Set<Library>();
  const add = (name: string): void => {
    const library = BY_NAME.get(name);
    if (library === undefined || found.has(library)) return;
    for (const needed of library.needs ?? []) add(needed);
    found.add(library);
  };
  for (const name of names) add(name);
  return [...found];
}

/** The files of these libraries and of those that they need, in the order of loading. */
export function libraryFiles(names: Iterable<string>): readonly LibraryFile[] {
  return withNeeded(names).flatMap(({ files }) => files);
}
