/** Applies a patch to the page. */
import type { ReportPatch } from '../../domain/report.ts';
import { findTarget } from './target.ts';

/** The elements that came in; their scripts have not run. */
export function applyPatch(patch: ReportPatch): readonly Element[] {
  const target = findTarget(patch.target);
  if (target === undefined) return [];
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
  const place = target.scrollTop > 0 && target.scrollTop + target.clientHeight >= target.scrollHeight - 2 ? Infinity : target.scrollTop;
  const open = [...target.querySelectorAll('details')].map((details) => details.open);
  target.replaceWith(content);
  if (fresh === null) return;
  for (const [index, details] of fresh.querySelectorAll('details').entries()) if (open[index] !== undefined) details.open = open[index];
  if (place > 0) fresh.scrollTop = Math.min(place, fresh.scrollHeight);
}
