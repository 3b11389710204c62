/**
 * `100vh` in an output means the height of the reader's window, as it does in Jupyter, not that of the frame, which is
 * as high as the whole report.
 */

const UNIT = /(?<![\w+/=.#-])(-?(?:\d+\.?\d*|\.\d+))(?:[dsl]?v[hb]|vmax)(?![\w+/=-])/gi;

/** Where `--window-vh` is not set, the browser's own unit counts. */
export function withWindowHeight(css: string): string {
  return css.replace(UNIT, 'calc($1 * var(--window-vh, 1vh))');
}

/** In the style sheets and style attributes of outputs in `root`. */
export function useWindowHeight(root: ParentNode): void {
  for (const style of root.querySelectorAll('#report style, .output style')) {
    const css = withWindowHeight(style.textContent);
    if (css !== style.textContent) style.textContent = css;
  }
  for (const element of root.querySelectorAll('[style*="v" i]')) {
    const css = element.getAttribute('style') ?? '';
    const changed = withWindowHeight(css);
    if (changed !== css) element.setAttribute('style', changed);
  }
}
