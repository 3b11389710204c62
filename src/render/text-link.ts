/** Web addresses in printed text are links, as in JupyterLab. */
import { attributes, escapeHtml } from './html.ts';

/** Longer addresses are text, and the pattern stays linear in the length of a line. */
const ADDRESS = /\b(?:https?:\/\/|www\.(?=[a-z\d]))[^\s<>"'`\u0000-\u001f\u007f]{1,2000}/gi;
const CLOSING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
/** Of one piece of text: more would slow browsers down. */
const MOST_ADDRESSES = 1_000;

/** `text` as HTML. */
export function linkedText(text: string): string {
  return openLinks()(text);
}

/** Returns a function that does the same with one part of a text after the other; no address may be cut. */
export function openLinks(): (part: string) => string {
  let count = 0;
  return (part) => {
    if (count > MOST_ADDRESSES || !/https?:\/\/|www\./i.test(part)) return escapeHtml(part);
    const out: string[] = [];
    let at = 0;
    for (const { 0: found, index } of part.matchAll(ADDRESS)) {
      count += 1;
      if (count > MOST_ADDRESSES) break;
      const address = withoutEnd(found);
      const href = address.startsWith('www.') ? `https://${address}` : address;
      if (!URL.canParse(href)) continue;
      out.push(escapeHtml(part.slice(at, index)), link(href, escapeHtml(address)));
      at = index + address.length;
    }
    out.push(escapeHtml(part.slice(at)));
    return out.join('');
  };
}

/** `inside` is HTML. */
export function link(href: string, inside: string): string {
  return `<a${attributes({ href, target: '_blank', rel: 'noopener noreferrer' })}>${inside}</a>`;
}

/** What ends the sentence, or a bracket that is opened before the address, is not part of it. */
function withoutEnd(found: string): string {
  const excess = new Map<string, number>();
  for (const [closing, opening] of Object.entries(CLOSING))
    excess.set(closing, found.split(closing).length - found.split(opening).length);
  let end = found.length;
  for (; end > 0; end -= 1) {
    const last = found.charAt(end - 1);
    const more = excess.get(last);
    if (more === undefined ? !/[.,;:!?*_~|\\]/.test(last) : more <= 0) break;
    if (more !== undefined) excess.set(last, more - 1);
  }
  return found.slice(0, end);
}
