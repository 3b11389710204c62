/**
 * A report must not take the focus from a reader who types into the page around it: it would get the rest of a
 * password. Browsers let frames take it. Here it is taken back at once, and a report that repeats this is closed.
 */
import { tellThief } from './note.ts';
import { isActive } from './reader.ts';

/** Tab moves into the frame within this time. */
const TAB_MS = 500;
/** How long the reader's input on the page also counts for the frame (transient activation), and a little more. */
const ACTIVE_MS = 5_500;
/** An output with a field of its own may request the focus once or twice. */
const THEFTS = 3;
const FIELD = 'input, textarea, select';

const thefts = new WeakMap<HTMLIFrameElement, number>();
let field: HTMLElement | undefined;
let tabbedMs = -Infinity;
/** When the reader last used this page, outside of the frame. */
let actedMs = -Infinity;
/** Whether the reader has typed since the last theft: a reader who only clicks in the report is never stopped. */
let typed = false;

export function startFrameFocus(): void {
  const noteKey = ({ key }: KeyboardEvent) => {
    actedMs = performance.now();
    typed = true;
    if (key === 'Tab' || key === 'F6') tabbedMs = actedMs;
  };
  const notePointer = ({ target }: PointerEvent) => {
    actedMs = performance.now();
    if (target !== field) field = undefined;
  };
  document.addEventListener('keydown', noteKey, true);
  document.addEventListener('pointerdown', notePointer, true);
  document.addEventListener('focusin', ({ target }) => {
    field = target instanceof HTMLElement && target.matches(FIELD) ? target : undefined;
  });
  window.addEventListener('blur', () => {
    const frame = document.activeElement;
    if (frame instanceof HTMLIFrameElement && field?.isConnected === true) void judge(frame, field);
  });
}

async function judge(frame: HTMLIFrameElement, place: HTMLElement): Promise<void> {
  const now = performance.now();
  if (now - tabbedMs < TAB_MS) return;
  // a click in the frame shows here by nothing else, and not while one on this page still counts
  if (now - actedMs > ACTIVE_MS && (await isActive())) return;
  if (typed) thefts.set(frame, (thefts.get(frame) ?? 0) + 1);
  typed = false;
  // not within the event: the browser is about to give the keyboard to the frame
  setTimeout(() => {
    if ((thefts.get(frame) ?? 0) < THEFTS) frame.blur();
    else {
      frame.remove();
      tellThief();
    }
    window.focus();
    place.focus({ preventScroll: true });
  });
}
