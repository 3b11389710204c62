/** Draws plotly's charts when they are near the visible part. */
import { WORDS } from '../../render/report-text.ts';
import { failureText, noteIn } from './failure.ts';
import { loadLibrary } from './library.ts';

interface Chart {
  readonly data: unknown[];
  readonly layout: Record<string, unknown>;
  readonly config: Record<string, unknown>;
  readonly frames: unknown[];
}

interface Plotly {
  newPlot(element: Element, chart: object): Promise<unknown>;
  react(element: Element, chart: object): Promise<unknown>;
  readonly Plots: { resize(element: Element): Promise<unknown> };
}

/** The drawn charts, to redraw them in other colours. */
const drawn = new Map<HTMLElement, Chart>();

const NEAR = '600px';
/** Of plotly's own light templates, `plotly` and `plotly_white`; other templates are kept. */
const USUAL_GROUNDS = new Set(['#E5ECF6', 'white']);
const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) void draw(target as HTMLElement);
  },
  { rootMargin: NEAR },
);

/** Charts in `root` are drawn when the reader reaches them. */
export function watchCharts(root: ParentNode): void {
  for (const chart of root.querySelectorAll('.plotly-chart')) near.observe(chart);
}

/** Draws all remaining charts, for printing. */
export async function drawCharts(): Promise<void> {
  await Promise.all([...document.querySelectorAll<HTMLElement>('.plotly-chart')].map(draw));
}

async function draw(element: HTMLElement): Promise<void> {
  near.unobserve(element);
  const source = element.querySelector('script[type="application/json"]');
  if (source === null) return;
  source.remove();
  const chart = JSON.parse(source.textContent) as Chart;
  try {
    await loadLibrary(element.dataset['library'] ?? '');
    drawn.set(element, chart);
    await library().newPlot(element, dressed(chart));
  } catch (error) {
    drawn.delete(element);
    noteIn(element, failureText(String(error)) ?? WORDS.scriptMissing);
  }
}

/** To the current width. */
export async function fitCharts(): Promise<void> {
  for (const element of drawn.keys()) if (element.isConnected) await library().Plots.resize(element);
}

/** After the theme has changed. */
export async function redrawCharts(): Promise<void> {
  for (const [element, chart] of drawn) {
    if (element.isConnected) await library().react(element, dressed(chart));
    else drawn.delete(element);
  }
}

function library(): Plotly {
  return (window as unknown as { Plotly: Plotly }).Plotly;
}

function dressed(chart: Chart): object {
  return { ...chart, layout: themed(chart.layout), config: { responsive: true, displaylogo: false, ...chart.config } };
}

/** A chart without its own background is drawn on the page, not on a white card. */
function themed(layout: Record<string, unknown>): Record<string, unknown> {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const grid = {
    gridcolor: colour('--chart-grid'),
    zerolinecolor: colour('--chart-grid'),
    linecolor: colour('--chart-grid'),
  };
  const template = layout['template'] as { layout?: Record<string, unknown> } | undefined;
  if (!USUAL_GROUNDS.has(String(template?.layout?.['plot_bgcolor']))) return layout;
  return {
    ...layout,
    template: {
      ...template,
      layout: {
        ...template?.layout,
        paper_bgcolor: 'rgba(0,0,0,0)',
        plot_bgcolor: 'rgba(0,0,0,0)',
        font: { family: style.getPropertyValue('--sans'), color: colour('--chart-text') },
        xaxis: { ...(template?.layout?.['xaxis'] as object), ...grid },
        yaxis: { ...(template?.layout?.['yaxis'] as object), ...grid },
      },
    },
  };
}
