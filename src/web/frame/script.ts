/** Runs the scripts of outputs: each once, in document order, waiting for external ones for a limited time. */
import { WORDS } from '../../render/report-text.ts';
import { missingText, noteIn, runningAt, sourceName } from './failure.ts';
import { provideAmd } from './amd.ts';
import { withClassicCalls } from './element.ts';
import { withOwnImports } from './import.ts';
import { loadLibraries } from './library.ts';
import { missingVariable, variablesChanged } from './script-wait.ts';

const PATIENCE_MS = 10_000;

let chain: Promise<void> = Promise.resolve();

/** Scripts in `root` that have not run yet; settles when all known ones have. */
export function runScripts(root: ParentNode): Promise<void> {
  for (const inert of root.querySelectorAll<HTMLScriptElement>('script[data-run]')) {
    const kind = inert.dataset['run'];
    delete inert.dataset['run'];
    if (kind !== undefined) add(() => runInTurn(inert, kind));
  }
  return chain;
}

function add(run: () => Promise<void>): void {
  chain = chain.then(run).catch((error: unknown) => console.error(error));
}

/** A module that awaits what a later script sets gets another turn. */
async function runInTurn(inert: HTMLScriptElement, kind: string): Promise<void> {
  const missing = kind === 'module' ? missingVariable(inert.text) : undefined;
  if (missing === undefined) await runOne(inert, kind);
  else void missing.then(() => add(() => runOne(inert, kind)));
  variablesChanged();
}

async function runOne(inert: HTMLScriptElement, kind: string): Promise<void> {
  if (!inert.isConnected) return;
  const { src, library, missing } = inert.dataset;
  if (library !== undefined) await within(loadNamed(inert, library));
  if (kind === 'library') return;
  const stop = runningAt(inert);
  const text = library === undefined ? inert.text : await withOwnImports(inert.text);
  const own = `${text}${sourceName(inert)}`;
  provideAmd(text);
  if (kind === 'jupyter' && inert.parentElement !== null) withClassicCalls(inert.parentElement);
  const script = document.createElement('script');
  for (const { name, value } of inert.attributes)
    if (!['type', 'data-src', 'data-missing', 'data-library'].includes(name)) script.setAttribute(name, value);
  const module = kind === 'module' && src === undefined ? moduleAddress(own) : undefined;
  const address = src ?? module;
  if (kind === 'module') script.type = 'module';
  if (address === undefined) script.textContent = kind === 'jupyter' ? asJupyter(own) : own;
  else script.src = address;
  script.async = false;
  // browsers skip a `nomodule` script without an event
  const loads = address !== undefined && (kind === 'module' || !script.noModule);
  const loaded = loads ? ended(script, () => noteIn(script, missing ?? missingText(src))) : Promise.resolve();
  const restore = writeBehind(script);
  inert.replaceWith(script);
  await within(loaded);
  restore();
  stop();
  if (module !== undefined) URL.revokeObjectURL(module);
}

async function loadNamed(place: Element, names: string): Promise<void> {
  try {
    await loadLibraries(names.split(' '));
  } catch (error) {
    noteIn(place, error instanceof Error ? error.message : WORDS.scriptMissing);
  }
}

/** An inline module sends no event when it has run; one with an address does. */
function moduleAddress(source: string): string {
  return URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
}

function ended(script: HTMLScriptElement, onMissing: () => void): Promise<void> {
  return new Promise((resolve) => {
    script.onload = () => resolve();
    script.onerror = () => {
      onMissing();
      resolve();
    };
  });
}

/** Later scripts do not wait longer for one that loads slowly. */
async function within(loaded: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([loaded, patience]).finally(() => clearTimeout(timer));
}

/** Jupyter passes an output's script the element that it may fill. */
function asJupyter(source: string): string {
  return `(function (element) {${source}\n}).call(window, document.currentScript.parentElement);`;
}

/** `document.write` would erase the finished page; here it writes after its script. */
function writeBehind(script: HTMLScriptElement): () => void {
  const { write, writeln } = document;
  document.write = document.writeln = (...html: string[]) => script.insertAdjacentHTML('afterend', html.join(''));
  return () => Object.assign(document, { write, writeln });
}
