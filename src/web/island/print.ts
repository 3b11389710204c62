/**
 * Ctrl + P and the Print button: the report in its frame is first laid out in sheets. The browser's own menu does not
 * call us.
 */
import { asPrinted, CAN_LAY_OUT_SHEETS, SHEET_WIDTH_PX } from '../print.ts';
import { sendToFrame } from './frame-port.ts';
import { toast } from './toast.ts';

/** A report that does not answer within this time is printed unchanged. */
const PATIENCE_MS = 5_000;

let waiting: ReturnType<typeof setTimeout> | undefined;
const root = document.documentElement;

export function startPrint(): void {
  if (CAN_LAY_OUT_SHEETS) {
    document.addEventListener('keydown', (event) => {
      if (event.key === 'p' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey)
        askForSheets(event);
    });
    document.addEventListener('click', (event) => {
      if ((event.target as HTMLElement).closest('a.print') !== null) askForSheets(event);
    });
  } else {
    document.addEventListener('click', (event) => {
      const link = (event.target as HTMLElement).closest<HTMLElement>('a.print');
      if (link !== null) toast(link.dataset['saved'] ?? '');
    });
  }
  window.addEventListener('beforeprint', () => {
    estimateHeight();
    for (const address of document.querySelectorAll<HTMLAnchorElement>('.print-note a'))
      address.textContent = address.href;
  });
  window.addEventListener('afterprint', () => {
    delete root.dataset['sheets'];
    sendToFrame({ type: 'printed' });
  });
}

/** Prints the page when its report has sent its number of sheets. */
export function askForSheets(event?: Event): void {
  if (document.querySelector('iframe.report') === null) return;
  event?.preventDefault();
  if (waiting !== undefined) return;
  waiting = setTimeout(print, PATIENCE_MS);
  void headPx().then((px) => sendToFrame({ type: 'print', headPx: px }));
}

export function printSheets(count: number): void {
  if (waiting === undefined || !Number.isSafeInteger(count) || count < 1) return;
  root.style.setProperty('--sheets', String(count));
  root.dataset['sheets'] = '';
  print();
}

function print(): void {
  clearTimeout(waiting);
  waiting = undefined;
  window.print();
}

/**
 * A report that is printed unchanged is narrower than on the screen, and so higher: better an empty sheet than a cut.
 */
function estimateHeight(): void {
  const frame = document.querySelector<HTMLIFrameElement>('iframe.report');
  const { width, height: shown } = frame?.getBoundingClientRect() ?? { width: 0, height: 0 };
  const height = Number(frame?.dataset['heightPx'] ?? shown);
  root.style.setProperty('--report-height', `${String(Math.ceil(height * Math.max(1, width / SHEET_WIDTH_PX)))}px`);
}

/** How much of the first sheet the title and the bar take. */
function headPx(): Promise<number> {
  const main = document.querySelector('main');
  const bar = document.querySelector('#run-bar');
  if (main === null || bar === null) return Promise.resolve(0);
  return asPrinted(() => {
    main.style.inlineSize = `${String(SHEET_WIDTH_PX)}px`;
    const px = Math.ceil(bar.getBoundingClientRect().bottom - main.getBoundingClientRect().top);
    main.style.inlineSize = '';
    return px;
  });
}
