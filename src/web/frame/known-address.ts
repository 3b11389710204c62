/** Scripts and style sheets that scripts of outputs add by the address of a library: ours is loaded in its place. */
import { libraryAt, otherVersionText } from '../../render/library/library-address.ts';
import { noteRunning } from './failure.ts';
import type { Library } from '../../render/library/library.ts';
import { loadedValue, loadLibraries } from './library.ts';

/** From now on, for all elements of the document. */
export function watchAddresses(): void {
  watch(HTMLScriptElement, 'src');
  watch(HTMLLinkElement, 'href');
}

const setHref = Object.getOwnPropertyDescriptor(HTMLLinkElement.prototype, 'href')?.set as (address: string) => void;

function watch(type: typeof HTMLScriptElement | typeof HTMLLinkElement, name: 'src' | 'href'): void {
  const { prototype } = type;
  const own = Object.getOwnPropertyDescriptor(prototype, name);
  const { set } = own ?? {};
  if (own === undefined || set === undefined) return;
  const setAttribute = Element.prototype.setAttribute;
  Object.defineProperty(prototype, name, {
    ...own,
    set(this: HTMLElement, address: unknown) {
      if (!replaced(this, String(address))) set.call(this, address);
    },
  });
  prototype.setAttribute = function (this: HTMLElement, attribute: string, value: string) {
    if (String(attribute).toLowerCase() !== name || !replaced(this, String(value)))
      setAttribute.call(this, attribute, value);
  };
}

/** Whether our library is loaded instead; the element says when. */
function replaced(element: HTMLElement, address: string): boolean {
  const match = libraryAt(address);
  if (match.type === 'unknown') return false;
  if (match.type === 'other') {
    const note = noteRunning();
    element.addEventListener('error', () => note(otherVersionText(match, address)));
    return false;
  }
  if (match.type === 'ours' && match.library.isOfSheets === true) {
    linkSheet(element, match.library, address);
    return true;
  }
  const isNeeded = match.type === 'ours' && match.library.uses === undefined;
  const loaded = isNeeded ? loadLibraries([match.library.name]) : Promise.resolve();
  loaded.then(
    () => element.dispatchEvent(new Event('load')),
    () => element.dispatchEvent(new Event('error')),
  );
  return true;
}

/** Links that have not loaded yet. */
const pending = new Set<HTMLElement>();
const SHEETS_MS = 2_000;

/** Settles when the style sheets of what is drawn have loaded, or after a while: Panel shows texts only then. */
export async function sheetsLoaded(): Promise<void> {
  const end = performance.now() + SHEETS_MS;
  while ([...pending].some(({ isConnected }) => isConnected) && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

interface Sheets {
  readonly addressFor: (address: string) => string | undefined;
}

/**
 * The link stays where it is, as in the shadow root of a control; an address that is not known is asked as it is. At
 * once if the library is there: Panel compares addresses with those at the beginning.
 */
function linkSheet(element: HTMLElement, library: Library, address: string): void {
  pending.add(element);
  for (const type of ['load', 'error']) element.addEventListener(type, () => pending.delete(element));
  const link = (sheets: unknown) =>
    setHref.call(element, (sheets as Sheets | undefined)?.addressFor(address) ?? address);
  const loaded = (window as unknown as Record<string, unknown>)[library.global ?? ''];
  if (loaded !== undefined) link(loaded);
  else void loadedValue(library).then(link, () => link(undefined));
}
