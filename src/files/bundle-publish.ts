/** Makes the bundle of a script's folder: hashes what has changed since the last time, and stores what is new. */
import { createHash, hash as hashOf } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';
import { BeneathError, openFileBeneath, openFolder, type Folder } from '../disk/beneath.ts';
import { AppError } from '../domain/error.ts';
import type { BlobStore } from '../domain/run/blob.ts';
import {
  chooseFiles,
  manifestText,
  type BundleFile,
  type BundlePublisher,
  type LeftOut,
  type PlacedScript,
} from '../domain/run/bundle.ts';
import { findFilesBeside, type FileBeside } from './bundle-walk.ts';

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

type Described = FileBeside & BundleFile;

export function createBundlePublisher(ctx: PublishContext, options: BundleOptions): FolderPublisher {
  const hashes = createHashMemory();
  /** When the files of a bundle were stored here. */
  const stored = new Map<string, number>();

  async function describe({ directory, file }: PlacedScript) {
    const root = await realpath(directory).catch(() => undefined);
    const beside = root === undefined ? { found: [], left: [] } : await findFilesBeside(root, options.hidden);
    const chosen = chooseFiles(beside.found, options.limitBytes);
    const left: LeftOut[] = [...beside.left, ...chosen.left];
    const files: Described[] = [];
    await each(chosen.files, root, async (one, folder) => {
      try {
        files.push({ ...one, hash: await hashes.of(one, folder) });
      } catch (error) {
        left.push({ path: one.path, why: reasonOf(error) });
      }
    });
    return { root, folder: file.split('/').slice(0, -1).join('/'), files, left };
  }

  /** The files as they are when they are read: one may have changed since it was hashed. */
  async function store(files: readonly Described[], root: string | undefined): Promise<readonly BundleFile[]> {
    const put: BundleFile[] = [];
    await each(files, root, async (one, folder) => {
      put.push({ ...one, ...(await ctx.blobs.put(await readBeside(one, folder, options.limitBytes))) });
    });
    return put;
  }

  return {
    hashOf: async (script) => hashOf('sha256', manifestText(await describe(script))),
    async publish(script) {
      const nowMs = ctx.now();
      const { root, ...manifest } = await describe(script);
      const text = manifestText(manifest);
      const hash = hashOf('sha256', text);
      for (const [key, atMs] of stored) if (atMs < nowMs - STORED_MS) stored.delete(key);
      if (stored.has(hash) || (await ctx.runs.touchBundle(hash, nowMs)))
        return { hash, sizeBytes: Buffer.byteLength(text), files: manifest.files };
      const files = await store(manifest.files, root);
      const own = await ctx.blobs.put(Buffer.from(manifestText({ ...manifest, files })));
      stored.set(own.hash, nowMs);
      return { ...own, files };
    },
  };
}

/** Some files at a time. */
async function each<T>(
  files: readonly T[],
  root: string | undefined,
  work: (file: T, folder: Folder) => Promise<void>,
): Promise<void> {
  if (root === undefined || files.length === 0) return;
  const folder = await openFolder(root);
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < files.length; at = next++) await work(files[at] as T, folder);
  };
  try {
    const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
  } finally {
    await folder.handle.close();
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
