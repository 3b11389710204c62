/** A table of contents: the same in the page around a report and in a report by itself. */
import type { ContentsItem } from '../domain/report/frame-message.ts';

/** Fewer headings need no table. */
const FEWEST = 2;
/** A section is the current one from a little before its heading reaches the top. */
const AHEAD_PX = 96;

export type Heading = Pick<ContentsItem, 'id' | 'level' | 'text'>;

/** Puts links to the headings into the table, which changes of the page then leave alone; hides it for too few. */
export function fillContents(nav: HTMLElement, items: readonly Heading[]): void {
  const list = nav.querySelector('ol');
  nav.hidden = items.length < FEWEST;
  if (list === null) return;
  nav.dataset['filled'] = '';
  const top = Math.min(...items.map(({ level }) => level));
  const old = [...list.querySelectorAll('a')].map((link) => `${link.dataset['level'] ?? ''}${link.hash}${link.text}`);
  const links = items.map((item) => linkTo(item, item.level - top));
  if (links.map((link) => `${link.dataset['level'] ?? ''}${link.hash}${link.text}`).join('\n') === old.join('\n'))
    return;
  list.replaceChildren(
    ...links.map((link) => {
      const entry = document.createElement('li');
      entry.append(link);
      return entry;
    }),
  );
}

function linkTo({ id, text }: Heading, level: number): HTMLAnchorElement {
  const link = document.createElement('a');
  link.href = `#${encodeURIComponent(id)}`;
  link.dataset['level'] = String(Math.min(level, 3));
  link.textContent = text;
  return link;
}

/** Marks the section in which `y` is; `tops` are the headings' in the same coordinates. */
export function markCurrent(nav: HTMLElement, tops: readonly number[], y: number): void {
  const at = tops.findLastIndex((top) => top <= y + AHEAD_PX);
  const links = [...nav.querySelectorAll('a')];
  for (const [index, link] of links.entries()) {
    if (index !== at) link.removeAttribute('aria-current');
    else if (!link.hasAttribute('aria-current')) {
      link.setAttribute('aria-current', 'true');
      keepInView(link);
    }
  }
  const here = nav.querySelector('.contents-here');
  if (here !== null) here.textContent = links[at]?.textContent ?? '';
}

/** Scrolls the table only: the page stays where it is. */
function keepInView(link: HTMLElement): void {
  const list = link.closest('ol');
  if (list === null || list.scrollHeight <= list.clientHeight) return;
  const px = link.getBoundingClientRect().top - list.getBoundingClientRect().top;
  if (px < 0 || px > list.clientHeight - 32) list.scrollTop += px - list.clientHeight / 2;
}
