/** `application/json` and related types: a tree that folds. */
import type { Json } from '../../domain/text/json.ts';
import { escapeHtml } from '../html.ts';
import { WORDS } from '../report-text.ts';
import type { MimeRenderer } from './renderer.ts';

/** Largest number of entries shown in one tree, and of levels. */
const MOST_ENTRIES = 2000;
const DEEPEST = 40;

export const json: MimeRenderer = {
  kind: 'json',
  matches: (mime) => mime === 'application/json' || mime === 'application/geo+json',
  render: ({ value, metadata }) =>
    `<div class="json">${tree(parsed(value), metadata['expanded'] === true ? 3 : 1)}</div>`,
};

/** JSON of types without a renderer of their own. */
export const otherJson: MimeRenderer = { ...json, matches: (mime) => mime.endsWith('+json') };

function parsed(value: Json): Json {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

/** The first `open` levels are unfolded. */
function tree(value: Json, open: number): string {
  let left = MOST_ENTRIES;
  const node = (item: Json, label: string, depth: number): string => {
    if (typeof item !== 'object' || item === null || depth > DEEPEST)
      return `<div class="json-leaf">${label}${scalar(item)}</div>`;
    const entries = Object.entries(item);
    const brackets = Array.isArray(item) ? `[${entries.length}]` : `{${entries.length}}`;
    if (entries.length === 0) return `<div class="json-leaf">${label}${Array.isArray(item) ? '[]' : '{}'}</div>`;
    const shown = entries.slice(0, Math.max(0, left));
    left -= shown.length;
    const more =
      shown.length < entries.length
        ? `<div class="json-leaf json-more">${WORDS.more(entries.length - shown.length)}</div>`
        : '';
    const inside = shown
      .map(([key, child]) => node(child, `<span class="json-key">${escapeHtml(key)}</span>: `, depth + 1))
      .join('');
    return `<details${depth < open ? ' open' : ''}><summary>${label}<span class="json-size">${brackets}</span></summary>${inside}${more}</details>`;
  };
  return node(value, '', 0);
}

function scalar(value: Json): string {
  const kind = value === null ? 'null' : typeof value;
  return `<span class="json-${kind}">${escapeHtml(JSON.stringify(value))}</span>`;
}
