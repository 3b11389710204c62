/**
 * What the reader has done inside the report's frame, as far as the page around it can tell by itself. A click or a key
 * there also activates this page (HTML standard, "user activation"), and a key is released where the focus is by then.
 * Messages of the frame prove nothing: scripts of outputs share its window.
 */

/** The message may arrive before the browser reports the click, which comes through another process. */
const NEWS_MS = 1_000;
const LOOK_MS = 10;
/** A key that is not released within this time proves nothing. */
const KEY_UP_MS = 2_000;

/** True if the reader clicked or pressed a key on this page or in the frame within the last seconds. */
export async function isActive(): Promise<boolean> {
  for (let waitedMs = 0; !navigator.userActivation.isActive; waitedMs += LOOK_MS) {
    if (waitedMs >= NEWS_MS) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return true;
}

/**
 * True if the reader holds Ctrl or Cmd and this key: the focus is moved to `place`, and the key is released here. A
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
      // while Cmd is held, macOS reports no release of other keys, only of Cmd itself
      if (event.key === 'Meta' || (control && event.key.toLowerCase() === key)) finish(true);
    };
    const clock = setTimeout(finish, KEY_UP_MS, false);
    document.addEventListener('keyup', see, true);
    window.focus();
    place.focus({ preventScroll: true });
  });
}
