/**
 * The files beside scripts on the disk of a worker: each bundle is a folder, made once from verified files, and removed
 * when there is no room for others. Private to one process.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, lstatSync, type BigIntStats } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../domain/error.ts';
import { RUN_PATIENCE_MS, type BlobStore } from '../domain/run/blob.ts';
import { placesOf, readManifest, type BundleFile, type BundleFolder, type Manifest } from '../domain/run/bundle.ts';

/** Files fetched at the same time. */
const AT_ONCE = 8;
const PREFIX = 'script-runner-b-';
const OWN_NAME = /^script-runner-b-[A-Za-z0-9]{6}$/;
/** Names the process to which a folder belongs. */
const OWNER = 'owner';
/** A folder this young may belong to a process that is about to write its name. */
const YOUNG_MS = 60_000;

export interface BundleCache {
  /** Absolute folder in which all bundles lie. */
  readonly folder: string;
  /** Throws `unavailable` if a file is missing or damaged, or the disk is full. */
  open(hash: string): Promise<OpenBundle>;
  close(): Promise<void>;
}

/** `release`: the run no longer uses it. */
export interface OpenBundle extends BundleFolder {
  release(): void;
}

interface Tree {
  /** Absolute; the script's folder lies in it by its name. */
  readonly root: string;
  readonly manifest: Manifest;
  /** Absolute path of each file, with its state when it was written. */
  readonly files: ReadonlyMap<string, string>;
  readonly bytes: number;
  users: number;
  isGone: boolean;
}

export interface CacheOptions {
  /** Where the cache makes its folder. */
  readonly base: string;
  /** Bundles that no run uses are removed above this size of all. */
  readonly limitBytes: number;
}

/** Removes what dead processes left, and makes the folder. */
export async function createBundleCache(
  blobs: Pick<BlobStore, 'get' | 'open'>,
  { base, limitBytes }: CacheOptions,
): Promise<BundleCache> {
  await sweepCaches(base);
  const folder = await mkdtemp(join(base, PREFIX));
  await writeFile(join(folder, OWNER), `${process.pid}`);
  /** By hash; those that could not be made are forgotten. */
  const trees = new Map<string, Promise<Tree>>();
  /** All that are on the disk, the least recently used first; also those that a run has spoilt. */
  const present = new Set<Tree>();
  let made = 0;

  async function make(hash: string): Promise<Tree> {
    const bytes = await blobs.get(hash, RUN_PATIENCE_MS);
    const manifest = bytes === undefined ? undefined : readManifest(Buffer.from(bytes).toString());
    if (bytes === undefined || manifest === undefined || hashOf(bytes) !== hash)
      throw new AppError('unavailable', 'The list of the files beside the script is missing or damaged. Run it again.');
    const root = join(folder, `${(made += 1)}`);
    try {
      return await fill(root, manifest, { blobs, known: knownFiles(present) });
    } catch (error) {
      await rm(root, { recursive: true, force: true });
      throw error;
    }
  }

  /** One that is made or being made, unless a run has spoilt it. */
  async function treeOf(hash: string): Promise<Tree> {
    const known = trees.get(hash);
    const earlier = await known?.catch(() => undefined);
    if (known !== undefined && trees.get(hash) === known && (earlier === undefined || !isUnchanged(earlier)))
      trees.delete(hash);
    const making = trees.get(hash) ?? make(hash);
    trees.set(hash, making);
    return making;
  }

  async function collect(): Promise<void> {
    let total = [...present].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const tree of [...present]) {
      if (total <= limitBytes) return;
      if (tree.users > 0) continue;
      total -= tree.bytes;
      present.delete(tree);
      tree.isGone = true;
      await rm(tree.root, { recursive: true, force: true });
    }
  }

  return {
    folder,
    async open(hash) {
      let tree = await treeOf(hash);
      // removed between its end and now
      while (tree.isGone) tree = await treeOf(hash);
      present.delete(tree);
      present.add(tree);
      tree.users += 1;
      await collect();
      let isUsed = true;
      return {
        directory: join(tree.root, tree.manifest.folder),
        root: tree.root,
        left: tree.manifest.left,
        release() {
          if (isUsed) tree.users -= 1;
          isUsed = false;
        },
      };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

interface FillContext {
  readonly blobs: Pick<BlobStore, 'open'>;
  /** Files of other bundles, by hash. */
  readonly known: ReadonlyMap<string, string>;
}

async function fill(root: string, manifest: Manifest, { blobs, known }: FillContext): Promise<Tree> {
  await mkdir(join(root, manifest.folder), { recursive: true });
  const placed = placesOf(manifest);
  const files = new Map<string, string>();
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < placed.length; at = next++) {
      const file = placed[at] as BundleFile;
      const path = join(root, file.path);
      await mkdir(dirname(path), { recursive: true });
      const near = known.get(file.hash);
      if (near === undefined || !(await copy(createReadStream(near), path, file).catch(() => false)))
        await fetch(blobs, path, file);
      await chmod(path, file.isProgram ? 0o755 : 0o644);
      files.set(path, stateOf(path));
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  return {
    root,
    manifest,
    files,
    bytes: placed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    users: 0,
    isGone: false,
  };
}

/** The files that are on this disk already. */
function knownFiles(present: Iterable<Tree>): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const { root, manifest } of present)
    for (const { path, hash } of placesOf(manifest)) known.set(hash, join(root, path));
  return known;
}

async function fetch(blobs: Pick<BlobStore, 'open'>, path: string, file: BundleFile): Promise<void> {
  const blob = await blobs.open(file.hash, RUN_PATIENCE_MS);
  if (blob === undefined || !(await copy(blob.stream, path, file)))
    throw new AppError('unavailable', `${file.path} beside the script is missing or damaged in the store.`);
}

/** False if the content is another than the file's. */
async function copy(from: AsyncIterable<Uint8Array>, path: string, { hash, sizeBytes }: BundleFile): Promise<boolean> {
  const found = createHash('sha256');
  let bytes = 0;
  await pipeline(
    from,
    async function* (pieces: AsyncIterable<Uint8Array>) {
      for await (const piece of pieces) {
        bytes += piece.byteLength;
        if (bytes > sizeBytes) return;
        found.update(piece);
        yield piece;
      }
    },
    createWriteStream(path),
  );
  return bytes === sizeBytes && found.digest('hex') === hash;
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A run without a sandbox may have written to a file: then it is made again. */
function isUnchanged({ files, isGone }: Tree): boolean {
  if (isGone) return false;
  for (const [path, state] of files) if (stateOf(path) !== state) return false;
  return true;
}

function stateOf(path: string): string {
  const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false }) as BigIntStats | undefined;
  return stats === undefined ? '' : `${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}`;
}

/** Removes the folders of processes of this user that have ended. */
async function sweepCaches(base: string): Promise<void> {
  for (const name of await readdir(base).catch((): string[] => [])) {
    if (!OWN_NAME.test(name)) continue;
    const folder = join(base, name);
    const stats = lstatSync(folder, { throwIfNoEntry: false });
    if (stats === undefined || !stats.isDirectory() || stats.uid !== process.getuid?.()) continue;
    const owner = Number(await readFile(join(folder, OWNER), 'utf8').catch(() => ''));
    if (Number.isInteger(owner) && owner > 0 ? isAlive(owner) : Date.now() - stats.ctimeMs < YOUNG_MS) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
