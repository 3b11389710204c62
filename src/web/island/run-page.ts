/** The page of a script or a run: the report's frame, its tools, and the live stream during a run. */
import type { FromFrame } from '../../domain/report/frame-message.ts';
import { showContents } from './contents.ts';
import { copyText, openLink, pressKey, saveFile } from './frame-action.ts';
import { openPort, sendToFrame } from './frame-port.ts';
import { followRun } from './live.ts';
import { tellHeight } from './embed-height.ts';
import { createHeartbeat } from './heartbeat.ts';
import { awaitAnswer, stopScripts, tellBlocked, tellFlood } from './note.ts';
import { goToPlace, placeAddress, scrollToPlace, showAddressedPlace, tellWindow } from './place.ts';
import { printSheets } from './print.ts';
import { readRows } from './table-rows.ts';

const WIDE_KEY = 'script-runner-wide';
/** Of a report of about 20,000 short steps; what is higher scrolls inside its frame. */
const MAX_HEIGHT_PX = 4_000_000;
/** A frame that has not answered within this time shows no patches, but the bar must be updated. */
const PATIENCE_MS = 4_000;

const wide = matchMedia('(min-width: 1100px)');

let shown: { readonly frame: HTMLIFrameElement; readonly connection: LiveConnection } | undefined;

export function startRunPage(): void {
  document.addEventListener('click', (event) => {
    const button = (event.target as HTMLElement).closest<HTMLButtonElement>('[data-wide]');
    if (button === null) return;
    const pressed = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(pressed));
    keepWide(pressed);
    applyWide();
  });
  wide.addEventListener('change', unfold);
  syncRunPage();
}

/** Inputs beside the report are always open; on a phone those of a run are folded above it. */
function unfold(): void {
  if (wide.matches) for (const fold of document.querySelectorAll<HTMLDetailsElement>('.inputs-fold')) fold.open = true;
}

/** Connects to the frame that is on the page now; called after every change of the page. */
export function syncRunPage(): void {
  unfold();
  applyWide();
  const frame = document.querySelector<HTMLIFrameElement>('iframe.report');
  if (frame !== null && frame === shown?.frame) return shown.connection.refresh();
  shown?.connection.stop();
  shown = frame === null ? undefined : { frame, connection: connect(frame) };
}

/** Browsers can refuse storage, above all in pages of other sites. */
function isWide(): boolean {
  try {
    return localStorage.getItem(WIDE_KEY) === 'true';
  } catch {
    return false;
  }
}

function keepWide(on: boolean): void {
  try {
    localStorage.setItem(WIDE_KEY, String(on));
  } catch {
    // it is not remembered
  }
}

function applyWide(): void {
  const on = isWide();
  document.querySelector('.sheet')?.classList.toggle('wide', on);
  sendToFrame({ type: 'wide', wide: on });
  document.querySelector('[data-wide]')?.setAttribute('aria-pressed', String(on));
}

interface LiveConnection {
  stop(): void;
  /** The page was loaded again, and may be older than the stream's last message: requests the current state. */
  refresh(): void;
}

function connect(frame: HTMLIFrameElement): LiveConnection {
  showContents([]);
  let unfollow: (() => void) | undefined;
  let isReady = false;
  let shownSeq = 0;
  const hearStep = (seq: number, ended: boolean) => {
    shownSeq = seq;
    if (ended && isReady) delete frame.dataset['live'];
  };
  // it sends `ready` again, and is followed from there; one that sends nothing shows no patches
  const readAgain = (seq: number) => (isReady ? frame.setAttribute('src', frame.src) : follow(seq));
  const follow = (seq: number) => {
    const { live } = frame.dataset;
    unfollow?.();
    shownSeq = seq;
    // a frame that is not ready misses messages: it must be followed again when it is
    if (live !== undefined) unfollow = followRun(live, seq, { onStep: hearStep, onBehind: readAgain });
  };
  const patience = setTimeout(() => follow(0), PATIENCE_MS);
  const onSilence = () => {
    void stopScripts(frame).then((isReplaced) => {
      if (isReplaced) syncRunPage();
    });
  };
  const heard = awaitAnswer(frame, onSilence);
  const heartbeat = createHeartbeat(() => sendToFrame({ type: 'ping' }), onSilence);
  const onMessage = (message: FromFrame) => {
    if (message.type === 'ready') {
      clearTimeout(patience);
      heard();
      heartbeat.heard();
      isReady = true;
      applyWide();
      tellWindow();
      showAddressedPlace();
      follow(message.seq);
    } else {
      heartbeat.heard();
      hear(frame, message);
    }
  };
  const onFlood = () => {
    heard();
    tellFlood();
  };
  const hangUp = openPort(frame, { onMessage, onFlood });
  return {
    stop() {
      clearTimeout(patience);
      heard();
      heartbeat.stop();
      hangUp();
      unfollow?.();
    },
    refresh() {
      if (isReady) follow(shownSeq);
    },
  };
}

function hear(frame: HTMLIFrameElement, message: FromFrame): void {
  if (message.type === 'height') setHeight(frame, message.px);
  if (message.type === 'key') void pressKey(frame, message.key);
  if (message.type === 'sheets') printSheets(message.count);
  if (message.type === 'blocked') tellBlocked(message.host);
  if (message.type === 'go') void goToPlace(message.id);
  if (message.type === 'place') scrollToPlace(frame, message.px);
  if (message.type === 'contents') showContents(message.items);
  if (message.type === 'copy') void copyText(message.text);
  if (message.type === 'copy-link') void copyText(placeAddress(message.id));
  if (message.type === 'link') void openLink(frame, message.url);
  if (message.type === 'rows') void readRows(frame, message);
  if (message.type === 'save') void saveFile(message.name, message.bytes);
}

/** A growing report is scrolled only for a reader at its end. */
function setHeight(frame: HTMLIFrameElement, px: number): void {
  frame.dataset['heightPx'] = String(px);
  tellHeight(frame, px);
  // alone on its page, it scrolls by itself
  if ('alone' in frame.dataset) return;
  const page = document.documentElement;
  const atEnd =
    'live' in frame.dataset && page.scrollTop > 0 && page.scrollTop + page.clientHeight >= page.scrollHeight - 8;
  frame.style.blockSize = `${String(Math.min(MAX_HEIGHT_PX, Math.ceil(px)) + 2)}px`;
  if (atEnd) page.scrollTop = page.scrollHeight;
}
