/** Sends what failed to the author: as a mail that the reader's own program opens, or by the clipboard. */
import { writeClipboard } from '../clipboard-text.ts';
import { toast, toastFailure } from './toast.ts';

/** Mail programs take no longer texts from a link. */
const MAIL_CHARS = 1_500;

export function startAuthor(): void {
  document.addEventListener('click', (event) => {
    const place = (event.target as HTMLElement).closest<HTMLElement>('[data-failure]');
    if (place === null) return;
    event.preventDefault();
    const text = wholeText(place);
    if (place instanceof HTMLAnchorElement) void text.then((body) => mail(place.href, body));
    else void writeClipboard(text).then(() => toast(place.dataset['copied'] ?? ''), toastFailure);
  });
}

/** Without the code and the traceback, if the server does not send them. */
async function wholeText({ dataset }: HTMLElement): Promise<string> {
  const facts = `${dataset['facts'] ?? ''}\n${new URL(dataset['run'] ?? '', location.href).href}`;
  try {
    const response = await fetch(dataset['failure'] ?? '');
    return response.ok ? `${facts}\n\n${await response.text()}` : facts;
  } catch {
    return facts;
  }
}

function mail(href: string, text: string): void {
  const body = text.length > MAIL_CHARS ? `${text.slice(0, MAIL_CHARS)}…` : text;
  location.href = `${href}&body=${encodeURIComponent(body.replaceAll('\n', '\r\n'))}`;
}
