/** Links to a place in the report. In the run page the report does not scroll: the page around it does. */
import type { FromFrame } from '../../domain/report/frame-message.ts';

/** The element with this id or name; the report itself for its top; undefined if there is none. */
export function findPlace(id: string): Element | undefined {
  const named = document.getElementById(id) ?? document.getElementsByName(id)[0];
  if (named !== undefined) return named;
  return id === '' || id.toLowerCase() === 'top' ? document.documentElement : undefined;
}

/**
 * Scrolls to the place, where the report itself scrolls. The answer is how far down it is in a frame of `framePx`,
 * which the page may be about to give it.
 */
export function showPlace(id: string, framePx: number): FromFrame | undefined {
  const place = findPlace(id);
  if (place === undefined) return undefined;
  // what is not laid out has no certain height
  document.documentElement.dataset['placed'] = '';
  for (let fold = place.closest('details'); fold !== null; fold = fold.parentElement?.closest('details') ?? null)
    fold.open = true;
  for (const hidden of hiddenAround(place)) {
    // as the browser's search does it
    hidden.dispatchEvent(new Event('beforematch', { bubbles: true }));
    hidden.removeAttribute('hidden');
  }
  const margin = Number.parseFloat(getComputedStyle(place).scrollMarginTop) || 0;
  const px = place.getBoundingClientRect().top + window.scrollY - margin;
  // `scrollIntoView` would also scroll the page around, at a moment of its own
  window.scrollTo({ top: px });
  if (document.hasFocus()) focus(place);
  const scrolledPx = framePx > window.innerHeight ? 0 : window.scrollY;
  return { type: 'place', px: Math.max(0, Math.round(px - scrolledPx)) };
}

/** Code that is hidden, panels of tabs: the outermost first. */
function hiddenAround(place: Element): Element[] {
  const around: Element[] = [];
  for (let at = place.closest("[hidden='until-found']"); at !== null;) {
    around.unshift(at);
    at = at.parentElement?.closest("[hidden='until-found']") ?? null;
  }
  return around;
}

/** Tab continues from there. */
function focus(place: Element): void {
  if (!(place instanceof HTMLElement) || place === document.documentElement) return;
  if (place.tabIndex < 0) place.setAttribute('tabindex', '-1');
  place.focus({ preventScroll: true });
}

/** The id that an address within the report names; undefined for any other address. */
export function placeOf(address: string): string | undefined {
  if (!address.startsWith('#')) return undefined;
  try {
    return decodeURIComponent(address.slice(1));
  } catch {
    return address.slice(1);
  }
}
