/**
 * Parts of a page that refresh themselves: those with an id and `data-refresh` (seconds). The page is loaded again and
 * only they change; what is open, focused or typed stays. Nothing is loaded while the page is hidden.
 */
import { morph } from './morph.ts';
import { refilter } from './search.ts';

const AIMING_MS = 2_000;

let timer: ReturnType<typeof setTimeout> | undefined;
let movedMs = 0;

export function startRefresh(): void {
  document.addEventListener(
    'pointermove',
    () => {
      movedMs = Date.now();
    },
    { passive: true },
  );
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void refresh();
  });
  schedule();
}

function parts(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('[data-refresh][id]')];
}

/** Checks for parts every second: a visit may have added or removed some. */
function schedule(waitedS = 0): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const dueS = Math.min(...parts().map(({ dataset }) => Number(dataset['refresh'])));
    if (waitedS + 1 < dueS || document.visibilityState !== 'visible') schedule(Math.min(waitedS + 1, dueS));
    else void refresh();
  }, 1_000);
}

async function refresh(): Promise<void> {
  clearTimeout(timer);
  const url = location.href;
  const response =
    parts().length === 0
      ? undefined
      : await fetch(url, { headers: { accept: 'text/html' }, cache: 'no-store' }).catch(() => undefined);
  const html = response?.ok === true && !response.redirected ? await response.text().catch(() => undefined) : undefined;
  if (html !== undefined && url === location.href) show(new DOMParser().parseFromString(html, 'text/html'));
  schedule();
}

/** A button that the pointer is about to press, or that was pressed, does not move away. */
function isInUse(part: HTMLElement): boolean {
  return (
    part.querySelector('button[aria-busy]') !== null ||
    (Date.now() - movedMs < AIMING_MS && part.querySelector('button:hover') !== null)
  );
}

function show(page: Document): void {
  for (const part of parts()) {
    const next = page.getElementById(part.id);
    if (next !== null && !isInUse(part)) morph(part, next, { keepOpen: true });
  }
  refilter();
}
