/** Says so where a library that an output waits for does not come: such outputs wait in silence. */
import { WORDS } from '../../render/report-text.ts';
import { noteIn } from './failure.ts';

const PATIENCE_MS = 5_000;
/** A document of Panel that connects with a notebook and shows nothing. */
const INVISIBLE = /"panel\.models\.browser\.BrowserInfo"/;

/** Outputs in `root` that name the global variable of their library. */
export function watchNeeds(root: ParentNode): void {
  const outputs = [...root.querySelectorAll<HTMLElement>('[data-needs]')];
  if (root instanceof HTMLElement && root.matches('[data-needs]')) outputs.push(root);
  for (const output of outputs) {
    const name = output.dataset['needs'] ?? '';
    setTimeout(() => {
      if (!output.isConnected) return;
      if (!(name in window)) noteIn(output, WORDS.missingLibrary(name));
      else if (isBlank(output)) noteIn(output, WORDS.scriptMissing);
    }, PATIENCE_MS);
  }
}

/** Whether nothing is drawn where something should be; unknown in what is folded. */
function isBlank(output: HTMLElement): boolean {
  if (!output.matches('.output-html') || !output.checkVisibility() || output.offsetHeight > 0) return false;
  return !INVISIBLE.test(output.innerHTML);
}
