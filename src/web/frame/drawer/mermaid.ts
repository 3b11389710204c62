/** Draws Mermaid's diagrams: one for light, and one for dark when it is first needed. */
import { WORDS } from '../../../render/report-text.ts';
import { noteElement } from '../note.ts';
import type { Drawer } from './drawer.ts';

interface Mermaid {
  initialize(options: object): void;
  render(id: string, source: string): Promise<{ readonly svg: string }>;
}

/** Of its own size: smaller on screens a diagram cannot be read, so it scrolls. */
const SMALLEST = 0.6;
const MAX_MESSAGE_CHARS = 300;

let count = 0;
/** Mermaid has one configuration for all: diagrams are drawn one after the other. */
let chain: Promise<unknown> = Promise.resolve();

export const mermaid: Drawer = {
  name: 'mermaid',
  async draw(place, value) {
    const code = place.querySelector('.diagram-source');
    const source = String(value);
    const dress = async () => {
      const theme = document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
      if (place.querySelector(`.diagram-${theme}`) === null) place.append(await drawn(source, theme));
    };
    try {
      place.append(await drawn(source, 'light'));
      await dress();
      code?.remove();
      return { dress };
    } catch (error) {
      const why = (error instanceof Error ? error.message : String(error)).slice(0, MAX_MESSAGE_CHARS);
      place.append(noteElement('failed', WORDS.diagramFailed(why)));
      return {};
    }
  },
};

function drawn(source: string, theme: 'light' | 'dark'): Promise<HTMLElement> {
  const made = chain.then(() => draw(source, theme));
  chain = made.catch(() => undefined);
  return made;
}

/** Labels are text, links and scripts are left out, and the source cannot change that. */
async function draw(source: string, theme: 'light' | 'dark'): Promise<HTMLElement> {
  const library = (window as unknown as { mermaid: Mermaid }).mermaid;
  library.initialize({
    startOnLoad: false,
    securityLevel: 'strict',
    suppressErrorRendering: true,
    theme: theme === 'dark' ? 'dark' : 'default',
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--sans').trim(),
  });
  const { svg } = await library.render(`report-diagram-${String(count++)}`, source);
  const element = document.createElement('div');
  element.className = `diagram-${theme}`;
  element.innerHTML = svg;
  const drawing = element.querySelector('svg');
  const { width = 0 } = drawing?.viewBox.baseVal ?? {};
  drawing?.style.setProperty('--readable', `${String(width * SMALLEST)}px`);
  return element;
}
