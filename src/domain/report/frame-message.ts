/**
 * The messages between the run page and the sandboxed report frame over one MessagePort. The page passes the port with
 * `window.postMessage(FRAME_HELLO, '*', [port])` once the frame has loaded; the frame takes the first one from its
 * parent and ignores all later ones. Scripts of outputs share the frame's window, so the page checks every message with
 * `readFromFrame` and trusts none: actions for the reader need evidence of the reader's own input.
 */
import { readTableQuery, type TablePage, type TableQuery } from '../run/table-page.ts';
import type { ReportPatch } from './report.ts';

export const FRAME_HELLO = 'script-runner-port';

/** Why there are no rows: a sentence for the reader, or empty; and whether the same request may succeed later. */
export interface RowsProblem {
  readonly said: string;
  readonly mayRetry: boolean;
}

export type ToFrame =
  | { readonly type: 'patches'; readonly patches: readonly ReportPatch[] }
  | { readonly type: 'theme'; readonly theme: 'light' | 'dark' }
  /** As wide as the frame, instead of the report's column. */
  | { readonly type: 'wide'; readonly wide: boolean }
  /** Goes to the element with this id, or to the top if it is empty; answered by `place`. */
  | { readonly type: 'show'; readonly id: string }
  /** The height of the window around, which outputs may refer to. */
  | { readonly type: 'window'; readonly heightPx: number }
  /** Requests a layout in sheets of paper, with this much room left free above the first; answered by `sheets`. */
  | { readonly type: 'print'; readonly headPx: number }
  /** Printing has ended. */
  | { readonly type: 'printed' }
  /** The answer to `rows`: a page, or why there is none. */
  | { readonly type: 'rows'; readonly request: number; readonly page?: TablePage; readonly problem?: RowsProblem }
  /** Answered by `pong`, unless a script never ends. */
  | { readonly type: 'ping' };

/** One heading: its level from 1, and how far below the top of the report it is. */
export interface ContentsItem {
  readonly id: string;
  readonly level: number;
  readonly text: string;
  readonly px: number;
}

/** Longer tables of contents help nobody. */
export const MAX_CONTENTS = 300;
export const MAX_CONTENTS_CHARS = 200;

export type FromFrame =
  | { readonly type: 'ready'; readonly seq: number }
  | { readonly type: 'pong' }
  | { readonly type: 'height'; readonly px: number }
  /** Keys that the page around handles, wherever the focus is. */
  | { readonly type: 'key'; readonly key: 'run' | 'print' }
  /** The report is laid out for the printer, on this many sheets. */
  | { readonly type: 'sheets'; readonly count: number }
  /** The policy blocked something; the page shows one sentence about it. */
  | { readonly type: 'blocked'; readonly host: string }
  /** A link was followed; absolute. The sandbox cannot open windows. */
  | { readonly type: 'link'; readonly url: string }
  /** A link to a place in the report was followed. */
  | { readonly type: 'go'; readonly id: string }
  /** How far below the top of the report the place is that the page asked for. */
  | { readonly type: 'place'; readonly px: number }
  /** The headings of the report, in their order. */
  | { readonly type: 'contents'; readonly items: readonly ContentsItem[] }
  /** The reader pressed a button that copies this text, or the address of this place. */
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'copy-link'; readonly id: string }
  /** The reader wants rows of the kept table of this name; answered by `rows`. */
  | { readonly type: 'rows'; readonly request: number; readonly table: string; readonly query: TableQuery }
  /** A script of the report wants to save a file. The sandbox cannot download. */
  | { readonly type: 'save'; readonly name: string; readonly bytes: ArrayBuffer };

const MAX_HEIGHT_PX = 10_000_000;
const MAX_SHEETS = 5_000;
const MAX_HOST_CHARS = 300;
const MAX_URL_CHARS = 100_000;
const MAX_NAME_CHARS = 255;
const MAX_ID_CHARS = 2_000;
export const MAX_COPIED_CHARS = 10_000_000;
export const MAX_SAVED_BYTES = 512 * 1024 * 1024;

/** The message if it is valid; undefined for anything else. Never throws. */
export function readFromFrame(data: unknown): FromFrame | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { type, seq, px, key, count, host, url, name, id, bytes, items, text } = data as Record<string, unknown>;
  switch (type) {
    case 'ready':
      return isCount(seq, Number.MAX_SAFE_INTEGER) ? { type, seq } : undefined;
    case 'pong':
      return { type };
    case 'height':
    case 'place':
      return typeof px === 'number' && px >= 0 && px <= MAX_HEIGHT_PX ? { type, px } : undefined;
    case 'key':
      return key === 'run' || key === 'print' ? { type, key } : undefined;
    case 'sheets':
      return isCount(count, MAX_SHEETS) && count > 0 ? { type, count } : undefined;
    case 'blocked':
      return isText(host, MAX_HOST_CHARS) ? { type, host } : undefined;
    case 'go':
      return id === '' || isText(id, MAX_ID_CHARS) ? { type, id } : undefined;
    case 'copy-link':
      return isText(id, MAX_ID_CHARS) ? { type, id } : undefined;
    case 'copy':
      return isText(text, MAX_COPIED_CHARS) ? { type, text } : undefined;
    case 'contents':
      return Array.isArray(items) && items.length <= MAX_CONTENTS && items.every(isContentsItem)
        ? { type, items: items.map(({ id, level, text, px }) => ({ id, level, text, px })) }
        : undefined;
    case 'link':
      return isText(url, MAX_URL_CHARS) ? { type, url } : undefined;
    case 'rows':
      return readRows(data as Record<string, unknown>);
    case 'save':
      if (!isText(name, MAX_NAME_CHARS) || !(bytes instanceof ArrayBuffer)) return undefined;
      return bytes.byteLength <= MAX_SAVED_BYTES ? { type, name, bytes } : undefined;
    default:
      return undefined;
  }
}

function readRows({ request, table, query }: Record<string, unknown>): FromFrame | undefined {
  const read = readTableQuery(query);
  // in an address, these two names lead elsewhere
  if (read === undefined || !isText(table, MAX_NAME_CHARS) || table === '.' || table === '..') return undefined;
  return isCount(request, Number.MAX_SAFE_INTEGER) ? { type: 'rows', request, table, query: read } : undefined;
}

function isContentsItem(item: unknown): item is ContentsItem {
  if (typeof item !== 'object' || item === null) return false;
  const { id, level, text, px } = item as Record<string, unknown>;
  return (
    isText(id, MAX_ID_CHARS) &&
    isCount(level, 6) &&
    isText(text, MAX_CONTENTS_CHARS) &&
    typeof px === 'number' &&
    px >= 0 &&
    px <= MAX_HEIGHT_PX
  );
}

function isCount(value: unknown, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
}

function isText(value: unknown, mostChars: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= mostChars;
}
