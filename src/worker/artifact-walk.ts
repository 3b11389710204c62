/** Walks a run's output folder: its plain files in the order of their names, and the refused entries. */
import { lstat } from 'node:fs/promises';
import { entriesOf, nameIn, openFolderIn, type Entry, type EntryName, type Folder } from '../disk/beneath.ts';
import { escapedName } from './artifact-name.ts';
import { whyNot } from './file-store.ts';

/** Depth of nested folders. */
const DEPTH = 8;
/** Entries examined in one walk; more entries are not offered. */
export const ENTRIES = 20_000;

/** A name that should be a plain file; only `openFileIn` checks that it is. */
export interface Place {
  /** Open until the next place is requested. */
  readonly folder: Folder;
  readonly name: EntryName;
  /** Path in the output folder, `/`-separated; `escapedName` for names that are not valid UTF-8. */
  readonly key: string;
}

export interface WalkOptions {
  /** An entry that is not a plain file; `why` as in “… is not offered: it is a link.” */
  readonly refuse: (key: string, why: string) => void;
  /** Called once if there are more than `ENTRIES`. */
  readonly overflow: () => void;
  /** Called for each folder below `root`. */
  readonly nested?: () => void;
}

interface Walk extends WalkOptions {
  left: number;
}

/** Links are not followed, hidden entries are left out. `root` stays open. */
export async function* walkFiles(root: Folder, options: WalkOptions): AsyncGenerator<Place> {
  yield* walk(root, [], { ...options, left: ENTRIES });
}

/** The stamp that `openFileIn` would give the file now; undefined if it no longer exists. */
export async function stampOf({ folder, name }: Place): Promise<string | undefined> {
  const stats = await lstat(nameIn(folder, name), { bigint: true }).catch(() => undefined);
  return stats === undefined ? undefined : `${stats.ino} ${stats.size} ${stats.mtimeNs}`;
}

async function* walk(folder: Folder, trail: readonly string[], state: Walk): AsyncGenerator<Place> {
  if (state.left <= 0) return;
  const found = await entriesOf(folder, state.left);
  if (found.length > state.left) state.overflow();
  const entries = found
    .slice(0, state.left)
    .map((entry) => ({ ...entry, text: escapedName(entry.name) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1));
  state.left -= found.length;
  for (const entry of entries) {
    if (entry.text.startsWith('.')) continue;
    const names = [...trail, entry.text];
    const key = names.join('/');
    if (entry.type === 'file') yield { folder, name: entry.name, key };
    else if (entry.type === 'link') state.refuse(key, 'it is a link');
    else if (entry.type === 'other') state.refuse(key, 'it is not a plain file');
    else if (names.length > DEPTH) state.refuse(key, `it is nested in more than ${DEPTH} folders`);
    else yield* walkFolder(folder, entry, { names, state });
  }
}

async function* walkFolder(
  parent: Folder,
  { name }: Entry,
  { names, state }: { readonly names: readonly string[]; readonly state: Walk },
): AsyncGenerator<Place> {
  const key = names.join('/');
  state.nested?.();
  let folder: Folder;
  try {
    folder = await openFolderIn(parent, name);
  } catch (error) {
    return state.refuse(key, whyNot(error));
  }
  try {
    yield* walk(folder, names, state);
  } finally {
    await folder.handle.close();
  }
}
