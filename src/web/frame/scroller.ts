/** Makes scrollable parts of the report reachable and scrollable with the keyboard. */

const SCROLLERS = '.outputs.scrolled, .output, .output pre, .table-scroll, .code-block, .katex-display';
/** This many are measured at once and on every change; of the rest, only those that become visible. */
const MEASURED = 300;

let watched = 0;
const sized = new ResizeObserver((entries) => entries.forEach(({ target }) => setReachable(target)));
const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) setReachable(target);
});

export function watchScrollers(root: ParentNode): void {
  if (root instanceof Element && root.matches(SCROLLERS)) watch(root);
  for (const element of root.querySelectorAll(SCROLLERS)) watch(element);
}

function watch(element: Element): void {
  watched += 1;
  if (watched <= MEASURED) sized.observe(element);
  else seen.observe(element);
}

function setReachable(element: Element): void {
  const { overflowX, overflowY } = getComputedStyle(element);
  const scrolls =
    (overflowX === 'auto' && element.scrollWidth > element.clientWidth) ||
    (overflowY === 'auto' && element.scrollHeight > element.clientHeight);
  if (scrolls) element.setAttribute('tabindex', '0');
  else element.removeAttribute('tabindex');
}
