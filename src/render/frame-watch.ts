/**
 * The script at the beginning of each frame within a report. Such a frame has an origin of its own, so the report hears
 * from it only by messages: what was blocked there, what failed, how high its content is, which link was clicked.
 */

/** The member of a message that has what the frame says. */
export const INNER_KEY = 'scriptRunnerInner';

export interface InnerMessage {
  readonly blocked?: { readonly blockedURI: string; readonly effectiveDirective: string };
  /** The message of an error. */
  readonly failed?: string;
  /** It has loaded and shows nothing. */
  readonly isBlank?: true;
  /** It has loaded, and a browser has drawn what its scripts did. */
  readonly isDrawn?: true;
  /** Of a frame that is as high as its content. */
  readonly heightPx?: number;
  readonly link?: string;
}

/**
 * Frames within the frame are heard, too; links to places in the frame work by themselves. Plotly's tools, which are
 * for pointers, are not printed.
 */
export const WATCH_SCRIPT = `<style>@media print { .modebar-container { display: none } }</style><script>{
const tell = (told) => parent.postMessage({ ${INNER_KEY}: told }, '*');
addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) => tell({ blocked: { blockedURI, effectiveDirective } }));
addEventListener('error', ({ message }) => tell({ failed: message }));
addEventListener('unhandledrejection', ({ reason }) => tell({ failed: String(reason) }));
addEventListener('load', () => {
  if (document.body.innerText.trim() === '' && !document.querySelector('img, svg, canvas, video, audio, iframe')) tell({ isBlank: true });
  requestAnimationFrame(() => requestAnimationFrame(() => tell({ isDrawn: true })));
});
addEventListener('message', ({ data }) => {
  const inner = data?.${INNER_KEY};
  if (inner && !('heightPx' in inner) && !inner.isBlank && !inner.isDrawn) tell(inner);
});
addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href], area[href]');
  if (!link || event.defaultPrevented || /^(#|javascript:)/i.test(link.getAttribute('href'))) return;
  event.preventDefault();
  tell({ link: link.href });
});
document.currentScript.remove();
}</script>`;

/**
 * In a frame that is as high as its content. Browsers lay out frames that are not visible only when they are asked, so
 * changes are watched, too.
 */
export const HEIGHT_SCRIPT = `<script>{
const root = document.documentElement;
const tell = () => {
  const { height } = root.getBoundingClientRect();
  parent.postMessage({ ${INNER_KEY}: { heightPx: root.scrollHeight > innerHeight ? Math.max(height, root.scrollHeight) : height } }, '*');
};
let timer;
const later = () => { timer ??= setTimeout(() => { timer = undefined; tell(); }, 50); };
const seen = new ResizeObserver(tell);
seen.observe(root);
new MutationObserver(later).observe(root, { childList: true, subtree: true, characterData: true, attributes: true });
addEventListener('load', later, true);
addEventListener('load', () => { seen.observe(document.body); tell(); });
document.currentScript.remove();
}</script>`;
