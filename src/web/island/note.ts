/** What the page has to say about the report in its frame: that something was blocked, or that nothing answers. */

/** A frame that has not answered by then, after it was loaded, has no scripts: something keeps them from it. */
const SILENCE_MS = 10_000;

export function tellBlocked(host: string): void {
  tell('run-blocked', (text) => text.replace('{host}', host.slice(0, 100)));
}

/** Says that a report talks too much to be listened to. */
export function tellFlood(): void {
  tell('run-flooded');
}

/** Says why a report is no longer there. */
export function tellThief(): void {
  tell('run-thief');
}

/** Says so when the frame stays silent. Answers the function to call when it speaks, or is no longer shown. */
export function awaitAnswer(frame: HTMLIFrameElement): () => void {
  let clock = setTimeout(tell, SILENCE_MS, 'run-silent');
  const loaded = () => {
    clearTimeout(clock);
    clock = setTimeout(tell, SILENCE_MS, 'run-silent');
  };
  frame.addEventListener('load', loaded);
  return () => {
    clearTimeout(clock);
    frame.removeEventListener('load', loaded);
    document.getElementById('run-silent')?.setAttribute('hidden', '');
  };
}

/** Once. Text that comes into a note is read out; a note that stood there hidden is not. */
function tell(id: string, word = (text: string) => text): void {
  const note = document.getElementById(id);
  if (note === null || !note.hidden) return;
  note.textContent = word(note.dataset['text'] ?? '');
  note.hidden = false;
}
