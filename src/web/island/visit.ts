/**
 * Forms and links marked `data-visit` are followed without leaving the page: the answer is the usual whole page, and
 * only the differences are changed. So pressing Run keeps the viewer's place, and there is no second way to render.
 */
import { syncFields } from './field.ts';
import { morph } from './morph.ts';
import { hasNewPath, notePath } from './place.ts';
import { syncRunPage } from './run-page.ts';
import { toastFailure } from './toast.ts';

let running: AbortController | undefined;

export function startVisits(): void {
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement;
    if (event.defaultPrevented || !('visit' in form.dataset)) return;
    event.preventDefault();
    submit(form, event.submitter as HTMLButtonElement | null);
  });
  document.addEventListener('change', (event) => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>('form[data-auto]');
    form?.requestSubmit();
  });
  document.addEventListener('click', (event) => {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>('a[data-visit]');
    if (link === null || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    void visit(link.href, {}, 'push');
  });
  window.addEventListener('popstate', () => {
    if (hasNewPath()) void visit(location.href, {}, 'stay');
  });
}

function submit(form: HTMLFormElement, submitter: HTMLButtonElement | null): void {
  const data = new FormData(form, submitter);
  const fields = new URLSearchParams();
  for (const [name, value] of data) if (typeof value === 'string') fields.append(name, value);
  const restore = busy(submitter);
  if (form.method === 'post')
    return void visit(form.action, { method: 'POST', body: sendsFile(submitter) ? data : fields }, 'push', restore);
  const url = new URL(form.action);
  url.search = new URLSearchParams([...fields].filter(([, value]) => value !== '')).toString();
  void visit(url.href, {}, 'push', restore);
}

/** Files of other fields were sent before, see `upload`. */
function sendsFile(submitter: HTMLButtonElement | null): boolean {
  return submitter?.hasAttribute('formenctype') === true;
}

/** Shows that a button was pressed; a second press does nothing. */
function busy(button: HTMLButtonElement | null): () => void {
  if (button === null) return () => undefined;
  const label = button.querySelector('span:not(.hidden)');
  const before = label?.textContent ?? '';
  button.disabled = true;
  button.ariaBusy = 'true';
  if (label !== null && button.dataset['busy'] !== undefined) label.textContent = button.dataset['busy'];
  return () => {
    button.disabled = false;
    button.ariaBusy = null;
    if (label !== null) label.textContent = before;
  };
}

async function visit(
  url: string,
  init: RequestInit,
  history: 'push' | 'stay',
  restore: () => void = () => undefined,
): Promise<void> {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  try {
    const response = await fetch(url, { ...init, signal, headers: { accept: 'text/html' } });
    const html = await response.text();
    if (signal.aborted) return;
    restore();
    show(html, response, history);
  } catch {
    if (signal.aborted) return;
    restore();
    toastFailure();
  }
}

function show(html: string, response: Response, history: 'push' | 'stay'): void {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const moved = response.ok && response.url !== location.href;
  const here = new URL(response.url).pathname === location.pathname;
  if (moved && history === 'push') window.history.pushState(null, '', response.url);
  notePath();
  document.title = page.title;
  morph(document.body, page.body, { keepOpen: here });
  syncRunPage();
  syncFields();
  placeFocus(moved && !here);
}

function unfold(field: Element): void {
  const group = field.closest<HTMLDetailsElement>('details.field-group');
  if (group !== null) group.open = true;
}

/** To the first wrong field, whose group is unfolded; else, if the pressed button is gone, to its replacement. */
function placeFocus(isNewPage: boolean): void {
  for (const field of document.querySelectorAll('.field-group .field-wrong')) unfold(field);
  const wrong = document.querySelector<HTMLElement>('[aria-invalid], [autofocus]');
  if (wrong !== null) return wrong.focus();
  if (document.activeElement === document.body)
    document.querySelector<HTMLElement>('.inputs-go .button')?.focus({ preventScroll: true });
  if (isNewPage) window.scrollTo({ top: 0 });
}
