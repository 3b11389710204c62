/** Changes the page to what the server sent, keeping focus, the report's frame and what the viewer opened. */
import { Idiomorph } from 'idiomorph';
import { freshen } from './time.ts';

export interface MorphOptions {
  /** True for automatic changes: what the viewer opened stays open. */
  readonly keepOpen: boolean;
}

/** Replaces the content of `element` by that of `html`; both have the same outer element. */
export function morph(element: Element, html: string | Element, { keepOpen }: MorphOptions): void {
  void Idiomorph.morph(element, html, {
    morphStyle: 'outerHTML',
    ignoreActiveValue: true,
    callbacks: {
      beforeNodeMorphed: (node: Node) => !(node instanceof Element && node.matches('[data-filled]')),
      beforeAttributeUpdated: (name: string, node: Element) => !isOurs(name, node, keepOpen),
    },
  });
  freshen();
}

/** Attributes that the islands, the viewer or the frame have changed since the server wrote them. */
function isOurs(name: string, node: Element, keepOpen: boolean): boolean {
  if (node instanceof HTMLIFrameElement) return name === 'src' || name === 'style';
  if (node instanceof HTMLDetailsElement && name === 'open') return keepOpen && !node.matches('.menu, .presets');
  return false;
}
