/** Small buttons at code and outputs: copy the text, show all lines of a long one, enlarge or save a picture. */
import { MAX_COPIED_CHARS } from '../../domain/report/frame-message.ts';
import { WORDS } from '../../render/report-text.ts';

const TEXTS = '.code-block, .output-stream, .output-text';
/** More get no buttons: a reader of a report does not use thousands. */
const MOST = 1000;
/** Text is cut at a greater height. */
const LOW_PX = 200;

let count = 0;

type Copy = (text: string) => Promise<void> | void;

export function addTools(root: ParentNode, copy: Copy): void {
  const within = (selector: string) => [
    ...(root instanceof HTMLElement && root.matches(selector) ? [root] : []),
    ...root.querySelectorAll<HTMLElement>(selector),
  ];
  for (const place of within(TEXTS)) {
    const tools = addBar(place);
    if (tools === undefined) continue;
    tools.append(moreButton(place), copyButton(place, copy));
  }
  for (const place of within('.output-image')) {
    const image = place.querySelector('img');
    if (image !== null) addBar(place)?.append(...pictureButtons(place, image));
  }
}

function addBar(place: HTMLElement): HTMLElement | undefined {
  if (count >= MOST || place.querySelector(':scope > .tools') !== null) return undefined;
  count += 1;
  const bar = document.createElement('div');
  bar.className = 'tools';
  place.prepend(bar);
  return bar;
}

function button(text: string, act: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.addEventListener('click', act);
  return made;
}

function copyButton(place: HTMLElement, copy: Copy): HTMLElement {
  return button(WORDS.copy, () => void copy(textOf(place).slice(0, MAX_COPIED_CHARS)));
}

/** Without the buttons. */
function textOf(place: HTMLElement): string {
  const parts = place.matches('pre') ? place.querySelectorAll('code') : place.querySelectorAll('pre');
  return [...parts].map(({ textContent }) => textContent).join('');
}

const sized = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const more = target.querySelector<HTMLElement>(':scope > .tools > .more');
    if (more !== null) say(target as HTMLElement, more);
  }
});

/** For text that scrolls in a small area; hidden while nothing is cut. */
function moreButton(place: HTMLElement): HTMLElement {
  const more = button('', () => {
    place.classList.toggle('unfolded');
    say(place, more);
  });
  more.className = 'more';
  more.hidden = true;
  sized.observe(place);
  return more;
}

function say(place: HTMLElement, more: HTMLElement): void {
  const isUnfolded = place.classList.contains('unfolded');
  // what is hidden has no height
  const isCut =
    place.clientHeight > LOW_PX &&
    place.scrollHeight > place.clientHeight + 1 &&
    getComputedStyle(place).overflowY === 'auto';
  more.hidden = place.matches('.code-block') || (!isUnfolded && !isCut);
  if (more.hidden) return;
  const lines = textOf(place).trimEnd().split('\n').length;
  more.textContent = isUnfolded ? WORDS.showLess : WORDS.showAllLines(lines);
}

function pictureButtons(place: HTMLElement, image: HTMLImageElement): HTMLElement[] {
  const save = button(WORDS.savePicture, () => {
    const link = document.createElement('a');
    link.href = image.currentSrc || image.src;
    link.download = `${image.alt.replace(/[^\p{L}\p{N} _-]/gu, '').trim() || 'figure'}.${kindOf(link.href)}`;
    link.click();
  });
  if (!document.fullscreenEnabled) return [save];
  const zoom = button(WORDS.enlarge, () => {
    if (document.fullscreenElement === null) void place.requestFullscreen().catch(() => undefined);
    else void document.exitFullscreen();
  });
  place.addEventListener('fullscreenchange', () => {
    zoom.textContent = document.fullscreenElement === place ? WORDS.close : WORDS.enlarge;
  });
  return [zoom, save];
}

function kindOf(address: string): string {
  return /^data:image\/(\w+)/.exec(address)?.[1]?.replace('jpeg', 'jpg') ?? 'png';
}
