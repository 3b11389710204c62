/** Runs the scripts of outputs: each once, in document order, waiting for external ones. */
import { loadLibrary } from './library.ts';

let chain: Promise<void> = Promise.resolve();

/** Scripts in `root` that have not run yet; settles when all known ones have. */
export function runScripts(root: ParentNode): Promise<void> {
  for (const inert of root.querySelectorAll<HTMLScriptElement>('script[data-run]')) {
    const kind = inert.dataset['run'];
    delete inert.dataset['run'];
    if (kind !== undefined)
      chain = chain.then(() => runOne(inert, kind)).catch((error: unknown) => console.error(error));
  }
  return chain;
}

async function runOne(inert: HTMLScriptElement, kind: string): Promise<void> {
  if (!inert.isConnected) return;
  const { src } = inert.dataset;
  if (src?.startsWith('#')) return loadLibrary(src);
  const script = document.createElement('script');
  for (const { name, value } of inert.attributes)
    if (name !== 'type' && name !== 'data-src') script.setAttribute(name, value);
  if (kind === 'module') script.type = 'module';
  if (src === undefined) script.textContent = kind === 'jupyter' ? asJupyter(inert.text) : inert.text;
  else script.src = src;
  script.async = false;
  const loaded =
    src === undefined && kind !== 'module'
      ? undefined
      : new Promise<void>((resolve) => {
          script.onload = script.onerror = () => resolve();
        });
  const restore = writeBehind(script);
  inert.replaceWith(script);
  await loaded;
  restore();
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
