/** Makes the bundle of a script's folder: hashes what has changed since the last time, and stores what is new. */
import { createHash, hash as hashOf } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LRUCache } from 'lru-cache';
import { BeneathError, openFileBeneath, openFolder, type Folder } from '../disk/beneath.ts';
import { AppError } from '../domain/error.ts';
import type { BlobStore } from '../domain/run/blob.ts';
import {
  chooseFiles,
  furtherPath,
  manifestText,
  type BundleFile,
  type BundlePublisher,
  type LeftOut,
  type PlacedScript,
} from '../domain/run/bundle.ts';
import { findFilesBeside, findFurther, type FileBeside, type FilesBeside } from './bundle-walk.ts';

/** File systems may set a time of change that is this old: they read the clock a few hundred times a second. */
const CLOCK_MS = 100;
/** Number of files whose hash is remembered. */
const KNOWN_FILES = 50_000;
/** Files read and stored at the same time; together they are no larger than one bundle. */
const AT_ONCE = 8;
/** Stored files without an owner are kept for an hour. */
const STORED_MS = 1_800_000;

export interface BundleOptions {
  /** Of all files of one bundle. */
  readonly limitBytes: number;
  /** Absolute folders of which nothing is taken: the server's own data. */
  readonly hidden: readonly string[];
  /** Absolute folder in which all scripts lie; absent: that above the file of the script, as its path says. */
  readonly scripts?: string;
}

export interface FolderPublisher extends BundlePublisher {
  /** The hash that `publish` would return; nothing is stored. */
  hashOf(script: PlacedScript): Promise<string>;
}

export interface PublishContext {
  readonly blobs: Pick<BlobStore, 'put'>;
  readonly runs: { touchBundle(hash: string, atMs: number): Promise<boolean> };
  readonly now: () => number;
}

type Found = FileBeside & { readonly isFurther: boolean };
type Described = Found & BundleFile;

export function createBundlePublisher(ctx: PublishContext, options: BundleOptions): FolderPublisher {
  const hashes = createHashMemory();
  /** When the files of a bundle were stored here. */
  const stored = new Map<string, number>();

  async function describe(script: PlacedScript) {
    const { directory, file } = script;
    const root = await realpath(directory).catch(() => undefined);
    const beside = root === undefined ? { found: [], left: [] } : await findFilesBeside(root, options.hidden);
    const further = await findAllFurther(script, options);
    const found = [beside, further].flatMap((one) =>
      one.found.map((each): Found => ({ ...each, isFurther: one === further })),
    );
    const chosen = chooseFiles(found, options.limitBytes);
    const left: LeftOut[] = [...beside.left, ...further.left, ...chosen.left];
    const files: Described[] = [];
    await each(chosen.files, async (one, folder) => {
      try {
        files.push({ ...one, hash: await hashes.of(one, folder) });
      } catch (error) {
        left.push({ path: one.path, why: reasonOf(error) });
      }
    });
    return { folder: file.split('/').slice(0, -1).join('/'), files, left };
  }

  /** The files as they are when they are read: one may have changed since it was hashed. */
  async function store(files: readonly Described[]): Promise<readonly Described[]> {
    const put: Described[] = [];
    await each(files, async (one, folder) => {
      put.push({ ...one, ...(await ctx.blobs.put(await readBeside(one, folder, options.limitBytes))) });
    });
    return put;
  }

  return {
    hashOf: async (script) => hashOf('sha256', textOf(await describe(script))),
    async publish(script) {
      const nowMs = ctx.now();
      const manifest = await describe(script);
      const text = textOf(manifest);
      const hash = hashOf('sha256', text);
      for (const [key, atMs] of stored) if (atMs < nowMs - STORED_MS) stored.delete(key);
      if (stored.has(hash) || (await ctx.runs.touchBundle(hash, nowMs)))
        return { hash, sizeBytes: Buffer.byteLength(text), files: manifest.files };
      const files = await store(manifest.files);
      const own = await ctx.blobs.put(Buffer.from(textOf({ ...manifest, files })));
      stored.set(own.hash, nowMs);
      return { ...own, files };
    },
  };
}

function textOf({ files, ...rest }: { folder: string; files: readonly Described[]; left: readonly LeftOut[] }) {
  const [own, further] = [false, true].map((wanted) => files.filter(({ isFurther }) => isFurther === wanted));
  return manifestText({ ...rest, files: own ?? [], further: further ?? [] });
}

/** What the author names elsewhere in the scripts folder, each file once; what is beside the script is there anyway. */
async function findAllFurther(
  { directory, file, further = [] }: PlacedScript,
  options: BundleOptions,
): Promise<FilesBeside> {
  const own = file.split('/').slice(0, -1).join('/');
  const scripts =
    options.scripts ??
    resolve(
      directory,
      ...own
        .split('/')
        .filter(Boolean)
        .map(() => '..'),
    );
  const root = further.length === 0 ? undefined : await realpath(scripts).catch(() => undefined);
  if (root === undefined || own === '') return { found: [], left: [] };
  const found = new Map<string, FileBeside>();
  const left: LeftOut[] = [];
  for (const named of further) {
    const path = furtherPath(file, named);
    if (path === undefined) left.push({ path: named, why: 'it is not below the scripts folder' });
    if (path === undefined || `${path}/`.startsWith(`${own}/`)) continue;
    const one = await findFurther(root, path, options.hidden);
    for (const each of one.found) if (!each.path.startsWith(`${own}/`)) found.set(each.path, each);
    left.push(...one.left.filter((each) => !each.path.startsWith(`${own}/`)));
  }
  return { found: [...found.values()], left };
}

/** Some files at a time. */
async function each<T extends FileBeside>(
  files: readonly T[],
  work: (file: T, folder: Folder) => Promise<void>,
): Promise<void> {
  const folders = new Map<string, Folder>();
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < files.length; at = next++) {
      const file = files[at] as T;
      await work(file, folders.get(file.root) as Folder);
    }
  };
  try {
    for (const { root } of files) if (!folders.has(root)) folders.set(root, await openFolder(root));
    const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
  } finally {
    for (const { handle } of folders.values()) await handle.close();
  }
}

/** Hashes by the state of the file. */
function createHashMemory() {
  const known = new LRUCache<string, string>({ max: KNOWN_FILES });
  return {
    async of(file: FileBeside, folder: Folder): Promise<string> {
      const found = known.get(file.stamp);
      if (found !== undefined) return found;
      const hash = await hashFile(file, folder);
      // a file may change twice between two ticks of the clock
      if (Date.now() - file.changedAtMs > CLOCK_MS) known.set(file.stamp, hash);
      return hash;
    },
  };
}

async function hashFile({ names }: FileBeside, folder: Folder): Promise<string> {
  const { handle } = await openFileBeneath(folder, names);
  try {
    const hash = createHash('sha256');
    for await (const piece of handle.createReadStream({ autoClose: false })) hash.update(piece as Uint8Array);
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}

/** Throws `unavailable` if the file has disappeared, or has grown beyond what a bundle may have. */
async function readBeside({ path, names }: FileBeside, folder: Folder, limitBytes: number): Promise<Uint8Array> {
  try {
    const { handle, sizeBytes } = await openFileBeneath(folder, names);
    try {
      if (sizeBytes > limitBytes) throw new BeneathError('it has grown');
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new AppError('unavailable', `${path} beside the script could not be read: ${reasonOf(error)}. Try again.`, {
      cause: error,
    });
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES') return 'the server may not read it';
  return code === 'ENOENT' ? 'it has just been removed' : message;
}
