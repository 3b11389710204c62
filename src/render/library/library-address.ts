/** Which of our libraries stands for an address on a public server. */
import { WORDS } from '../report-text.ts';
import { LIBRARIES } from './all.ts';
import type { Library } from './library.ts';

/** Formulas are rendered on the server, browsers know modules, and maps need a network. */
const NEEDLESS = /\/mathjax[@/]|\/es-module-shims[@/.^]|\/maplibre-gl(?:@[^/]*)?\/dist\/maplibre-gl\.(?:css|js)/i;
const LONGEST_CHARS = 2_000;

export type LibraryMatch =
  | { readonly type: 'ours'; readonly library: Library }
  /** Nothing needs to be loaded. */
  | { readonly type: 'needless' }
  /** Another major version than ours. */
  | { readonly type: 'other'; readonly library: Library; readonly version: string }
  | { readonly type: 'unknown' };

/** `address` as it stands in a script or a style sheet's link. */
export function libraryAt(address: string): LibraryMatch {
  if (address.length > LONGEST_CHARS) return { type: 'unknown' };
  if (NEEDLESS.test(address)) return { type: 'needless' };
  const [, bare] = /^(?:https?:)?\/\/([^?#]*)/.exec(address.trim()) ?? [];
  if (bare === undefined) return { type: 'unknown' };
  const path = bare.replace(/\/{2,}/g, '/');
  for (const library of LIBRARIES) {
    const match = matchOf(library, path);
    if (match === null) continue;
    const version = match.groups?.['version'] ?? '';
    return isCovered(library, version) ? { type: 'ours', library } : { type: 'other', library, version };
  }
  return { type: 'unknown' };
}

/** The sentence for a script that is needed in a version that we do not have. */
export function otherVersionText(
  { library: { title, majors = [] }, version }: LibraryMatch & { readonly type: 'other' },
  address: string,
): string {
  const host = /^(?:https?:)?\/\/([^/]*)/.exec(address.trim())?.[1] ?? '';
  return WORDS.otherVersion(`${title} ${version}`, majors.join(', '), host);
}

function matchOf({ addresses = [] }: Library, bare: string): RegExpExecArray | null {
  for (const address of addresses) {
    const match = address.exec(bare);
    if (match !== null) return match;
  }
  return null;
}

/** A version such as `latest` or `next` means the newest. */
function isCovered({ majors }: Library, version: string): boolean {
  const major = /^[\^~]?v?(\d+)/.exec(version)?.[1];
  return majors === undefined || major === undefined || majors.includes(Number(major));
}
