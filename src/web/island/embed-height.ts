/** Tells the page of another site that frames this one how high the report is; other pages learn nothing. */
import type { EmbedMessage } from '../../domain/report/embed-message.ts';

/** Does nothing in pages that are no parts of others. `px`: of the document in `frame`. */
export function tellHeight(frame: HTMLIFrameElement, px: number): void {
  const origins = frame.dataset['embedOrigins']?.split(' ') ?? [];
  if (window.parent === window) return;
  const around = window.innerHeight - frame.clientHeight;
  const message: EmbedMessage = { type: 'script-runner-height', px: Math.ceil(px) + around };
  for (const origin of origins) if (mayFrame(origin)) window.parent.postMessage(message, origin);
}

/** The browser delivers to the right origin only, and complains about each other one; not all say which it is. */
function mayFrame(origin: string): boolean {
  const { ancestorOrigins } = location as Partial<Location>;
  return ancestorOrigins === undefined || ancestorOrigins[0] === origin;
}
