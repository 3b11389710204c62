/** `application/geo+json`: shapes on a map without background, which the frame draws. Source: RFC 7946. */
import { isJsonObject, type Json, type JsonObject } from '../../domain/text/json.ts';
import { WORDS } from '../report-text.ts';
import { chartPlace } from './chart.ts';
import { pixels } from './image.ts';
import { jsonTree } from './json.ts';
import { parsedJson } from './json-value.ts';
import type { MimeRenderer } from './renderer.ts';

const USUAL_HEIGHT_PX = 400;
const MOST_FEATURES = 5_000;
/** Of all shapes together: Leaflet draws each as an element of the page. */
const MOST_POINTS = 500_000;

const SHAPES = new Set(['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon']);

export const geoJson: MimeRenderer = {
  kind: 'map',
  matches: (mime) => mime === 'application/geo+json',
  render: ({ value, metadata }) => {
    const given = parsedJson(value);
    const features = featuresOf(given);
    if (features.length === 0)
      return `<p class="note">${WORDS.notAsNamed('GeoJSON')}</p>${jsonTree(given, { levels: 1, root: 'root' })}`;
    const shown = withinBounds(features);
    const map = chartPlace({
      drawer: 'map',
      libraries: ['leaflet'],
      value: { type: 'FeatureCollection', features: shown },
      heightPx: pixels(metadata['height']) ?? USUAL_HEIGHT_PX,
    });
    return shown.length === features.length
      ? map
      : `${map}<p class="note">${WORDS.shapesLeft(shown.length, features.length)}</p>`;
  },
};

/** Of a collection, a feature or a bare geometry; empty if it is none of them. */
function featuresOf(given: Json): readonly JsonObject[] {
  if (!isJsonObject(given)) return [];
  if (given['type'] === 'FeatureCollection' && Array.isArray(given['features']))
    return (given['features'] as readonly Json[]).filter(isFeature);
  if (isFeature(given)) return [given];
  return isGeometry(given) ? [{ type: 'Feature', properties: {}, geometry: given }] : [];
}

function isFeature(value: Json): value is JsonObject {
  return isJsonObject(value) && value['type'] === 'Feature' && isGeometry(value['geometry'] ?? null);
}

function isGeometry(value: Json): boolean {
  if (!isJsonObject(value)) return false;
  if (value['type'] === 'GeometryCollection')
    return Array.isArray(value['geometries']) && (value['geometries'] as readonly Json[]).every(isGeometry);
  return SHAPES.has(String(value['type'])) && arePositions(value['coordinates'] ?? null);
}

/** Lists of lists of positions, whose first two members are numbers. */
function arePositions(value: Json): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  const list = value as readonly Json[];
  if (typeof list[0] === 'number') return list.length >= 2 && list.slice(0, 2).every(Number.isFinite);
  return list.every(arePositions);
}

function withinBounds(features: readonly JsonObject[]): readonly JsonObject[] {
  let points = 0;
  const end = features.findIndex((feature, at) => {
    points += pointsIn(feature['geometry'] ?? null);
    return at >= MOST_FEATURES || points > MOST_POINTS;
  });
  return end === -1 ? features : features.slice(0, end);
}

function pointsIn(value: Json): number {
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    return typeof list[0] === 'number' ? 1 : list.reduce((sum: number, item) => sum + pointsIn(item), 0);
  }
  return isJsonObject(value) ? pointsIn(value['coordinates'] ?? value['geometries'] ?? null) : 0;
}
