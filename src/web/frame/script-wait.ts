/** Modules that await a variable of the window which a later output sets, as the first output of itables does. */

const AWAITED = /\bawait window\.([\w$]+)/;
const PATIENCE_MS = 10_000;

interface Waiting {
  readonly name: string;
  readonly run: () => void;
}

const waiting = new Set<Waiting>();

/** Settles when the variable is there, or after a while; undefined if the script awaits none that is missing. */
export function missingVariable(script: string): Promise<void> | undefined {
  const name = AWAITED.exec(script)?.[1];
  if (name === undefined || name in window) return undefined;
  return new Promise((resolve) => {
    const entry = { name, run: resolve };
    waiting.add(entry);
    setTimeout(() => {
      waiting.delete(entry);
      resolve();
    }, PATIENCE_MS);
  });
}

/** After a script has run. */
export function variablesChanged(): void {
  for (const entry of waiting)
    if (entry.name in window) {
      waiting.delete(entry);
      entry.run();
    }
}
