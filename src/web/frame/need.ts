/** Says so where a library that an output waits for does not come: such outputs wait in silence. */
import { isConnection } from '../../render/output-load.ts';
import { WORDS } from '../../render/report-text.ts';
import { noteIn } from './failure.ts';

const PATIENCE_MS = 5_000;
/** Panel draws without the libraries that have not come after five seconds, counted in steps of 25 ms. */
const DRAWN_MS = 8_000;

/** What Panel draws with libraries that only a server has which the operator may allow. */
const PANES: readonly { readonly title: string; readonly uses: RegExp; readonly isThere: () => boolean }[] = [
  { title: 'deck.gl', uses: /"panel\.models\.deckgl\./, isThere: () => 'deck' in window },
  { title: 'VTK', uses: /"panel\.models\.vtk\./, isThere: () => 'vtk' in window },
  {
    title: 'Perspective',
    uses: /"panel\.models\.perspective\./,
    isThere: () => customElements.get('perspective-viewer') !== undefined,
  },
  { title: 'xterm', uses: /"panel\.models\.terminal\./, isThere: () => 'Terminal' in window },
];

/** Outputs in `root` that name the global variable of their library. */
export function watchNeeds(root: ParentNode): void {
  const outputs = [...root.querySelectorAll<HTMLElement>('[data-needs]')];
  if (root instanceof HTMLElement && root.matches('[data-needs]')) outputs.push(root);
  for (const output of outputs) {
    const name = output.dataset['needs'] ?? '';
    setTimeout(() => {
      if (!output.isConnected) return;
      const undrawn = PANES.filter(({ uses, isThere }) => uses.test(output.innerHTML) && !isThere());
      if (!(name in window)) noteIn(output, WORDS.missingLibrary(name));
      else if (undrawn.length > 0) noteIn(output, WORDS.paneMissing(undrawn.map(({ title }) => title)));
      else setTimeout(() => lookAgain(output), DRAWN_MS - PATIENCE_MS);
    }, PATIENCE_MS);
  }
}

function lookAgain(output: HTMLElement): void {
  if (output.isConnected && isBlank(output)) noteIn(output, WORDS.scriptMissing);
}

/** Whether nothing is drawn where something should be; unknown in what is folded. */
function isBlank(output: HTMLElement): boolean {
  if (!output.matches('.output-html') || !output.checkVisibility() || output.offsetHeight > 0) return false;
  return !isConnection(output.innerHTML);
}
