/**
 * The files beside a script as a bundle: a manifest that names them by content hash. A run is pinned to the bundle of
 * its submission, so a worker needs no scripts folder of its own. Pure: what is taken, and the form of the manifest.
 */
import { isJsonObject, type Json } from '../text/json.ts';
import { sizeWords } from '../text/size.ts';
import type { Blob } from './blob.ts';

/** Number of files in one bundle. */
export const BUNDLE_FILES = 5_000;
/** Number of files that the manifest lists as left out. */
const LEFT_SHOWN = 100;
const HASH = /^[0-9a-f]{64}$/;

export interface BundleFile {
  /** Below the script's folder, `/`-separated. */
  readonly path: string;
  /** SHA-256, hex. */
  readonly hash: string;
  readonly sizeBytes: number;
  readonly isProgram?: true;
}

/** A file that does not travel; `why` as in “big.csv: it is larger than …”. */
export interface LeftOut {
  readonly path: string;
  readonly why: string;
}

export interface Manifest {
  /** The script's folder below the scripts folder, `/`-separated; empty: that folder itself. */
  readonly folder: string;
  /** Sorted by path. */
  readonly files: readonly BundleFile[];
  /** Files elsewhere that the author names, by their paths below the scripts folder. Sorted. */
  readonly further: readonly BundleFile[];
  readonly left: readonly LeftOut[];
}

/** The bundle of a run at its submission. */
export interface Bundle extends Blob {
  /** Its files, without the manifest, whose hash is the bundle's own. */
  readonly files: readonly Blob[];
}

/** A folder of a script's files, for one run. */
export interface BundleFolder {
  /** Absolute folder in which the kernel starts. */
  readonly directory: string;
  /** Absolute folder whose files the run changes only privately. */
  readonly root: string;
  readonly left: readonly LeftOut[];
}

/** Where a script lies. */
export interface PlacedScript {
  /** Its absolute folder. */
  readonly directory: string;
  /** Its file below the scripts folder. */
  readonly file: string;
  /** Further files and folders, as the author names them: `../shared`. Absent: none. */
  readonly further?: readonly string[];
}

const FURTHER_CHARS = 1000;

/**
 * The path below the scripts folder of what the author of `file` calls `../shared`; undefined if it is not in that
 * folder, or is that folder itself.
 */
export function furtherPath(file: string, named: string): string | undefined {
  const names = file.split('/').slice(0, -1);
  if (named.length > FURTHER_CHARS || named.includes('\0')) return undefined;
  for (const name of named.replace(/\/$/, '').split('/')) {
    if (name === '') return undefined;
    if (name === '..') {
      if (names.pop() === undefined) return undefined;
    } else if (name !== '.') names.push(name);
  }
  return names.length === 0 ? undefined : names.join('/');
}

/** Stores the files beside scripts (port). */
export interface BundlePublisher {
  /** The bundle of the script's folder as it is now; its files are stored when it settles. Throws `unavailable`. */
  publish(script: PlacedScript): Promise<Bundle>;
}

/** Gives runs the files beside their scripts (port). */
export interface BundleOpener {
  /**
   * The files of a bundle as a folder on this machine, until the run releases them; undefined: the script's own folder
   * has the same. Throws `unavailable` if a file is missing or damaged, or the disk is full.
   */
  open(run: string, hash: string, script: PlacedScript): Promise<BundleFolder | undefined>;
  /** The run has ended. */
  release(run: string): void;
}

/** The files found beside a script, which a bundle may take. */
export interface FoundFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Takes the smallest files first: one large file does not displace all others. Both lists are sorted by path. */
export function chooseFiles<T extends FoundFile>(
  found: readonly T[],
  limitBytes: number,
): { readonly files: readonly T[]; readonly left: readonly LeftOut[] } {
  const files: T[] = [];
  const left: LeftOut[] = [];
  let bytes = 0;
  for (const file of [...found].sort((a, b) => a.sizeBytes - b.sizeBytes || compare(a.path, b.path))) {
    if (files.length >= BUNDLE_FILES) left.push({ path: file.path, why: `there are more than ${BUNDLE_FILES} files` });
    else if (bytes + file.sizeBytes > limitBytes)
      left.push({
        path: file.path,
        why: `with its ${sizeWords(file.sizeBytes)}, the folder is larger than ${sizeWords(limitBytes)} (setting bundle_limit)`,
      });
    else {
      bytes += file.sizeBytes;
      files.push(file);
    }
  }
  return { files: files.sort(byPath), left: left.sort(byPath) };
}

/** The same files give the same text, on every machine. */
export function manifestText({ folder, files, further, left }: Manifest): string {
  const sorted = [...left].sort(byPath);
  const more = sorted.length - LEFT_SHOWN;
  const shown = more > 0 ? [...sorted.slice(0, LEFT_SHOWN), { path: `${more} more`, why: 'as above' }] : sorted;
  return JSON.stringify({
    // earlier workers refuse what they would execute without its files
    version: further.length === 0 ? 1 : 2,
    folder,
    files: rowsOf(files),
    ...(further.length === 0 ? {} : { further: rowsOf(further) }),
    left: shown.map(({ path, why }) => [path, why]),
  });
}

function rowsOf(files: readonly BundleFile[]): Json {
  return [...files]
    .sort(byPath)
    .map(({ path, hash, sizeBytes, isProgram }) => [path, hash, sizeBytes, isProgram ? 1 : 0]);
}

/** Undefined if the text is no manifest, or names a file outside the folder. */
export function readManifest(text: string): Manifest | undefined {
  const value = parse(text);
  if (!isJsonObject(value) || (value.version !== 1 && value.version !== 2) || typeof value.folder !== 'string')
    return undefined;
  if (value.folder !== '' && !isPlainPath(value.folder)) return undefined;
  const [files, further] = [readRows(value.files), readRows(value.version === 1 ? [] : value.further)];
  if (files === undefined || further === undefined || !Array.isArray(value.left)) return undefined;
  const left = value.left.map((row) => {
    const [path, why] = Array.isArray(row) ? (row as Json[]) : [];
    return { path: String(path), why: String(why) };
  });
  return { folder: value.folder, files, further, left };
}

function readRows(rows: Json | undefined): readonly BundleFile[] | undefined {
  if (!Array.isArray(rows)) return undefined;
  const files: BundleFile[] = [];
  for (const row of rows) {
    const [path, hash, sizeBytes, isProgram] = Array.isArray(row) ? (row as Json[]) : [];
    if (typeof path !== 'string' || !isPlainPath(path) || typeof hash !== 'string' || !HASH.test(hash))
      return undefined;
    if (!Number.isSafeInteger(sizeBytes) || Number(sizeBytes) < 0) return undefined;
    files.push({ path, hash, sizeBytes: Number(sizeBytes), ...(isProgram === 1 ? { isProgram: true } : {}) });
  }
  return files;
}

/** All files of a bundle, by their paths below the scripts folder. */
export function placesOf({ folder, files, further }: Manifest): readonly BundleFile[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  return [...files.map((file) => ({ ...file, path: `${prefix}${file.path}` })), ...further];
}

/** Number of files left out that the notice names. */
const NAMED = 5;

/** The notice of a run that executes on a bundle from which files are missing; undefined: none is. */
export function leftNotice(left: readonly LeftOut[]): string | undefined {
  if (left.length === 0) return undefined;
  const named = left.slice(0, NAMED).map(({ path, why }) => `${path} (${why})`);
  const more = left.length > NAMED ? ` and ${left.length - NAMED} more` : '';
  return `Files beside the script that its worker does not have: ${named.join(', ')}${more}.`;
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** A relative path that stays below its folder. */
function isPlainPath(path: string): boolean {
  return path.split('/').every((name) => name !== '' && name !== '.' && name !== '..') && !path.includes('\0');
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return compare(a.path, b.path);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
