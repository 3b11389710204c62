/** Charts as libraries send them (`bundle/`, made by the versions that each file names): drawn live and in a file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/domain/text/json.ts';
import { testChromium } from '../../chromium.ts';
import { after, shown, useReader } from './reader.ts';

interface Bundle {
  readonly made: string;
  readonly outputs: readonly { readonly data: Record<string, Json>; readonly metadata: JsonObject }[];
}

const folder = join(import.meta.dirname, 'bundle');
const bundleOf = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Bundle;

/** What stands in the report when all charts of a bundle are drawn: how many elements at least. */
const DRAWN: Readonly<Record<string, readonly (readonly [string, number])[]>> = {
  'altair-4.json': [['.mark-rect path[aria-label]', 14]],
  'altair-5.json': [['.mark-rect path[aria-label]', 14]],
  'altair-6.json': [
    ['.mark-rect path[aria-label]', 21],
    ['.mark-line path[aria-label]', 1],
  ],
  'bokeh-3.4.json': [
    ['.bk-Figure canvas', 2],
    ['.bk-DataTable .slick-row', 3],
    ['.bk-Slider .noUi-handle', 1],
  ],
  'bokeh-3.9.json': [
    ['.bk-Figure canvas', 4],
    ['.bk-DataTable .slick-row', 3],
    ['.bk-Slider .noUi-handle', 1],
  ],
  'holoviews-1.23.json': [
    ['.bk-Figure canvas', 3],
    ['.noUi-handle', 1],
    ['.js-plotly-plot .main-svg', 1],
  ],
  'itables-2.9.json': [['table.dataTable tbody tr:has-text("j")', 1]],
  'plotly-5.json': [['.js-plotly-plot .bars .point', 12]],
  'plotly-7.json': [['.js-plotly-plot .bars .point', 8]],
  'panel-1.9.json': [
    ['.bk-Figure canvas', 1],
    ['.noUi-handle', 2],
    ['h2:visible:has-text("n is 1")', 1],
  ],
};

const chromiumPath = testChromium();
describe.skipIf(chromiumPath === undefined)('charts of libraries (needs chromium)', () => {
  const reader = useReader(chromiumPath);

  const count = (frame: Frame, selector: string) => frame.locator(selector).count();

  it.each(readdirSync(folder))('draws %s', async (name) => {
    const report = after(...bundleOf(name).outputs.map(({ data, metadata }) => shown(data, metadata)));
    for (const open of [reader.open, reader.openFile]) {
      const frame = await open(report);
      await reader.drawn(frame);
      for (const [selector, least] of DRAWN[name] ?? [])
        await expect.poll(() => count(frame, selector), { timeout: 10_000 }).toBeGreaterThanOrEqual(least);
      expect(await frame.locator('.note').allInnerTexts()).toEqual([]);
    }
  });

  it('loads only the parts of Bokeh that are used', async () => {
    const report = after(
      ...bundleOf('bokeh-3.9.json')
        .outputs.slice(0, 4)
        .map(({ data, metadata }) => shown(data, metadata)),
    );
    const frame = await reader.openFile(report);
    await reader.drawn(frame);
    const parts = await frame
      .locator('[type="text/plain"][id^="library-"]')
      .evaluateAll((all) => all.map(({ id }) => id));
    expect(parts).toEqual(['library-bokeh-bokeh.min.js', 'library-bokeh-bokeh-paper.js']);
  });

  it('says of a chart of Vega why it is not drawn, and leaves the rest unharmed', async () => {
    const vega = (spec: Json, version = 5) => shown({ [`application/vnd.vegalite.v${String(version)}+json`]: spec });
    const data = { values: [{ a: 1, link: 'javascript:alert(1)' }] };
    const encoding = { x: { field: 'a', type: 'quantitative' } };
    const frame = await reader.open(
      after(
        vega({ mark: 'nothing', data, encoding }),
        vega({ mark: 'point', data: { url: 'https://data.example.org/cars.json' }, encoding }),
        vega({ mark: 'point', data: { values: Array.from({ length: 200_001 }, () => 0) }, encoding }),
        vega({ mark: 'point', data: { url: 'data:text/csv,a%0A1%0A2', format: { type: 'csv' } }, encoding }),
        vega({ mark: 'point', data, encoding: { ...encoding, href: { field: 'link' } } }),
        vega({ mark: { type: 'image', url: 'https://pictures.example.org/a.png' }, data, encoding }),
        vega('no specification', 2),
      ),
    );
    await reader.drawn(frame);
    const notes = frame
      .locator('.output')
      .evaluateAll((all) =>
        all.map(
          (one) =>
            one.querySelector<HTMLElement>('.note')?.innerText ?? one.querySelectorAll('.mark-symbol path').length,
        ),
      );
    expect(await notes).toEqual([
      expect.stringContaining('This chart, made for Vega-Lite 5, could not be drawn'),
      expect.stringContaining('The data of this chart are at https://data.example.org/cars.json'),
      expect.stringContaining('This chart has 200001 rows of data'),
      2,
      1,
      0,
      expect.stringContaining('This chart, made for Vega-Lite 2, could not be drawn'),
    ]);
    expect(await count(frame, '[href^="javascript"]')).toBe(0);
    await frame.locator('#report-blocked', { hasText: 'pictures.example.org' }).waitFor();
  });

  it('draws frames below the visible part for printing, and fits wide charts on paper', async () => {
    const late = `addEventListener('load', () => requestAnimationFrame(() => document.body.append('drawn')))`;
    const wide = {
      ...{ mark: 'bar', width: 2_000, data: { values: [{ a: 1 }] } },
      encoding: { x: { field: 'a', type: 'nominal' } },
    };
    const page = `<iframe loading="lazy" srcdoc="<canvas></canvas><script>${late}</script>"></iframe>`;
    const report = after(
      shown({ 'application/vnd.vegalite.v5+json': wide }),
      shown({ 'text/html': `<div style="height:9000px"></div>${page}` }),
    );
    const frame = await reader.openFile(report);
    await reader.drawn(frame);
    expect(await frame.childFrames()[0]?.locator('body').innerText()).toContain('drawn');
    const zooms = (event: string) =>
      frame.evaluate((name) => {
        dispatchEvent(new Event(name));
        return [...document.querySelectorAll<HTMLElement>('.output')].map(({ style }) => Number(style.zoom || 1));
      }, event);
    expect(await zooms('beforeprint')).toEqual([expect.closeTo(688 / 2_050, 1), 1]);
    expect(await zooms('afterprint')).toEqual([1, 1]);
  });
});
