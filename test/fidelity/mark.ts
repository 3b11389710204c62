/** What a reader sees of each cell, as counts and text. Runs in the page. */

export interface CellMarks {
  /** Of the visible text, shadow trees included, with single spaces; its beginning. */
  readonly text: string;
  readonly textLength: number;
  /** How many of each kind of mark are drawn; kinds without any are left out. */
  readonly marks: Readonly<Record<string, number>>;
  readonly topPx: number;
  readonly heightPx: number;
}

/**
 * Defines `countMarks` in the page, which returns the `CellMarks` of each cell of a report. It is sent as text, and so
 * uses nothing outside itself.
 */
export function countMarks(): void {
  const KINDS: Readonly<Record<string, string>> = {
    shape: 'svg path, svg rect, svg circle, svg line, svg polygon, svg polyline, svg use, svg text',
    drawing: 'svg',
    canvas: 'canvas',
    picture: 'img',
    row: 'tr',
    control: 'input, select, textarea, button',
    frame: 'iframe, object, embed',
    media: 'audio, video',
    formula: '.katex, mjx-container, mjx-math',
    note: '.note, .notice, [role=note], [role=alert]',
    fold: 'details',
  };
  const TEXT = 300;
  const isDrawn = (element: Element) =>
    element.checkVisibility({ checkVisibilityCSS: true, contentVisibilityAuto: false }) &&
    (element.closest('svg') !== null || element.getClientRects().length > 0);

  function roots(root: Element | ShadowRoot): (Element | ShadowRoot)[] {
    const inner = [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) => (shadowRoot ? roots(shadowRoot) : []));
    return [root, ...inner];
  }

  function marksOf(trees: readonly (Element | ShadowRoot)[]): Record<string, number> {
    const found: Record<string, number> = {};
    for (const [kind, selector] of Object.entries(KINDS)) {
      const all = trees.flatMap((tree) => [...tree.querySelectorAll(selector)].filter(isDrawn));
      if (all.length > 0) found[kind] = all.length;
      if (kind !== 'picture') continue;
      const broken = all.filter((image) => !(image instanceof HTMLImageElement) || image.naturalWidth === 0);
      if (broken.length > 0) found['broken picture'] = broken.length;
    }
    return found;
  }

  function textOf(tree: Element | ShadowRoot): string {
    if (tree instanceof HTMLElement) return tree.innerText;
    return [...tree.children]
      .map((child) => (child instanceof HTMLElement && isDrawn(child) ? child.innerText : ''))
      .join(' ');
  }

  Object.assign(globalThis, {
    countMarks: () =>
      [...document.querySelectorAll('#report > *')].map((cell) => {
        const trees = roots(cell);
        const text = trees.map(textOf).join(' ').replace(/\s+/g, ' ').trim();
        const { top, height } = cell.getBoundingClientRect();
        return {
          text: text.slice(0, TEXT),
          textLength: text.length,
          marks: marksOf(trees),
          topPx: Math.round(top + scrollY),
          heightPx: Math.round(height),
        };
      }),
  });
}
