/** Notes of the page about the report in its frame: that something was blocked, or that nothing answers. */

/** A frame that has not answered within this time after loading has no scripts: something blocks them. */
const SILENCE_MS = 10_000;
/** A script that never ends may keep a frame from ever having loaded. */
const LOADING_MS = 30_000;
/** After this time browsers have ended the process of a frame that was removed. */
const ENDING_MS = 5_000;

export function tellBlocked(host: string): void {
  tell('run-blocked', (text) => text.replace('{host}', host.slice(0, 100)));
}

/** Says that a report sends too many messages and is ignored. */
export function tellFlood(): void {
  tell('run-flooded');
}

/** Says why a report was closed. */
export function tellThief(): void {
  tell('run-thief');
}

/**
 * Says so when the frame does not answer, and calls `onSilence` when it still does not: one of its scripts may never
 * end. Returns a function to call when it answers, or is no longer shown.
 */
export function awaitAnswer(frame: HTMLIFrameElement, onSilence: () => void): () => void {
  const say = () => {
    tell('run-silent');
    clock = setTimeout(onSilence, SILENCE_MS);
  };
  // on a slow connection it has not come yet
  let clock = setTimeout(() => {
    tell('run-silent');
    clock = setTimeout(onSilence, LOADING_MS);
  }, SILENCE_MS);
  const loaded = () => {
    clearTimeout(clock);
    clock = setTimeout(say, SILENCE_MS);
  };
  frame.addEventListener('load', loaded);
  return () => {
    clearTimeout(clock);
    frame.removeEventListener('load', loaded);
    document.getElementById('run-silent')?.setAttribute('hidden', '');
  };
}

/**
 * Shows the report without the scripts of its outputs, and says so; false if it is shown so already. The frame is
 * replaced: one whose script never ends loads nothing else.
 */
export async function stopScripts(frame: HTMLIFrameElement): Promise<boolean> {
  const url = new URL(frame.src);
  if (url.searchParams.has('scripts')) return false;
  url.searchParams.set('scripts', 'off');
  const next = frame.cloneNode() as HTMLIFrameElement;
  next.src = url.href;
  const place = document.createElement('div');
  frame.replaceWith(place);
  await new Promise((resolve) => setTimeout(resolve, ENDING_MS));
  place.replaceWith(next);
  document.getElementById('run-silent')?.setAttribute('hidden', '');
  tell('run-endless');
  return true;
}

/** Once. Screen readers read text that is added to a note, but not a hidden note that is shown. */
function tell(id: string, word = (text: string) => text): void {
  const note = document.getElementById(id);
  if (note === null || !note.hidden) return;
  note.textContent = word(note.dataset['text'] ?? '');
  note.hidden = false;
}
