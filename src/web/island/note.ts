/** Notes of the page about the report in its frame: that something was blocked, or that nothing answers. */

/** A frame that has not answered within this time after loading has no scripts: something blocks them. */
const SILENCE_MS = 10_000;

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

/** Says so when the frame does not answer. Returns a function to call when it answers, or is no longer shown. */
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

/** Once. Screen readers read text that is added to a note, but not a hidden note that is shown. */
function tell(id: string, word = (text: string) => text): void {
  const note = document.getElementById(id);
  if (note === null || !note.hidden) return;
  note.textContent = word(note.dataset['text'] ?? '');
  note.hidden = false;
}
