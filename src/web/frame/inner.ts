/** What the frames within the report say, by the script that stands at their beginning. */
import { INNER_KEY, type InnerMessage } from '../../render/frame-watch.ts';
import { failureText, isNoted, noteIn } from './failure.ts';
import { createHeightFilter, type HeightFilter } from './height.ts';

declare global {
  interface Window {
    /** What frames said before this script ran; filled by a line in the document's head. */
    innerEarly?: MessageEvent<unknown>[] | undefined;
  }
}

const heights = new WeakMap<Element, HeightFilter>();
const MAX_HEIGHT_PX = 100_000;
/** Frames that have drawn. */
const drawn = new WeakSet<Element>();
/** Who waits for the next of them. */
let onDrawn: (() => void) | undefined;
/** For all frames of a report: some never say that they have drawn. */
const DRAW_MS = 8_000;

export interface InnerListener {
  readonly onBlocked: (blocked: NonNullable<InnerMessage['blocked']>, frame: Element) => void;
  readonly onLink: (address: string) => void;
}

/** From now on listens to the frames that are in the document. */
export function watchInner({ onBlocked, onLink }: InnerListener): void {
  const hear = ({ data, source }: MessageEvent<unknown>) => {
    const said = (data as { readonly [INNER_KEY]?: unknown } | null)?.[INNER_KEY];
    if (typeof said !== 'object' || said === null) return;
    const frame = [...document.querySelectorAll('iframe')].find(({ contentWindow }) => contentWindow === source);
    if (frame === undefined) return;
    const { blocked, failed, isBlank, isDrawn, heightPx, link } = said as InnerMessage;
    if (blocked !== undefined) {
      const { blockedURI, effectiveDirective } = blocked;
      onBlocked({ blockedURI: String(blockedURI), effectiveDirective: String(effectiveDirective) }, frame);
    }
    const text = failed === undefined ? undefined : failureText(String(failed));
    if (text !== undefined) noteIn(frame, text);
    if (isBlank === true && isNoted(frame)) placeOf(frame).hidden = true;
    if (isDrawn === true) {
      drawn.add(frame);
      onDrawn?.();
    }
    if (typeof heightPx === 'number' && heightPx >= 0) setHeight(frame, heightPx);
    if (typeof link === 'string') onLink(link);
  };
  for (const event of window.innerEarly ?? []) hear(event);
  window.innerEarly = undefined;
  window.addEventListener('message', hear);
}

/** Settles when all frames of the report have drawn. Browsers draw those that are visible, so each is shown once. */
export async function framesDrawn(): Promise<void> {
  const end = performance.now() + DRAW_MS;
  for (const frame of document.querySelectorAll<HTMLIFrameElement>('iframe[srcdoc]')) {
    if (!frame.checkVisibility()) continue;
    frame.loading = 'eager';
    frame.scrollIntoView();
    while (!drawn.has(frame) && performance.now() < end)
      await new Promise<void>((resolve) => {
        onDrawn = resolve;
        setTimeout(resolve, end - performance.now());
      });
  }
  scrollTo(0, 0);
}

/** What a frame that shows nothing takes up: with its parent, where that has the height for it. */
function placeOf(frame: HTMLElement): HTMLElement {
  const { parentElement: parent } = frame;
  const isInside = parent !== null && !parent.matches('.output') && getComputedStyle(frame).position === 'absolute';
  return isInside ? parent : frame;
}

function setHeight(frame: HTMLIFrameElement, px: number): void {
  if (!frame.matches('.isolated')) return;
  const filter = heights.get(frame) ?? createHeightFilter();
  heights.set(frame, filter);
  const { clientWidth: width, clientHeight: height } = frame;
  frame.style.height = `${String(Math.min(MAX_HEIGHT_PX, Math.ceil(filter.request(px, { width, height }))))}px`;
}
