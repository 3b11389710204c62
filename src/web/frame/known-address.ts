/** Scripts and style sheets that scripts of outputs add by the address of a library: ours is loaded in its place. */
import { libraryAt, otherVersionText } from '../../render/library/library-address.ts';
import { noteRunning } from './failure.ts';
import { loadLibraries } from './library.ts';

/** From now on, for all elements of the document. */
export function watchAddresses(): void {
  watch(HTMLScriptElement, 'src');
  watch(HTMLLinkElement, 'href');
}

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
  const isNeeded = match.type === 'ours' && match.library.uses === undefined;
  const loaded = isNeeded ? loadLibraries([match.library.name]) : Promise.resolve();
  loaded.then(
    () => element.dispatchEvent(new Event('load')),
    () => element.dispatchEvent(new Event('error')),
  );
  return true;
}
