/** Draws plotly's figures. */
import type { Drawer } from './drawer.ts';

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

/** Of plotly's own light templates, `plotly` and `plotly_white`; other templates are kept. */
const USUAL_GROUNDS = new Set(['#E5ECF6', 'white']);

export const plotly: Drawer = {
  name: 'plotly',
  draw: async (place, value) => {
    const chart = value as Chart;
    await library().newPlot(place, dressed(chart));
    return {
      fit: () => library().Plots.resize(place),
      dress: () => library().react(place, dressed(chart)),
    };
  },
};

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
