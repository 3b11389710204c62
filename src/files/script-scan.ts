/** Walks the scripts folder: which files are scripts, with which names, and which of them cannot be scripts. */
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { defined } from '../domain/defined.ts';
import type { ScriptProblem } from '../domain/problem.ts';
import { FORMATS } from './format/all.ts';
import { fileProblem, leadsOutside } from './file-problem.ts';

/** Extensions of scripts; of two files with the same name, the earlier extension has precedence. */
export const EXTENSIONS: readonly string[] = [
  ...new Set(['.ipynb', '.py', ...FORMATS.flatMap(({ extensions }) => extensions)]),
];
/** Extensions of sidecars; the first existing one is used. */
export const SIDECARS = ['.params.json', '.params.yaml'] as const;

export interface Entry {
  /** `/`-separated, NFC, without the extension. */
  readonly name: string;
  /** Path below the folder, as spelt in the file system. */
  readonly file: string;
  readonly path: string;
  /** Set if the entry cannot be read as a script at all. */
  readonly problem?: ScriptProblem;
  /** Paths at which its sidecar may be, as the folder's list says; absent: the list was not read. */
  readonly sidecars?: readonly string[];
}

export interface ScanOptions {
  /** Absolute, links resolved. */
  readonly root: string;
  readonly followLinks: boolean;
}

export interface Scan {
  /** Sorted by name; of equal names the published one first. */
  readonly entries: readonly Entry[];
  /** Absolute paths of all folders in which scripts may lie, the root first. */
  readonly folders: readonly string[];
}

/** A missing folder has no scripts. */
export async function scanFolder(options: ScanOptions): Promise<Scan> {
  const folders: string[] = [];
  const found = await walk(options.root, [options.root], { ...options, folders });
  // Only the name of a notebook shows that it is meant as a script; other unreadable files are ignored.
  const entries = found.filter(
    ({ file, problem }) => problem === undefined || (extensionOf(file) ?? '.ipynb') === '.ipynb',
  );
  entries.sort((a, b) => compare(a.name, b.name) || rank(a) - rank(b) || compare(a.file, b.file));
  return { entries, folders };
}

/** True for names that are never scripts and contain none: hidden, private, packages. */
export function isSkipped(name: string): boolean {
  return /^[._]/.test(name) || name === 'node_modules';
}

export function extensionOf(file: string): string | undefined {
  return EXTENSIONS.find((extension) => file.endsWith(extension) && basename(file) !== extension);
}

interface WalkOptions extends ScanOptions {
  /** Those that were read are added. */
  readonly folders: string[];
}

/** `trail`: the real folders above, so that a link to one of them is not followed for ever. */
async function walk(folder: string, trail: readonly string[], options: WalkOptions): Promise<Entry[]> {
  const found = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => error);
  if (!Array.isArray(found)) {
    return folder === options.root && found.code === 'ENOENT'
      ? []
      : [entry(folder, options, (await nameProblem(folder)) ?? fileProblem(found, 'folder'))];
  }
  if (found.some(({ name }) => name === 'pyvenv.cfg' || name === 'conda-meta')) return [];
  options.folders.push(folder);
  const sidecars = sidecarsIn(found.map(({ name }) => name));
  const nested = await Promise.all(
    found
      .filter(({ name }) => !isSkipped(name))
      .map(async (item): Promise<Entry[]> => {
        const path = join(folder, item.name);
        if (item.isSymbolicLink()) return followLink(path, trail, options);
        const extension = extensionOf(item.name);
        // only `.ipynb` says that a notebook is meant: folders are named R or project.md
        if (extension !== undefined && (extension === '.ipynb' || !item.isDirectory())) {
          const problem = item.isFile() ? await nameProblem(path) : notAFile(item.isDirectory());
          return [{ ...entry(path, options, problem), sidecars: sidecars(path) }];
        }
        return item.isDirectory() ? walk(path, [...trail, path], options) : [];
      }),
  );
  return nested.flat();
}

/** Names are compared as file systems may do that ignore case and the form of accents. */
function sidecarsIn(names: readonly string[]): (path: string) => readonly string[] {
  const folded = (name: string) => name.normalize('NFC').toLowerCase();
  const all = new Set(names.map(folded).filter((name) => SIDECARS.some((ending) => name.endsWith(ending))));
  return (path) => (all.size === 0 ? [] : sidecarPaths(path).filter((each) => all.has(folded(basename(each)))));
}

/** Possible paths of the script's sidecar. */
export function sidecarPaths(path: string): string[] {
  return SIDECARS.map((ending) => path.slice(0, path.length - (extensionOf(path) ?? '').length) + ending);
}

async function followLink(path: string, trail: readonly string[], options: WalkOptions): Promise<Entry[]> {
  const isScript = extensionOf(path) !== undefined;
  try {
    const target = await realpath(path);
    const kind = await stat(target);
    const isInside = target === options.root || target.startsWith(options.root + sep);
    if (!isScript && !kind.isDirectory()) return [];
    if (!isInside && !options.followLinks) return [entry(path, options, leadsOutside())];
    if (isScript) return [entry(path, options, kind.isFile() ? undefined : notAFile(kind.isDirectory()))];
    return trail.includes(target) ? [] : await walk(path, [...trail, target], options);
  } catch (error) {
    const target = await readlink(path).catch(() => '?');
    return isScript ? [entry(path, options, fileProblem(error as NodeJS.ErrnoException, 'link', target))] : [];
  }
}

function entry(path: string, { root }: ScanOptions, problem: ScriptProblem | undefined): Entry {
  // `relative` and the like take longer than everything else where there are thousands
  const file = path.slice(root.endsWith(sep) ? root.length : root.length + 1);
  const name = file.slice(0, file.length - (extensionOf(path) ?? '').length);
  return { name: name.split(sep).join('/').normalize('NFC'), file, path, ...defined({ problem }) };
}

/** Node replaces the bytes of a name that are not UTF-8, and then there is no such file. */
async function nameProblem(path: string): Promise<ScriptProblem | undefined> {
  if (!path.includes('\ufffd')) return undefined;
  return lstat(path).then(
    () => undefined,
    () => ({
      what: 'The name of this file, or of a folder above it, is not UTF-8.',
      remedy: 'Rename it; ls -b shows its bytes.',
    }),
  );
}

function notAFile(isFolder: boolean): ScriptProblem {
  return isFolder
    ? { what: 'This is a folder with the name of a notebook.', remedy: 'Rename the folder, without the extension.' }
    : { what: 'This is neither a file nor a folder.', remedy: 'Put the notebook itself here.' };
}

function rank({ file, problem }: Entry): number {
  const at = EXTENSIONS.findIndex((extension) => file.endsWith(extension));
  return (problem === undefined ? 0 : 100) + (at < 0 ? 99 : at);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
