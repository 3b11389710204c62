/**
 * What a report may request on behalf of the reader: open a link, save a file, copy a text, press Run or Print. Its
 * sandbox can do none of these itself; here each is done on evidence of the reader's own input (`reader.ts`), and with
 * a limited frequency.
 */
import { submitInputs, runButton } from './field.ts';
import { askForSheets } from './print.ts';
import { createRate } from './rate.ts';
import { isActive, provesKey } from './reader.ts';
import { writeClipboard } from '../clipboard-text.ts';
import { toast, toastFailure } from './toast.ts';

const OPENED = /^(?:https?|mailto|tel):$/;
/** For programs, not for display: whatever a script of the report wrote is not a page of this app. */
const SAVED_TYPE = 'application/octet-stream';
/** How long a file can be saved from its address. */
const SAVE_MS = 60_000;

// the browser consumes the click with each window that it opens, but not where the reader allows this site to open
// pop-ups, and not with a download
const mayOpen = createRate(1, 2);
const maySave = createRate(3, 1);
const mayCopy = createRate(3, 2);
const mayPress = createRate(2, 1);

/** Opens the link in a new window, or saves the file behind it if it is one of this run's. */
export async function openLink(frame: HTMLIFrameElement, url: string): Promise<void> {
  if (!URL.canParse(url)) return;
  const target = new URL(url);
  const file = fileAt(frame, target);
  if (!(file === undefined ? mayOpen() : maySave()) || !(await isActive())) return;
  const { filesOff = '' } = frame.dataset;
  if (file !== undefined) return filesOff === '' ? follow(file, { download: '' }) : toast(filesOff);
  if (target.protocol === 'http:' || target.protocol === 'https:')
    window.open(target.href, '_blank', 'noopener,noreferrer');
  else if (OPENED.test(target.protocol)) follow(target.href, {});
}

/** Saves what a script of the report made. */
export async function saveFile(name: string, bytes: ArrayBuffer): Promise<void> {
  if (!maySave() || !(await isActive())) return;
  const url = URL.createObjectURL(new Blob([bytes], { type: SAVED_TYPE }));
  follow(url, { download: name });
  setTimeout(() => URL.revokeObjectURL(url), SAVE_MS);
}

/** Copies what the reader asked for in the report. */
export async function copyText(text: string): Promise<void> {
  if (!mayCopy() || !(await isActive())) return;
  const copied = document.getElementById('toast')?.dataset['copied'] ?? '';
  await writeClipboard(text).then(() => toast(copied), toastFailure);
}

/** Presses Run or Print once the reader has released the keys for it. */
export async function pressKey(frame: HTMLIFrameElement, key: 'run' | 'print'): Promise<void> {
  const place = key === 'run' ? runButton() : document.querySelector<HTMLElement>('a.print');
  if (place == null || document.activeElement !== frame || !mayPress() || !(await isActive())) return;
  if (!(await provesKey(key === 'run' ? 'enter' : 'p', place))) return;
  if (key === 'run') return submitInputs();
  askForSheets();
  frame.focus();
}

/** Where a download of the run that the frame shows is for this page; undefined for other addresses. */
function fileAt({ dataset }: HTMLIFrameElement, { origin, pathname, search }: URL): string | undefined {
  const { files, filesAt = files } = dataset;
  if (files === undefined || filesAt === undefined || origin !== location.origin || !pathname.startsWith(files))
    return undefined;
  return filesAt + pathname.slice(files.length) + search;
}

function follow(href: string, { download }: { readonly download?: string }): void {
  const link = document.createElement('a');
  link.href = href;
  link.rel = 'noopener noreferrer';
  if (download !== undefined) link.download = download;
  link.click();
}
