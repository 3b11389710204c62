/** Draws charts when they are near the visible part, with their libraries, which are loaded when first needed. */
import { WORDS } from '../../render/report-text.ts';
import { findDrawer } from './drawer/all.ts';
import type { Drawing } from './drawer/drawer.ts';
import { failureText, noteIn } from './failure.ts';
import { loadLibraries } from './library.ts';

/** The drawn charts, by their places. */
const drawn = new Map<HTMLElement, Drawing>();
const drawing = new WeakMap<HTMLElement, Promise<void>>();

const PLACE = '.report-chart[data-draw]';
const NEAR = '600px';
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) void draw(target as HTMLElement);
  },
  { rootMargin: NEAR },
);

/** Charts in `root` are drawn when the reader reaches them. */
export function watchCharts(root: ParentNode): void {
  for (const place of root.querySelectorAll(PLACE)) near.observe(place);
}

/** Draws all remaining charts, for printing. */
export async function drawCharts(): Promise<void> {
  await Promise.all([...document.querySelectorAll<HTMLElement>(PLACE)].map(draw));
}

/** Once; settles when the chart is there. */
function draw(place: HTMLElement): Promise<void> {
  const begun = drawing.get(place) ?? drawNow(place);
  drawing.set(place, begun);
  return begun;
}

async function drawNow(place: HTMLElement): Promise<void> {
  near.unobserve(place);
  const source = place.querySelector('script[type="application/json"]');
  const drawer = findDrawer(place.dataset['draw'] ?? '');
  if (source === null || drawer === undefined) return;
  source.remove();
  try {
    await loadLibraries((place.dataset['library'] ?? '').split(' '));
    drawn.set(place, await drawer.draw(place, JSON.parse(source.textContent)));
  } catch (error) {
    noteIn(place, error instanceof Error ? chartText(error) : WORDS.scriptMissing);
  }
}

/** Libraries and drawers write whole sentences; errors of a library have a name. */
function chartText(error: Error): string {
  return error.name === 'Error' ? error.message : (failureText(String(error)) ?? WORDS.scriptMissing);
}

/** To the current width. */
export function fitCharts(): Promise<void> {
  return forEachDrawn(({ fit }) => fit?.());
}

/** After the theme has changed. */
export function redrawCharts(): Promise<void> {
  return forEachDrawn(({ dress }) => dress?.());
}

async function forEachDrawn(act: (drawing: Drawing) => unknown): Promise<void> {
  for (const [place, drawing] of drawn) {
    if (place.isConnected) await act(drawing);
    else drawn.delete(place);
  }
}
