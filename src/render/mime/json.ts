/** `application/json` and related types: a tree that folds, as JupyterLab shows it. */
import { isJsonObject, type Json } from '../../domain/text/json.ts';
import { attributes, escapeHtml } from '../html.ts';
import { WORDS } from '../report-text.ts';
import { parsedJson } from './json-value.ts';
import type { MimeRenderer } from './renderer.ts';

/** Largest number of entries shown in one tree, and of levels. */
const MOST_ENTRIES = 2000;
const DEEPEST = 40;
/** Longer texts are cut. */
const MOST_STRING_CHARS = 10_000;
/** Longer lists are folded in parts of this length. */
const PART = 100;
/** More are not counted. */
const MOST_COUNTED = 1_000_000;

export const json: MimeRenderer = {
  kind: 'json',
  matches: (mime) => mime === 'application/json',
  render: ({ value, metadata }) => {
    const root = metadata['root'];
    return jsonTree(parsedJson(value), {
      levels: metadata['expanded'] === true ? DEEPEST : 1,
      root: typeof root === 'string' && root !== '' ? root : 'root',
    });
  },
};

/** JSON of types without a renderer of their own. */
export const otherJson: MimeRenderer = { ...json, matches: (mime) => mime.endsWith('+json') };

interface TreeOptions {
  /** How many are unfolded. */
  readonly levels: number;
  /** The name of the whole. */
  readonly root: string;
}

/** The value as a tree, and a sentence if not all of it is shown. */
export function jsonTree(value: Json, { levels, root }: TreeOptions): string {
  let left = MOST_ENTRIES;
  const node = (item: Json, label: string, depth: number): string => {
    if (typeof item !== 'object' || item === null || depth > DEEPEST) return leaf(label + scalar(item));
    const entries = Object.entries(item);
    const brackets = Array.isArray(item) ? `[${entries.length}]` : `{${entries.length}}`;
    if (entries.length === 0) return leaf(label + (Array.isArray(item) ? '[]' : '{}'));
    const shown = entries.slice(0, Math.max(0, left));
    left -= shown.length;
    const rows = shown.map(([key, child]) => node(child, name(key), depth + 1));
    const inside = Array.isArray(item) && rows.length > PART ? inParts(rows) : rows.join('');
    const hidden = entries.length - shown.length;
    const more = hidden > 0 ? `<div class="json-leaf json-more">${WORDS.more(hidden)}</div>` : '';
    return `<details${attributes({ open: depth < levels })}><summary>${label}<span class="json-size">${brackets}</span></summary>${inside}${more}</details>`;
  };
  const tree = node(value, name(root), 0);
  const total = countEntries(value, MOST_COUNTED);
  const notice = total > MOST_ENTRIES ? `<p class="note">${WORDS.entriesLeft(MOST_ENTRIES, total)}</p>` : '';
  return `<div class="json">${tree}</div>${notice}`;
}

function leaf(inside: string): string {
  return `<div class="json-leaf">${inside}</div>`;
}

function name(key: string): string {
  return `<span class="json-key">${escapeHtml(key)}</span>: `;
}

function inParts(rows: readonly string[]): string {
  return Array.from({ length: Math.ceil(rows.length / PART) }, (_, at) => {
    const part = rows.slice(at * PART, (at + 1) * PART);
    const range = `[${at * PART} … ${at * PART + part.length - 1}]`;
    return `<details${attributes({ open: at === 0 })}><summary><span class="json-size">${range}</span></summary>${part.join('')}</details>`;
  }).join('');
}

function scalar(value: Json): string {
  const kind = value === null ? 'null' : typeof value;
  const text = JSON.stringify(value);
  const cut = text.length > MOST_STRING_CHARS ? `${text.slice(0, MOST_STRING_CHARS)}…` : text;
  return `<span class="json-${kind}">${escapeHtml(cut)}</span>`;
}

/** Of all levels; at `limit` it stops counting. */
function countEntries(value: Json, limit: number): number {
  let count = 0;
  const waiting: Json[] = [value];
  while (waiting.length > 0 && count < limit) {
    const item = waiting.pop();
    const children = Array.isArray(item) ? item : isJsonObject(item) ? Object.values(item) : [];
    count += children.length;
    for (const child of children) if (typeof child === 'object' && child !== null) waiting.push(child);
  }
  return count;
}
