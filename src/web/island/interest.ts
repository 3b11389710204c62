/**
 * Says to the server that the page of a script is open, and that its form was touched, so that a kernel waits for it.
 * It says so again every minute while somebody is there, and when the page is left.
 */

const AGAIN_MS = 60_000;
/** Nobody has moved or typed for this long: nobody is there. */
const AWAY_MS = 600_000;

type State = 'open' | 'touched';

const page = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join(
  '',
);
let said: { readonly url: string; readonly state: State } | undefined;
/** Address of the form that was touched since its last run. */
let touched = '';
let activeMs = Date.now();

export function startInterest(): void {
  document.addEventListener('input', (event) => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>('form[data-interest]');
    if (form !== null) touched = form.dataset['interest'] ?? '';
    sync();
  });
  document.addEventListener('submit', () => {
    touched = '';
  });
  for (const type of ['pointermove', 'keydown', 'scroll'] as const)
    document.addEventListener(type, noteActivity, { passive: true });
  document.addEventListener('visibilitychange', () => sync());
  window.addEventListener('pagehide', leave);
  window.addEventListener('pageshow', () => sync());
  // a run replaces the form, or changes it
  new MutationObserver(() => sync()).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ['data-interest', 'data-open'],
  });
  setInterval(() => sync(true), AGAIN_MS);
  sync();
}

function noteActivity(): void {
  const wasAway = Date.now() - activeMs > AWAY_MS;
  activeMs = Date.now();
  if (wasAway) sync();
}

/** Of the form that is shown; undefined if no run is expected from it. */
function current(): typeof said {
  const form = document.querySelector<HTMLFormElement>('#inputs-form[data-interest]');
  const url = form?.dataset['interest'] ?? '';
  if (form === null || document.visibilityState !== 'visible' || Date.now() - activeMs > AWAY_MS) return undefined;
  if (url === touched) return { url, state: 'touched' };
  return 'open' in form.dataset ? { url, state: 'open' } : undefined;
}

function sync(isAgain = false): void {
  const now = current();
  if (now === undefined) return leave();
  if (!isAgain && now.url === said?.url && now.state === said.state) return;
  send(now.url, now.state);
  said = now;
}

function leave(): void {
  if (said !== undefined) send(said.url, 'left');
  said = undefined;
}

function send(url: string, state: State | 'left'): void {
  navigator.sendBeacon(url, new URLSearchParams({ page, state }));
}
