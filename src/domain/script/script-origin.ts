/** Where the scripts come from, if that is a git repository: its address, and what is known of it. */

export interface GitAddress {
  /** For git: `https://host/team/reports.git`. */
  readonly url: string;
  /** The only protocol that git may use. */
  readonly protocol: 'https' | 'ssh' | 'file';
  /** Branch, tag or commit; undefined: the branch that the repository names. */
  readonly ref?: string;
  /** Folder of the repository that is the project; undefined: all of it. */
  readonly folder?: string;
  /** As it was written; contains no password. */
  readonly shown: string;
}

export interface OriginState {
  readonly shown: string;
  /** What is published: the full hash of a commit; undefined: nothing yet. */
  readonly commit?: string;
  /** Since when, and when the repository was last asked with success. */
  readonly publishedAtMs?: number;
  readonly checkedAtMs?: number;
  /** Why the last attempt failed, and when that was: the commit above stays published. */
  readonly problem?: string;
  readonly problemAtMs?: number;
}

/** The origin of the scripts (port). */
export interface ScriptOrigin {
  state(): OriginState;
  /** Asks the repository soon; several requests count once. */
  refresh(): void;
}

const REF = /^(?![-/.])(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)))[^\s~^:?*[\\\0-\x1f\x7f]{1,200}(?<![/.])$/;
const MOST_CHARS = 1_000;

/**
 * Reads `git+https://host/x.git#branch:folder`, also `git+ssh` and `git+file`. Undefined for anything else, and for an
 * address with a password: credentials come from git's own helpers.
 */
export function readGitAddress(text: string): GitAddress | undefined {
  const [, protocol, rest] = /^git\+(https|ssh|file):\/\/([^#]+)(?:#.*)?$/s.exec(text) ?? [];
  if (protocol === undefined || rest === undefined || text.length > MOST_CHARS || /[\s\0-\x1f\x7f]/.test(text))
    return undefined;
  const at = rest.split('/', 1)[0]?.indexOf('@') ?? -1;
  const [user, host] = at < 0 ? ['', rest] : splitAt(rest, at);
  const isPlace = protocol === 'file' ? /^\/[^/]/.test(rest) : /^[\w.[][\w.\-:[\]]*\/./.test(host);
  if (!isPlace || (protocol !== 'file' && !/^[\w.-]*$/.test(user))) return undefined;
  const [ref = '', folder = ''] = splitAt(text.split('#').slice(1).join('#'), -1);
  if ((ref !== '' && !REF.test(ref)) || !isFolder(folder)) return undefined;
  return {
    url: `${protocol}://${rest}`,
    protocol: protocol as GitAddress['protocol'],
    shown: text,
    ...(ref === '' ? {} : { ref }),
    ...(folder === '' ? {} : { folder }),
  };
}

/** The text before and after the position; -1: the first colon, if there is one. */
function splitAt(text: string, at: number): readonly [string, string] {
  const found = at < 0 ? text.indexOf(':') : at;
  return found < 0 ? [text, ''] : [text.slice(0, found), text.slice(found + 1)];
}

function isFolder(folder: string): boolean {
  return folder === '' || folder.split('/').every((name) => !['', '.', '..'].includes(name) && !name.startsWith('-'));
}

/** The first characters of a commit's hash, as git shows it. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 10);
}
