/**
 * A report must not take the focus from who types into the page around it: it would get the rest of a password.
 * Browsers let frames take it. Here it is taken back at once, and a report that goes on is closed.
 */
import { tellThief } from './note.ts';
import { isActive } from './reader.ts';

/** Tab leads into the frame within this time. */
const TAB_MS = 500;
/** What a reader did on the page counts for the frame, too, for so long (transient activation), and a little more. */
const ACTIVE_MS = 5_500;
/** An output with a field of its own may ask for the focus once or twice. */
const THEFTS = 3;
const FIELD = 'input, textarea, select';

const thefts = new WeakMap<HTMLIFrameElement, number>();
let field: HTMLElement | undefined;
let tabbedMs = -Infinity;
/** When the reader last did something on this page, outside of the frame. */
let actedMs = -Infinity;
/** Whether the reader has typed since the last theft: who only clicks in the report meets none. */
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
  // a click in the frame shows here by nothing else, and not while an own one still counts
  if (now - actedMs > ACTIVE_MS && (await isActive())) return;
  if (typed) thefts.set(frame, (thefts.get(frame) ?? 0) + 1);
  typed = false;
  // not within the event: the browser is about to give the keys to the frame
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
