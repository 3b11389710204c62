/** Leaflet 1: maps, also those of folium. Its plugins are those that folium loads by itself and the most used ones. */
import { cdnjs, copied, npm, type Library } from './library.ts';

export const leaflet: Library = {
  name: 'leaflet',
  title: 'Leaflet',
  files: [
    copied('leaflet', 'leaflet/dist/leaflet.js'),
    copied('leaflet', '../src/web/library/leaflet-marker.js'),
    copied('leaflet', 'leaflet/dist/leaflet.css'),
  ],
  global: 'L',
  modules: ['leaflet'],
  addresses: [npm('leaflet'), cdnjs('leaflet', '[^?]*'), /^cdn\.leafletjs\.com\/leaflet\/v?(?<version>[\d.]+)\//],
  majors: [0, 1],
};

const AWESOME = '/[^?]*awesome[^?]*\\.(?:js|css)';

export const leafletAwesomeMarkers: Library = {
  name: 'leaflet-awesome-markers',
  title: 'Leaflet.awesome-markers',
  files: [
    copied('leaflet-awesome-markers', 'leaflet.awesome-markers/dist/leaflet.awesome-markers.min.js'),
    copied('leaflet-awesome-markers', 'leaflet.awesome-markers/dist/leaflet.awesome-markers.css'),
  ],
  needs: ['leaflet'],
  addresses: [
    npm('leaflet\\.awesome-markers'),
    cdnjs('Leaflet\\.awesome-markers', '[^?]*'),
    new RegExp(`^(?:cdn\\.jsdelivr\\.net/gh|rawcdn\\.githack\\.com)/python-visualization/folium${AWESOME}$`),
  ],
};

export const leafletMarkerCluster: Library = {
  name: 'leaflet-markercluster',
  title: 'Leaflet.markercluster',
  files: [
    copied('leaflet-markercluster', 'leaflet.markercluster/dist/leaflet.markercluster.js'),
    copied('leaflet-markercluster', 'leaflet.markercluster/dist/MarkerCluster.css'),
    copied('leaflet-markercluster', 'leaflet.markercluster/dist/MarkerCluster.Default.css'),
  ],
  needs: ['leaflet'],
  addresses: [npm('leaflet\\.markercluster'), cdnjs('leaflet\\.markercluster', '[^?]*')],
};

export const leafletHeat: Library = {
  name: 'leaflet-heat',
  title: 'Leaflet.heat',
  files: [copied('leaflet-heat', 'leaflet.heat/dist/leaflet-heat.js')],
  needs: ['leaflet'],
  addresses: [
    npm('leaflet\\.heat'),
    cdnjs('leaflet\\.heat'),
    /^cdn\.jsdelivr\.net\/gh\/python-visualization\/folium[^?]*\/leaflet_heat\.min\.js$/,
  ],
};
