/** What the frame draws with libraries: maps, diagrams, formulas that KaTeX refuses. */
import { describe, expect, it } from 'vitest';
import { testChromium } from '../../chromium.ts';
import { after, html, shown, useReader } from './reader.ts';

const chromiumPath = testChromium();

/** A page as folium writes it, shortened. */
const FOLIUM = `<!DOCTYPE html><html><head>
<script src="https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js"></script>
<script src="https://code.jquery.com/jquery-3.7.1.min.js"></script>
<script src="https://cdnjs.cloudflare.com/ajax/libs/Leaflet.awesome-markers/2.0.2/leaflet.awesome-markers.js"></script>
<link rel="stylesheet" href="https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.css"/>
<style>html, body, #map { width: 100%; height: 100%; margin: 0 }</style></head><body><div id="map"></div></body><script>
var map = L.map("map", { center: [50.5, 8.5], zoom: 8 });
L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", {}).addTo(map);
L.marker([50.5, 8.5]).addTo(map).bindPopup($("<b>here</b>")[0]).openPopup();
L.marker([50.6, 8.6], { icon: L.AwesomeMarkers.icon({ icon: "cloud" }) }).addTo(map);
</script></html>`;

describe.skipIf(chromiumPath === undefined)('what libraries draw in the report frame (needs chromium)', () => {
  const reader = useReader(chromiumPath);

  it('draws shapes on a map, and folium’s maps without their background, which they say', async () => {
    const shape = {
      type: 'Polygon',
      coordinates: [
        [
          [8, 50],
          [9, 50],
          [9, 51],
          [8, 50],
        ],
      ],
    };
    const feature = { type: 'Feature', properties: { name: '<b>Hesse</b>' }, geometry: shape };
    const frame = await reader.open(
      after(
        shown({ 'application/geo+json': JSON.stringify(feature) }),
        html(`<iframe srcdoc="${FOLIUM.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}" height="300"></iframe>`),
      ),
    );
    await frame.locator('.report-chart path.leaflet-interactive').click();
    expect(await frame.locator('.leaflet-popup td').innerText()).toBe('<b>Hesse</b>');
    const map = frame.frameLocator('iframe');
    await map.locator('.leaflet-popup', { hasText: 'here' }).waitFor();
    expect(
      await map.locator('img.leaflet-marker-icon').evaluate((icon: HTMLImageElement) => icon.naturalWidth),
    ).toBeGreaterThan(0);
    expect(await map.locator('.awesome-marker-icon-blue').count()).toBe(1);
    await frame
      .locator('.output .note', { hasText: 'The background of this map was not loaded from tile.openstreetmap.org.' })
      .waitFor();
    expect(await frame.locator('.note').count()).toBe(1);
    expect(reader.site.reached).toEqual([]);
  });

  it('draws diagrams for light and dark, and shows the source of what is none', async () => {
    const long = Array.from({ length: 30 }, (_, at) => `A${String(at)}[a long step] --> A${String(at + 1)}`);
    const frame = await reader.open(
      after(
        shown({ 'text/vnd.mermaid': 'graph TD; A["<img src=x onerror=alert(1)>"]-->B; click A "javascript:alert(1)"' }),
        shown({ 'text/markdown': '```mermaid\nno diagram\n```\n\n```mermaid\npie\n "a" : 1\n```' }),
        shown({ 'text/vnd.mermaid': `flowchart LR\n${long.join('\n')}` }),
      ),
    );
    await frame.locator('.diagram-light svg').nth(1).waitFor({ state: 'attached' });
    expect(await frame.locator('.diagram svg :is(script, [onerror])').count()).toBe(0);
    await frame.locator('.note', { hasText: 'This diagram cannot be drawn. Its source is shown instead.' }).waitFor();
    expect(await frame.locator('.diagram-source').allInnerTexts()).toEqual(['no diagram\n']);
    const wide = frame.locator('.diagram', { hasText: 'a long step' });
    await expect.poll(() => wide.evaluate((place) => place.scrollWidth > place.clientWidth)).toBe(true);
    await reader.say({ type: 'theme', theme: 'dark' });
    await frame.locator('.diagram-dark svg').nth(1).waitFor();
    expect(await frame.locator('.diagram-light').first().isVisible()).toBe(false);
  });

  it('sets formulas that KaTeX refuses, with the macros of the notebook, and leaves the source of others', async () => {
    const frame = await reader.open(
      after(
        shown({
          'text/markdown':
            '$\\newcommand{\\half}{\\tfrac12}$ $$\\begin{prooftree}\\AxiomC{$\\half$}\\UnaryInfC{B}\\end{prooftree}$$',
        }),
        shown({ 'text/latex': '$\\sideset{_a}{^b}\\sum \\href{javascript:alert(1)}{x}$' }),
        shown({ 'text/latex': '$\\begin{nothing}$' }),
      ),
    );
    await frame.locator('mjx-container').nth(1).waitFor();
    expect(await frame.locator('mjx-container a').count()).toBe(0);
    expect(
      await frame
        .locator('mjx-container')
        .first()
        .evaluate((one) => one.getBoundingClientRect().height),
    ).toBeGreaterThan(20);
    expect(await frame.locator('.math-source').allInnerTexts()).toEqual(['\\begin{nothing}']);
  });
});
