/**
 * Places within a report: in a run page the report does not scroll, so this page scrolls for it. The address names the
 * place, as it would if the report were the page.
 */
import { sendToFrame } from './frame-port.ts';
import { createRate } from './rate.ts';
import { isActive } from './reader.ts';

/** Room above the place. */
const GAP_PX = 12;

const mayGo = createRate(5, 2);
let isAwaited = false;

/** Without the part after `#`. */
let path = pathNow();

export function startPlaces(): void {
  window.addEventListener('hashchange', showAddressedPlace);
  window.addEventListener('resize', tellWindow);
}

/** Called after every change of the page's address. */
export function notePath(): void {
  path = pathNow();
}

/** Whether the address differs from the shown page's by more than the place. */
export function hasNewPath(): boolean {
  return pathNow() !== path;
}

function pathNow(): string {
  return location.pathname + location.search;
}

/** The reader followed a link of the report. */
export async function goToPlace(id: string): Promise<void> {
  if (!mayGo() || !(await isActive())) return;
  goToOwnPlace(id);
}

/** The reader followed a link of this page to a place in the report. */
export function goToOwnPlace(id: string): void {
  const hash = id === '' ? '' : `#${encodeURIComponent(id)}`;
  if (hash !== location.hash) history.pushState(null, '', pathNow() + hash);
  ask(id);
}

/** The address of a place in the report. */
export function placeAddress(id: string): string {
  return new URL(`${pathNow()}#${encodeURIComponent(id)}`, location.href).href;
}

/** Goes to the place that the address names, if it names one. */
export function showAddressedPlace(): void {
  const id = decoded(location.hash.slice(1));
  if (id !== '') ask(id);
}

/** The frame's answer, which counts once for each question. */
export function scrollToPlace(frame: HTMLIFrameElement, px: number): void {
  if (!isAwaited || 'alone' in frame.dataset) return;
  isAwaited = false;
  const top = document.querySelector('.top')?.getBoundingClientRect().bottom ?? 0;
  const y = frame.getBoundingClientRect().top + window.scrollY + px - top - GAP_PX;
  window.scrollTo({ top: px === 0 ? 0 : y });
}

/** Heights in an output that follow the window's are those of this window, not of the frame. */
export function tellWindow(): void {
  const frame = document.querySelector<HTMLIFrameElement>('iframe.report');
  if (frame === null || 'alone' in frame.dataset) return;
  // a page of another site makes its frame as high as this page: that height may not make this page higher
  const isFramed = document.querySelector('[data-embedded]') !== null;
  sendToFrame({ type: 'window', heightPx: isFramed ? screen.availHeight : window.innerHeight });
}

function ask(id: string): void {
  isAwaited = true;
  sendToFrame({ type: 'show', id });
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
