/** Which scripts match words and a folder; pure. */
import type { Script } from './script.ts';

export interface ScriptFilter {
  /** All its words must occur, in any order and case; empty: all scripts. */
  readonly query: string;
  /** With those below it; empty: all. */
  readonly folder: string;
}

/** A script with the text in which words are looked for, in lower case. */
export interface SearchedScript {
  readonly script: Script;
  readonly words: string;
}

const { compare } = new Intl.Collator();

/** Sorted by folder and title. It takes as long as some hundred searches. */
export function searchedScripts(scripts: readonly Script[]): readonly SearchedScript[] {
  return scripts
    .map((script) => ({ script, words: wordsOf(script) }))
    .sort(
      ({ script: one }, { script: other }) =>
        compare(one.folder, other.folder) || compare(one.title, other.title) || compare(one.name, other.name),
    );
}

export function matchesFilter({ query, folder }: ScriptFilter): (searched: SearchedScript) => boolean {
  const wanted = query.toLowerCase().split(/\s+/);
  return ({ script, words }) => inFolder(script.folder, folder) && wanted.every((word) => words.includes(word));
}

export function inFolder(folder: string, wanted: string): boolean {
  return wanted === '' || folder === wanted || folder.startsWith(`${wanted}/`);
}

/** The text in which words are looked for. */
export function wordsOf({ state, title, description, name, file, folder, owner = '', tags, isDraft }: Script): string {
  const own = state === 'ready' ? [description, name, owner, ...tags] : [file];
  return [title, ...own, folder, ...(isDraft === true ? ['draft'] : [])].join(' ').toLowerCase();
}
