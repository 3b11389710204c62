/** Draws the charts of Vega and Vega-Lite. */
import { readDataAddress } from '../../../render/data-address.ts';
import { WORDS } from '../../../render/report-text.ts';
import { noteIn } from '../failure.ts';
import type { Drawer, Drawing } from './drawer.ts';

interface Chart {
  readonly mode: 'vega' | 'vega-lite';
  /** The major version for which it was made. */
  readonly version: number;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
}

interface Loader {
  load(address: string, options?: unknown): Promise<string>;
}

interface View {
  resize(): { runAsync(): Promise<unknown> };
}

type Embed = (
  place: HTMLElement,
  spec: object,
  options: object,
) => Promise<{ readonly view: View; readonly finalize: () => void }>;

/** Of the options that authors give; the others would load or save something. */
const OPTIONS = ['formatLocale', 'height', 'padding', 'renderer', 'scaleFactor', 'theme', 'timeFormatLocale', 'width'];
/** Longer data are drawn on a canvas, which is quicker. */
const MOST_SVG_CHARS = 1_000_000;

export const vega: Drawer = {
  name: 'vega',
  draw: async (place, value): Promise<Drawing> => {
    const chart = value as Chart;
    const renderer = JSON.stringify(chart.spec).length > MOST_SVG_CHARS ? 'canvas' : 'svg';
    let drawn = await embed(place, chart, renderer);
    return {
      fit: () => {
        // a width of `container` is measured anew only after this event
        window.dispatchEvent(new Event('resize'));
        return drawn.view.resize().runAsync();
      },
      async dress() {
        drawn.finalize();
        drawn = await embed(place, chart, renderer);
      },
    };
  },
};

async function embed(place: HTMLElement, { mode, version, spec, options }: Chart, renderer: 'canvas' | 'svg') {
  const library = window as unknown as { vegaEmbed: Embed; vega: { loader(): Loader } };
  const { usermeta: _, ...own } = spec;
  const given = Object.fromEntries(Object.entries(options).filter(([name]) => OPTIONS.includes(name)));
  const isOwnGround = given['theme'] !== undefined || groundOf(spec) !== undefined;
  const loader = library.vega.loader();
  loader.load = (address) => loadData(String(address), (text) => noteIn(place, text));
  try {
    return await library.vegaEmbed(place, own, {
      renderer,
      ...given,
      mode,
      loader,
      actions: false,
      tooltip: { theme: document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light' },
      ...(isOwnGround ? {} : { config: themed() }),
    });
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw new Error(WORDS.chartFailed(what, `${mode === 'vega' ? 'Vega' : 'Vega-Lite'} ${String(version)}`), {
      cause: error,
    });
  }
}

/** Data that the specification contains as an address; nothing else is loaded. */
function loadData(address: string, tell: (text: string) => void): Promise<string> {
  const data = readDataAddress(address);
  if (data !== undefined) return Promise.resolve(new TextDecoder().decode(data.bytes));
  const text = WORDS.chartData(address.slice(0, 200));
  tell(text);
  return Promise.reject(new Error(text));
}

function groundOf(spec: Chart['spec']): unknown {
  const config = spec['config'] as Record<string, unknown> | null | undefined;
  return spec['background'] ?? config?.['background'];
}

/** A chart without its own background is drawn on the page, not on a white card. */
function themed(): object {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const [text, grid, font] = [colour('--chart-text'), colour('--chart-grid'), style.getPropertyValue('--sans')];
  const titles = { labelColor: text, titleColor: text, labelFont: font, titleFont: font };
  return {
    background: 'transparent',
    font,
    title: { color: text, subtitleColor: text, font, subtitleFont: font },
    axis: { ...titles, gridColor: grid, domainColor: grid, tickColor: grid },
    legend: titles,
    header: titles,
    style: { 'guide-label': { fill: text, font }, 'guide-title': { fill: text, font }, 'group-title': { fill: text } },
    view: { stroke: grid },
  };
}
