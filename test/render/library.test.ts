import { describe, expect, it } from 'vitest';
import { findLibrary, LIBRARIES, withNeeded } from '../../src/render/library/all.ts';
import { libraryAt } from '../../src/render/library/library-address.ts';
import { libraryList, namedLibraries, planScript } from '../../src/render/library/library-tag.ts';
import { OPTIONS } from './options.ts';

const found = (address: string) => {
  const match = libraryAt(address);
  return match.type === 'ours' ? match.library.name : match.type === 'other' ? `not ${match.version}` : match.type;
};

describe('the table of libraries', () => {
  it('has each name and each file once, and what each needs', () => {
    const names = LIBRARIES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const assets = LIBRARIES.flatMap(({ files }) => files.map(({ asset }) => asset));
    expect(new Set(assets).size).toBe(assets.length);
    for (const { name, needs = [] } of LIBRARIES) {
      expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(needs.filter((needed) => findLibrary(needed) === undefined)).toEqual([]);
    }
  });

  it('orders libraries by what they need, each once', () => {
    expect(withNeeded(['plotly', 'nothing', 'plotly']).map(({ name }) => name)).toEqual(['plotly']);
  });
});

describe('an address of a library', () => {
  it.each([
    ['https://cdn.plot.ly/plotly-2.27.0.min.js', 'plotly'],
    ['https://cdn.plot.ly/plotly-latest.min.js', 'plotly'],
    ['https://cdn.plot.ly/plotly-3.0.1.min', 'plotly'],
    ['https://cdn.plot.ly/plotly-basic-2.9.0.min.js', 'plotly'],
    ['//cdn.jsdelivr.net/npm/plotly.js-dist-min@2', 'plotly'],
    ['https://unpkg.com/plotly.js@2.1.0/dist/plotly.min.js?x=1', 'plotly'],
    ['https://cdnjs.cloudflare.com/ajax/libs/plotly.js/2.20.0/plotly.min.js', 'plotly'],
    ['https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.5/MathJax.js', 'needless'],
    ['https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css', 'leaflet'],
    ['https://code.jquery.com/jquery-3.7.1.min.js', 'jquery'],
    ['https://code.jquery.com/jquery-4.0.0.min.js', 'not 4.0.0'],
    [
      'https://cdnjs.cloudflare.com/ajax/libs/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.js',
      'leaflet-awesome-markers',
    ],
    [
      'https://cdn.jsdelivr.net/gh/python-visualization/folium/folium/templates/leaflet.awesome.rotate.min.css',
      'leaflet-awesome-markers',
    ],
    [
      'https://cdn.jsdelivr.net/gh/python-visualization/folium@main/folium/templates/leaflet_heat.min.js',
      'leaflet-heat',
    ],
    [
      'https://cdnjs.cloudflare.com/ajax/libs/leaflet.markercluster/1.1.0/MarkerCluster.Default.css',
      'leaflet-markercluster',
    ],
    ['https://netdna.bootstrapcdn.com/bootstrap/3.0.0/css/bootstrap-glyphicons.css', 'glyphicons'],
    ['https://cdn.jsdelivr.net/npm/bootstrap@5.2.2/dist/js/bootstrap.bundle.min.js', 'bootstrap'],
    ['https://maxcdn.bootstrapcdn.com/bootstrap/3.2.0/css/bootstrap.min.css', 'not 3.2.0'],
    ['https://maxcdn.bootstrapcdn.com/font-awesome/4.6.3/css/font-awesome.min.css', 'font-awesome'],
    ['https://cdn.jsdelivr.net/npm/@fortawesome/fontawesome-free@6.2.0/css/all.min.css', 'font-awesome'],
    ['https://cdnjs.cloudflare.com/ajax/libs/d3/3.5.5/d3.min.js', 'd3-v3'],
    ['https://cdn.jsdelivr.net/npm/leaflet.fullscreen@3.0.0/Control.FullScreen.min.js', 'leaflet-fullscreen'],
    [
      'https://cdnjs.cloudflare.com/ajax/libs/leaflet.fullscreen/1.4.2/Control.FullScreen.min.css',
      'leaflet-fullscreen',
    ],
    ['https://cdnjs.cloudflare.com/ajax/libs/leaflet-minimap/3.6.1/Control.MiniMap.js', 'leaflet-minimap'],
    ['https://cdnjs.cloudflare.com/ajax/libs/leaflet.draw/1.0.2/leaflet.draw.css', 'leaflet-draw'],
    ['https://cdn.jsdelivr.net/npm/leaflet-ant-path@1.1.2/dist/leaflet-ant-path.min.js', 'leaflet-ant-path'],
    ['https://cdn.jsdelivr.net/npm/iso8601-js-period@0.2.1/iso8601.min.js', 'iso8601-period'],
    [
      'https://cdn.jsdelivr.net/npm/leaflet-timedimension@1.1.1/dist/leaflet.timedimension.min.js',
      'leaflet-timedimension',
    ],
    ['https://cdnjs.cloudflare.com/ajax/libs/jqueryui/1.10.2/jquery-ui.min.js', 'jquery-ui'],
    ['https://cdnjs.cloudflare.com/ajax/libs/moment.js/2.18.1/moment.min.js', 'moment'],
    ['https://cdnjs.cloudflare.com/ajax/libs/highlight.js/8.4/styles/default.min.css', 'highlight-style'],
    ['https://cdn.holoviz.org/panel/1.9.4/dist/css/loading.css?v=1.9.4', 'panel-style'],
    ['https://cdn.holoviz.org/panel/1.9.4/dist/bundled/theme/native.css', 'panel-style'],
    [
      'https://cdn.holoviz.org/panel/1.9.4/dist/bundled/datatabulator/tabulator-tables@6.4.0/dist/js/tabulator.min.js',
      'tabulator',
    ],
    ['https://cdn.holoviz.org/panel/1.9.4/dist/bundled/echarts/echarts@6.0.0/dist/echarts.min.js', 'echarts'],
    ['https://assets.pyecharts.org/assets/v6/echarts.min.js', 'echarts'],
    ['https://cdn.jsdelivr.net/npm/mermaid@11/dist/mermaid.min.js', 'mermaid'],
    ['https://cdn.plot.ly.example.org/plotly-2.27.0.min.js', 'unknown'],
    ['https://example.org/https://cdn.plot.ly/plotly-2.27.0.min.js', 'unknown'],
    ['plotly.min.js', 'unknown'],
    [`https://cdn.plot.ly/plotly-${'1'.repeat(100_000)}`, 'unknown'],
  ])('%.90s → %s', (address, expected) => {
    expect(found(address)).toBe(expected);
  });

  it('keeps a script that we cannot replace', () => {
    expect(planScript('https://example.org/x.js')).toBeUndefined();
    expect(planScript('https://cdn.jsdelivr.net/npm/mathjax@3/es5/tex-svg.js')).toBeNull();
  });
});

describe('the list of addresses', () => {
  it('has the named libraries only', () => {
    expect(libraryList(OPTIONS.asset, [])).toContain('>{}<');
    expect(libraryList(OPTIONS.asset)).toContain('"plotly":["/assets/library-plotly-plotly.min.js"]');
  });

  it('is asked for what outputs name', () => {
    expect([...namedLibraries('<i data-library="plotly a-b"></i>')]).toEqual(['plotly', 'a-b']);
  });
});
