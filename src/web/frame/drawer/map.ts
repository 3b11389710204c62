/** Draws GeoJSON with Leaflet: shapes without a background, with their properties in a popup. */
import { WORDS } from '../../../render/report-text.ts';
import type { Drawer } from './drawer.ts';

/** Properties of one shape that its popup lists. */
const MAX_PROPERTIES = 50;
const MAX_CHARS = 500;
const CLOSEST_ZOOM = 16;

interface Feature {
  readonly properties?: Readonly<Record<string, unknown>> | null;
}

interface LeafletLayer {
  addTo(map: LeafletMap): LeafletLayer;
  getBounds(): { isValid(): boolean };
  bindPopup(content: HTMLElement): unknown;
}

interface LeafletMap {
  fitBounds(bounds: unknown, options: object): void;
  setView(centre: readonly [number, number], zoom: number): void;
  invalidateSize(options: object): void;
}

interface Leaflet {
  map(place: HTMLElement, options: object): LeafletMap;
  geoJSON(value: unknown, options: object): LeafletLayer;
  circleMarker(at: unknown, style: object): unknown;
  readonly control: { scale(): { addTo(map: LeafletMap): void } };
}

export const map: Drawer = {
  name: 'map',
  draw(place, value) {
    const { L } = window as unknown as { L: Leaflet };
    place.replaceChildren();
    // a page scrolls on when the pointer is above a map
    const drawn = L.map(place, { attributionControl: false, scrollWheelZoom: false, worldCopyJump: true });
    const shapes = L.geoJSON(value, {
      style: styleOf,
      pointToLayer: (feature: Feature, at: unknown) => L.circleMarker(at, { radius: 6, ...styleOf(feature) }),
      onEachFeature: ({ properties }: Feature, layer: LeafletLayer) => {
        const table = tableOf(properties ?? {});
        if (table !== undefined) layer.bindPopup(table);
      },
    }).addTo(drawn);
    const show = () => {
      const bounds = shapes.getBounds();
      if (bounds.isValid()) drawn.fitBounds(bounds, { maxZoom: CLOSEST_ZOOM, padding: [16, 16], animate: false });
      else drawn.setView([0, 0], 1);
    };
    show();
    L.control.scale().addTo(drawn);
    return {
      fit() {
        drawn.invalidateSize({ animate: false });
        show();
      },
    };
  },
};

/** As shapes say it themselves. Source: https://github.com/mapbox/simplestyle-spec */
function styleOf({ properties }: Feature): object {
  const text = (name: string, otherwise: string) => {
    const value = properties?.[name];
    return typeof value === 'string' ? value : otherwise;
  };
  const number = (name: string, otherwise: number) => Number(properties?.[name] ?? otherwise);
  const colour = getComputedStyle(document.documentElement).getPropertyValue('--accent').trim();
  return {
    color: text('stroke', text('marker-color', colour)),
    weight: number('stroke-width', 2),
    opacity: number('stroke-opacity', 1),
    fillColor: text('fill', text('marker-color', colour)),
    fillOpacity: number('fill-opacity', 0.25),
  };
}

function tableOf(properties: Readonly<Record<string, unknown>>): HTMLElement | undefined {
  const entries = Object.entries(properties);
  if (entries.length === 0) return undefined;
  const table = document.createElement('table');
  for (const [name, value] of entries.slice(0, MAX_PROPERTIES)) {
    const row = table.insertRow();
    row.append(Object.assign(document.createElement('th'), { textContent: name }));
    row.insertCell().textContent = (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, MAX_CHARS);
  }
  if (entries.length > MAX_PROPERTIES)
    table.insertRow().insertCell().textContent = WORDS.more(entries.length - MAX_PROPERTIES);
  return table;
}
