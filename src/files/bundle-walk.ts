/**
 * Finds the files beside a script for its bundle. No link leads out of the folder; hidden files, packages, environments
 * and the server's own files are never taken.
 */
import { lstat, realpath } from 'node:fs/promises';
import { relative, sep } from 'node:path';
import { BeneathError, entriesOf, nameIn, openFolder, openFolderIn, type Entry, type Folder } from '../disk/beneath.ts';
import { BUNDLE_FILES, type LeftOut } from '../domain/run/bundle.ts';

/** Depth of nested folders. */
const DEPTH = 16;
/** Entries that are looked at; a folder with more is taken in part. */
const ENTRIES = 4 * BUNDLE_FILES;
const FOLDERS = ['node_modules', '__pycache__'];
/** Holds what operators alone may read. */
const PRIVATE = 'script-runner.toml';

export interface FileBeside {
  /** Below the folder, `/`-separated. */
  readonly path: string;
  /** Real folder, and names from it to the file that has the content: a link's target. */
  readonly root: string;
  readonly names: readonly string[];
  readonly sizeBytes: number;
  readonly isProgram?: true;
  /** Changes whenever the file does. */
  readonly stamp: string;
  /** When its content or its status last changed, in epoch milliseconds. */
  readonly changedAtMs: number;
}

export interface FilesBeside {
  readonly found: readonly FileBeside[];
  readonly left: readonly LeftOut[];
}

/** Below `root`, a folder whose links are resolved: what it names there, a file or a folder with all in it. */
export async function findFurther(root: string, path: string, hidden: readonly string[]): Promise<FilesBeside> {
  const names = path.split('/');
  const state = await newWalk(root, hidden);
  const held = [await openFolder(root)];
  try {
    if (names.some(isNeverTaken)) throw new BeneathError('it is never taken');
    for (const name of names.slice(0, -1)) held.push(await openFolderIn(held.at(-1) as Folder, name));
    const [folder, name] = [held.at(-1) as Folder, names.at(-1) ?? ''];
    const stats = await lstat(nameIn(folder, name));
    const type = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : stats.isSymbolicLink() ? 'link' : 'other';
    await take(folder, { name, type }, { trail: names.slice(0, -1), state });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'it is not in the scripts folder' : reasonOf(code, message);
    state.left.push({ path, why });
  } finally {
    for (const { handle } of held) await handle.close();
  }
  return ended(state);
}

interface Walk {
  readonly found: FileBeside[];
  readonly left: LeftOut[];
  /** Real paths. */
  readonly root: string;
  readonly hidden: readonly string[];
  room: number;
}

/** `root`: absolute, links resolved. `hidden`: absolute folders of which nothing is taken. */
export async function findFilesBeside(root: string, hidden: readonly string[]): Promise<FilesBeside> {
  const state = await newWalk(root, hidden);
  const folder = await openFolder(root);
  try {
    await walk(folder, [], state);
  } finally {
    await folder.handle.close();
  }
  return ended(state);
}

async function newWalk(root: string, hidden: readonly string[]): Promise<Walk> {
  return {
    found: [],
    left: [],
    root,
    hidden: await Promise.all(hidden.map((path) => realpath(path).catch(() => path))),
    room: ENTRIES,
  };
}

function ended(state: Walk): FilesBeside {
  if (state.room <= 0) state.left.push({ path: 'further files', why: `the folder has more than ${ENTRIES} entries` });
  return state;
}

async function walk(folder: Folder, trail: readonly string[], state: Walk): Promise<void> {
  if (state.hidden.includes([state.root, ...trail].join(sep))) return;
  const all = await entriesOf(folder, Math.max(0, state.room));
  const entries = all.slice(0, Math.max(0, state.room));
  state.room -= all.length;
  if (entries.some(({ name }) => name === 'pyvenv.cfg' || name === 'conda-meta')) return;
  for (const entry of entries.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1))) {
    if (typeof entry.name !== 'string') {
      state.left.push({ path: [...trail, String(entry.name)].join('/'), why: 'its name is not valid UTF-8' });
    } else if (!isNeverTaken(entry.name)) {
      await take(folder, { ...entry, name: entry.name }, { trail, state });
    }
  }
}

async function take(
  folder: Folder,
  { name, type }: Entry & { readonly name: string },
  { trail, state }: { readonly trail: readonly string[]; readonly state: Walk },
): Promise<void> {
  const names = [...trail, name];
  const path = names.join('/');
  const leave = (why: string) => state.left.push({ path, why });
  try {
    if (type === 'other') leave('it is not a plain file');
    else if (type === 'link') await takeLink(names, state, leave);
    else if (type === 'file')
      state.found.push({ path, ...(await describe(state.root, names, String(nameIn(folder, name)))) });
    else if (names.length > DEPTH) leave(`it is nested in more than ${DEPTH} folders`);
    else await walkFolder(await openFolderIn(folder, name), names, state);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') leave(reasonOf(code, message));
  }
}

function reasonOf(code: string | undefined, message: string): string {
  return code === 'EACCES' ? 'the server may not read it' : message;
}

async function walkFolder(folder: Folder, names: readonly string[], state: Walk): Promise<void> {
  try {
    await walk(folder, names, state);
  } finally {
    await folder.handle.close();
  }
}

/** A link to a plain file in the folder counts as that file. */
async function takeLink(names: readonly string[], { root, found, hidden }: Walk, leave: (why: string) => void) {
  const target = await realpath([root, ...names].join(sep));
  const inside = relative(root, target).split(sep);
  if (inside[0] === '..' || inside[0] === '' || target === root) return leave('it is a link that leaves the folder');
  if (inside.some(isNeverTaken) || hidden.some((folder) => target.startsWith(folder + sep)))
    return leave('it is a link to a file that is never taken');
  const stats = await lstat(target);
  if (!stats.isFile()) return leave('it is a link to a folder');
  found.push({ path: names.join('/'), ...(await describe(root, inside, target)) });
}

async function describe(root: string, names: readonly string[], place: string): Promise<Omit<FileBeside, 'path'>> {
  const stats = await lstat(place, { bigint: true });
  return {
    root,
    names,
    sizeBytes: Number(stats.size),
    ...((stats.mode & 0o100n) === 0n ? {} : { isProgram: true }),
    stamp: `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`,
    changedAtMs: Number(stats.mtimeMs > stats.ctimeMs ? stats.mtimeMs : stats.ctimeMs),
  };
}

function isNeverTaken(name: string): boolean {
  return name.startsWith('.') || FOLDERS.includes(name) || name === PRIVATE;
}
