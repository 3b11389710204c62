/**
 * Sets with MathJax the formulas that KaTeX refuses. On the server they stay source, so that reports without such
 * formulas pay nothing for them.
 */
import { WORDS } from '../../render/report-text.ts';
import { loadLibraries } from './library.ts';
import { noteAtEnd } from './note.ts';

interface MathJax {
  readonly startup: { readonly promise: Promise<unknown> };
  tex2svg(tex: string, options: object): HTMLElement;
  svgStylesheet(): HTMLStyleElement;
}

/** In the whole report. */
const MAX_FORMULAS = 300;
/** Between two pauses, so that the page can be read meanwhile. */
const SLICE_MS = 30;
const FORMULA = '.math-source[data-tex]';

let count = 0;
let work: Promise<void> = Promise.resolve();

/** Those in `root`, one after the other. */
export function watchFormulas(root: ParentNode): void {
  const formulas = [...root.querySelectorAll<HTMLElement>(FORMULA)];
  if (formulas.length > 0) work = work.then(() => setAll(formulas)).catch((error: unknown) => console.error(error));
}

/** Settles when all known formulas are set, or have been refused again. */
export function setFormulas(): Promise<void> {
  return work;
}

async function setAll(formulas: readonly HTMLElement[]): Promise<void> {
  const mathjax = await load();
  let end = performance.now() + SLICE_MS;
  for (const formula of formulas) {
    const { tex } = formula.dataset;
    delete formula.dataset['tex'];
    if (tex === undefined || !formula.isConnected) continue;
    if (count >= MAX_FORMULAS) return void noteAtEnd('formulas', WORDS.formulasRefused(MAX_FORMULAS));
    count += 1;
    set(formula, tex, mathjax);
    if (performance.now() < end) continue;
    await new Promise((resolve) => setTimeout(resolve));
    end = performance.now() + SLICE_MS;
  }
}

/** Leaves the source of what MathJax refuses, too. */
function set(formula: HTMLElement, tex: string, mathjax: MathJax): void {
  const display = 'display' in formula.dataset;
  let drawn: HTMLElement;
  try {
    drawn = mathjax.tex2svg(tex, { display });
  } catch {
    return;
  }
  if (drawn.querySelector('[data-mml-node="merror"]') !== null) return;
  for (const link of drawn.querySelectorAll('a')) link.replaceWith(...link.childNodes);
  drawn.setAttribute('role', 'math');
  drawn.setAttribute('aria-label', formula.textContent);
  drawn.classList.add('math-drawn');
  drawn.classList.toggle('math-drawn-block', display);
  formula.replaceWith(drawn);
}

let loaded: Promise<MathJax> | undefined;

function load(): Promise<MathJax> {
  loaded ??= start();
  return loaded;
}

/** An output may have a MathJax of its own, or a configuration for one; ours takes its place for a moment only. */
async function start(): Promise<MathJax> {
  const scope = window as unknown as { MathJax?: unknown };
  const theirs = scope.MathJax;
  scope.MathJax = {
    startup: { typeset: false },
    options: { enableMenu: false, enableAssistiveMml: false },
    svg: { fontCache: 'local' },
    tex: {
      tags: 'none',
      maxMacros: 1000,
      maxBuffer: 10_000,
      packages: { '[-]': ['html'] },
    },
  };
  await loadLibraries(['mathjax']);
  const mathjax = scope.MathJax as MathJax;
  await mathjax.startup.promise;
  scope.MathJax = theirs;
  document.head.append(mathjax.svgStylesheet());
  return mathjax;
}
