/** The headings of the report: for the table of contents around it or in it, and with a link to each. */
import {
  MAX_CONTENTS,
  MAX_CONTENTS_CHARS,
  type ContentsItem,
  type FromFrame,
} from '../../domain/report/frame-message.ts';
import { WORDS } from '../../render/report-text.ts';
import { fillContents, markCurrent } from '../contents.ts';

const HEADINGS =
  "#report > .cell:not([data-state='waiting'], [data-state='skipped']) .prose :is(h1, h2, h3, h4, h5, h6)[id]";
const DEEPEST = 3;
const MAX_PX = 10_000_000;

/** The last number of each id, so that many equal headings are not compared with each other. */
export type HeadingIds = Map<string, number>;

/**
 * Adds a link to each heading. Ids that are used twice get a number, so that each section has an address. `last` is
 * changed: the same for all parts of a report that come one after the other.
 */
export function linkHeadings(root: ParentNode, last: HeadingIds): void {
  for (const heading of root.querySelectorAll<HTMLElement>('.prose :is(h1, h2, h3, h4, h5, h6)[id]')) {
    if (heading.querySelector('.heading-link') !== null) continue;
    heading.id = freeId(heading, last);
    const link = document.createElement('a');
    link.className = 'heading-link';
    link.href = `#${encodeURIComponent(heading.id)}`;
    link.title = WORDS.copyLink;
    link.setAttribute('aria-label', WORDS.copyLinkTo(textOf(heading)));
    heading.append(link);
  }
}

function freeId(heading: HTMLElement, last: HeadingIds): string {
  const { id } = heading;
  for (let number = (last.get(id) ?? 0) + 1; number < MAX_CONTENTS; number += 1) {
    const wanted = number === 1 ? id : `${id}-${String(number)}`;
    const first = document.getElementById(wanted);
    if (first !== null && first !== heading) continue;
    last.set(id, number);
    return wanted;
  }
  return id;
}

/** At most `MAX_CONTENTS`, without the title that the page around shows. */
function contentsNow(): { readonly items: readonly ContentsItem[]; readonly tops: readonly number[] } {
  const items = [...document.querySelectorAll<HTMLElement>(HEADINGS)].flatMap((heading) => {
    const level = Number(heading.localName.slice(1));
    const text = textOf(heading).slice(0, MAX_CONTENTS_CHARS);
    if (level > DEEPEST || text === '' || heading.matches('[data-report-title], .tabs *, .markdown-alert *')) return [];
    const px = Math.round(placeOf(heading).getBoundingClientRect().top + window.scrollY);
    return [{ id: heading.id, level, text, px: Math.min(MAX_PX, Math.max(0, px)) }];
  });
  const shown = items.slice(0, MAX_CONTENTS);
  return { items: shown, tops: shown.map(({ px }) => px) };
}

/**
 * The heading, or its cell where that is far away and not laid out yet: asking for the place of what is in it would lay
 * it out, one cell after the other. In a report of 2,000 cells, this took 23 seconds.
 */
function placeOf(heading: HTMLElement): Element {
  const isLaidOut = heading.checkVisibility({ contentVisibilityAuto: true });
  return isLaidOut ? heading : (heading.closest('.cell') ?? heading);
}

/** Texts of headings as they were at the last look, by what these contained. */
const known = new WeakMap<HTMLElement, { readonly content: string; readonly text: string }>();

function textOf(heading: HTMLElement): string {
  const content = heading.textContent;
  const before = known.get(heading);
  if (before?.content === content) return before.text;
  const text = shownText(heading);
  known.set(heading, { content, text });
  return text;
}

/** Formulas occur twice in the page: drawn, and for readers that do not see them. */
function shownText(heading: HTMLElement): string {
  const copy = heading.cloneNode(true) as HTMLElement;
  for (const each of copy.querySelectorAll('.katex-mathml, .heading-link')) each.remove();
  return copy.textContent.replace(/\s+/g, ' ').trim();
}

/**
 * Keeps the table in the report up to date, if it has one; returns a function that also sends it to the page around,
 * where it has changed.
 */
export function watchContents(): (tell?: (message: FromFrame) => void) => void {
  const nav = document.querySelector<HTMLElement>('body > #report-contents');
  let tops: readonly number[] = [];
  let sent = '';
  const mark = () => {
    if (nav !== null) markCurrent(nav, tops, window.scrollY);
  };
  if (nav !== null) {
    window.addEventListener('scroll', mark, { passive: true });
    nav.addEventListener('click', ({ target }) => {
      if (target instanceof Element && target.closest('a') !== null && !isBeside(nav))
        nav.querySelector('details')?.removeAttribute('open');
    });
  }
  return (tell) => {
    const contents = contentsNow();
    tops = contents.tops;
    if (nav !== null) fillContents(nav, contents.items);
    mark();
    const text = JSON.stringify(contents.items);
    if (tell === undefined || text === sent) return;
    sent = text;
    tell({ type: 'contents', items: contents.items });
  };
}

/** Where there is room, the table is always open beside the text. */
function isBeside(nav: HTMLElement): boolean {
  return getComputedStyle(nav).position === 'fixed';
}
