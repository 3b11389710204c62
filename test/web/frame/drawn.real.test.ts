/** What the frame draws with libraries: maps, diagrams, formulas that KaTeX refuses; and the pages of its tables. */
import { describe, expect, it } from 'vitest';
import type { FromFrame, ToFrame } from '../../../src/domain/report/frame-message.ts';
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

  it('keeps the rows that are shown where others cannot be read, and offers to try again', async () => {
    const columns = [{ name: 'n', type: 'integer' as const }];
    const table = { key: 't1', name: 'orders', columns, index: 0, rows: 120, total: { rows: 120, columns: 1 } };
    const preview = `<table class="dataframe"><thead><tr><th>n</th></tr></thead><tbody><tr><td>0</td></tr></tbody></table>`;
    const output = { type: 'display' as const, data: { 'text/html': preview }, metadata: {}, tableKey: 't1' };
    const frame = await reader.open(
      after(
        { type: 'output-added', cell: 1, output },
        { type: 'table-kept', key: 't1', table: { ...table, cut: [], hash: 'x', sizeBytes: 9 } },
      ),
    );
    let asked = 0;
    const answer = async (said: Omit<ToFrame & { type: 'rows' }, 'type' | 'request'>) => {
      asked += 1;
      const wanted = async () => (await reader.heard()).filter(({ type }) => type === 'rows').at(asked - 1);
      await expect.poll(wanted).toBeDefined();
      const { request, query } = (await wanted()) as FromFrame & { type: 'rows' };
      await reader.say({ type: 'rows', request, ...said });
      return query.offset;
    };
    const page = (from: number) => ({
      page: { columns, index: 0, kept: 120, count: 120, rows: Array.from({ length: 50 }, (_row, at) => [from + at]) },
    });
    const status = frame.locator('.table-pages .table-status');
    const again = frame.getByRole('button', { name: 'Try again' });
    const next = frame.getByRole('button', { name: 'Next rows' });
    const first = frame.locator('.table-pages tbody td').first();

    await frame.locator('.table-all').click();
    await answer({ problem: { said: 'The server cannot be reached.', mayRetry: true } });
    await status.getByText('The server cannot be reached.').waitFor();
    // nothing else to look at yet
    expect(await frame.getByText('0', { exact: true }).isVisible()).toBe(true);
    expect(await next.isVisible()).toBe(false);

    await again.click();
    await answer(page(0));
    await status.getByText('Rows 1 to 50 of 120').waitFor();
    expect(await again.isVisible()).toBe(false);

    await next.click();
    expect(await answer({ problem: { said: '', mayRetry: true } })).toBe(50);
    await status.getByText('The rows could not be read. Try again in a moment.').waitFor();
    expect(await first.innerText()).toBe('0');
    // not the page after the one that failed
    await next.click();
    expect(await answer(page(50))).toBe(50);
    await status.getByText('Rows 51 to 100 of 120').waitFor();

    await frame.getByRole('button', { name: 'First rows' }).click();
    await answer({ problem: { said: 'The bytes of this table were deleted.', mayRetry: false } });
    await status.getByText('The bytes of this table were deleted.').waitFor();
    expect(await again.isVisible()).toBe(false);
    expect(await first.innerText()).toBe('50');

    // the first of the rows that fit, however many were shown before
    const few = { page: { columns, index: 0, kept: 120, count: 2, rows: [[7], [70]] } };
    await frame.getByLabel('Filter n').fill('7');
    await answer({ problem: { said: 'The server takes too long to read these rows.', mayRetry: true } });
    await status.getByText('The server takes too long').waitFor();
    expect(await again.isVisible()).toBe(true);
    expect(await first.innerText()).toBe('50');
    await next.click();
    expect(await answer(few)).toBe(0);
    await status.getByText('Rows 1 to 2 of 2 that fit, of 120').waitFor();
    await frame.getByLabel('Filter n').fill('');
    await answer(page(0));
    await status.getByText('Rows 1 to 50 of 120').waitFor();
    await frame.getByLabel('Filter n').fill('7');
    await expect.poll(async () => (await reader.heard()).filter(({ type }) => type === 'rows').length).toBe(asked + 1);
    await next.click();
    await answer(page(0));
    expect(await answer(few)).toBe(0);
    await status.getByText('Rows 1 to 2 of 2 that fit, of 120').waitFor();
  });
});
