/** The table of contents beside the report, which sends its headings. This page scrolls, so it marks the current. */
import type { ContentsItem } from '../../domain/report/frame-message.ts';
import { fillContents, markCurrent } from '../contents.ts';
import { goToOwnPlace } from './place.ts';

/** There the table is always open, beside or below the inputs. */
const beside = matchMedia('(min-width: 1100px)');

let tops: readonly number[] = [];
let awaited = false;

export function startContents(): void {
  window.addEventListener('scroll', markSoon, { passive: true });
  window.addEventListener('resize', markSoon);
  beside.addEventListener('change', unfold);
  document.addEventListener('click', (event) => {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>('#contents a');
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goToOwnPlace(decodeURIComponent(link.hash.slice(1)));
    if (!beside.matches) navOf()?.querySelector('details')?.removeAttribute('open');
  });
}

/** An empty list for a report that has not sent any. */
export function showContents(items: readonly ContentsItem[]): void {
  const nav = navOf();
  if (nav === null) return;
  tops = items.map(({ px }) => px);
  fillContents(nav, items);
  unfold();
  mark();
}

function navOf(): HTMLElement | null {
  return document.getElementById('contents');
}

function unfold(): void {
  const details = navOf()?.querySelector('details');
  if (details != null && beside.matches) details.open = true;
}

function markSoon(): void {
  if (awaited) return;
  awaited = true;
  requestAnimationFrame(mark);
}

function mark(): void {
  awaited = false;
  const nav = navOf();
  const frame = document.querySelector('iframe.report');
  if (nav === null || frame === null || nav.hidden) return;
  const top = document.querySelector('.top')?.getBoundingClientRect().bottom ?? 0;
  markCurrent(nav, tops, top - frame.getBoundingClientRect().top);
}
