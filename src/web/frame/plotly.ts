/** Draws plotly's charts when they come near the screen. */
import { loadLibrary } from './library.ts';

interface Chart {
  readonly data: unknown[];
  readonly layout: Record<string, unknown>;
  readonly config: Record<string, unknown>;
  readonly frames: unknown[];
}

interface Plotly {
  newPlot(element: Element, chart: object): Promise<unknown>;
}

const NEAR = '600px';
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) void draw(target as HTMLElement);
}, { rootMargin: NEAR });

/** Charts in `root` are drawn when the reader comes to them. */
export function watchCharts(root: ParentNode): void {
  for (const chart of root.querySelectorAll('.plotly-chart')) near.observe(chart);
}

/** All charts that are not drawn yet, for a print. */
export async function drawCharts(): Promise<void> {
  await Promise.all([...document.querySelectorAll<HTMLElement>('.plotly-chart')].map(draw));
}

async function draw(element: HTMLElement): Promise<void> {
  near.unobserve(element);
  const source = element.querySelector('script[type="application/json"]');
  if (source === null) return;
  source.remove();
  const chart = JSON.parse(source.textContent) as Chart;
  await loadLibrary(element.dataset['library'] ?? '');
  const { Plotly } = window as unknown as { Plotly: Plotly };
  await Plotly.newPlot(element, { ...chart, layout: themed(chart.layout), config: { responsive: true, displaylogo: false, ...chart.config } });
}

/** A chart that sets no colours of its own stands on the page, not on a white card. */
function themed(layout: Record<string, unknown>): Record<string, unknown> {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const grid = { gridcolor: colour('--chart-grid'), zerolinecolor: colour('--chart-grid'), linecolor: colour('--chart-grid') };
  const template = layout['template'] as { layout?: Record<string, unknown> } | undefined;
  // plotly's own template is the one with this ground; authors' templates stay as they are.
  if (template?.layout?.['plot_bgcolor'] !== '#E5ECF6') return layout;
  return { ...layout, template: { ...template, layout: {
    ...template.layout,
    paper_bgcolor: 'rgba(0,0,0,0)', plot_bgcolor: 'rgba(0,0,0,0)',
    font: { family: style.getPropertyValue('--sans'), color: colour('--chart-text') },
    xaxis: { ...(template.layout['xaxis'] as object), ...grid }, yaxis: { ...(template.layout['yaxis'] as object), ...grid },
  } } };
}
