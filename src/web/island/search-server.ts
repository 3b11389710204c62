/** A catalogue with more scripts than the page shows is searched by the server, while the reader types. */
import { morph } from './morph.ts';
import { notePath } from './place.ts';
import { toastFailure } from './toast.ts';

/** After the last key. */
const WAIT_MS = 150;

let timer: ReturnType<typeof setTimeout> | undefined;
let asking: AbortController | undefined;

export function isPartial(): boolean {
  return document.querySelector('#catalogue[data-partial]') !== null;
}

/** True if the rows are those of what is typed. */
export function isAnswered(input: HTMLInputElement): boolean {
  return input.value.trim() === input.defaultValue.trim();
}

export function askServer(input: HTMLInputElement): void {
  clearTimeout(timer);
  asking?.abort();
  timer = setTimeout(() => void ask(input), WAIT_MS);
}

async function ask(input: HTMLInputElement): Promise<void> {
  asking = new AbortController();
  const { signal } = asking;
  const query = input.value;
  const url = addressOf(input.form, query);
  const part = document.getElementById('catalogue');
  if (part === null) return;
  part.ariaBusy = 'true';
  try {
    const response = await fetch(url, { signal, headers: { accept: 'text/html' } });
    if (!response.ok) throw new Error(response.statusText);
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const next = page.getElementById('catalogue');
    if (signal.aborted || next === null) return;
    history.replaceState(history.state, '', url);
    notePath();
    input.defaultValue = query;
    morph(part, next, { keepOpen: false });
  } catch {
    if (!signal.aborted) toastFailure();
  } finally {
    if (!signal.aborted) part.ariaBusy = null;
  }
}

function addressOf(form: HTMLFormElement | null, query: string): URL {
  const url = new URL(form?.action ?? location.href);
  const folder = form?.querySelector<HTMLInputElement>('input[name="folder"]')?.value ?? '';
  if (query.trim() !== '') url.searchParams.set('q', query);
  if (folder !== '') url.searchParams.set('folder', folder);
  return url;
}
