/** Applies a patch to the page. */
import type { ReportPatch } from '../../domain/report/report.ts';
import { findTarget } from './target.ts';

type ElementPatch = Exclude<ReportPatch, { readonly type: 'widgets' }>;

/** The new elements; their scripts have not run. A reader at the end of a text stays there. */
export function applyPatch(patch: ElementPatch): readonly Element[] {
  const target = findTarget(patch.target);
  if (target === undefined) return [];
  const text = target.closest('.output-stream');
  const isAtEnd = text !== null && text.scrollTop > 0 && text.scrollTop + text.clientHeight >= text.scrollHeight - 2;
  const elements = change(target, patch);
  if (isAtEnd) text.scrollTop = text.scrollHeight;
  return elements;
}

function change(target: Element, patch: ElementPatch): readonly Element[] {
  switch (patch.type) {
    case 'remove':
      target.remove();
      return [];
    case 'state':
      target.setAttribute('data-state', patch.state);
      return [];
    default: {
      const template = document.createElement('template');
      template.innerHTML = patch.html;
      const elements = [...template.content.children];
      if (patch.type === 'append') target.append(template.content);
      else replace(target, template.content);
      return elements;
    }
  }
}

/** What the reader has unfolded or scrolled stays so when its element is replaced by a newer version of itself. */
function replace(target: Element, content: DocumentFragment): void {
  const fresh = content.firstElementChild;
  const place = target.scrollTop;
  const open = [...target.querySelectorAll('details')].map((details) => details.open);
  target.replaceWith(content);
  if (fresh === null) return;
  for (const [index, details] of fresh.querySelectorAll('details').entries())
    if (open[index] !== undefined) details.open = open[index];
  if (place > 0) fresh.scrollTop = place;
}
