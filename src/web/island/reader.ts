/**
 * What the reader has done inside the report's frame, as far as the page around it can tell by itself. A click or a key
 * there activates this page, too (HTML standard, "user activation"), and a key is let go where the focus is by then.
 * The frame's own word is worth nothing: scripts of outputs share its window.
 */

/** The message may overtake the news of the click, which comes through another process. */
const NEWS_MS = 1_000;
const LOOK_MS = 10;
/** A key that is not let go by then proves nothing. */
const KEY_UP_MS = 2_000;

/** True when the reader clicked or pressed a key on this page or in the frame within the last seconds. */
export async function isActive(): Promise<boolean> {
  for (let waitedMs = 0; !navigator.userActivation.isActive; waitedMs += LOOK_MS) {
    if (waitedMs >= NEWS_MS) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return true;
}

/**
 * True when the reader holds Ctrl or Cmd and this key: the focus is taken to `place`, and the key is let go here. A
 * frame that lies about the key moves the focus, which the reader sees, and nothing else.
 */
export function provesKey(key: string, place: HTMLElement): Promise<boolean> {
  return new Promise((resolve) => {
    let control = false;
    const finish = (proven: boolean) => {
      clearTimeout(clock);
      document.removeEventListener('keyup', see, true);
      resolve(proven);
    };
    const see = (event: KeyboardEvent) => {
      if (!event.isTrusted) return;
      control ||= event.ctrlKey || event.metaKey || event.key === 'Control';
      // macOS tells nothing of a key that is let go while Cmd is held, but of Cmd itself
      if (event.key === 'Meta' || (control && event.key.toLowerCase() === key)) finish(true);
    };
    const clock = setTimeout(finish, KEY_UP_MS, false);
    document.addEventListener('keyup', see, true);
    window.focus();
    place.focus({ preventScroll: true });
  });
}
