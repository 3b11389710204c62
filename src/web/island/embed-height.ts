/** Tells the page of another site that frames this one how high this one is; other pages learn nothing. */
import type { EmbedMessage } from '../../domain/report/embed-message.ts';

/** Of a page that shows a report alone; nothing in pages that are no parts of others. `px`: of the report. */
export function tellHeight(frame: HTMLIFrameElement, px: number): void {
  tell(frame.dataset['embedOrigins'], Math.ceil(px) + window.innerHeight - frame.clientHeight);
}

/** Of a page with a form, now and whenever it changes. */
export function startEmbedHeight(): void {
  const page = document.querySelector<HTMLElement>('[data-embedded]');
  if (page === null) return;
  new ResizeObserver(() => tell(page.dataset['embedded'], Math.ceil(page.getBoundingClientRect().height))).observe(
    page,
  );
}

function tell(origins = '', px: number): void {
  if (window.parent === window) return;
  const message: EmbedMessage = { type: 'script-runner-height', px, title: document.title };
  for (const origin of origins.split(' ')) if (mayFrame(origin)) window.parent.postMessage(message, origin);
}

/** The browser delivers to the right origin only, and complains about each other one; not all say which it is. */
function mayFrame(origin: string): boolean {
  const { ancestorOrigins } = location as Partial<Location>;
  return origin !== '' && (ancestorOrigins === undefined || ancestorOrigins[0] === origin);
}
