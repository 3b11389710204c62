/** Composes what carries the files beside scripts to workers: only where several processes share a database. */
import { tmpdir } from 'node:os';
import type { AppContext } from '../app/context.ts';
import type { Config } from '../config/config.ts';
import type { Offers } from '../domain/run/placement.ts';
import { createBundleCache } from '../files/bundle-cache.ts';
import { createBundleOpener } from '../files/bundle-open.ts';
import { createBundlePublisher } from '../files/bundle-publish.ts';

/** Least size of what a worker keeps on its own disk, and how many of the largest bundles it has room for. */
const CACHE_BYTES = 1_000_000_000;
const CACHE_BUNDLES = 8;

export interface ComposedBundles {
  /** Undefined: runs use the files of the machine that executes them. */
  readonly bundles: AppContext['bundles'];
  /** Absolute folders that kernels must see. */
  readonly folders: readonly string[];
  close(): Promise<void>;
}

/** `executes`: whether this process executes runs. */
export async function composeBundles(
  { database, bundleBytes, data, project, source }: Config,
  ctx: Pick<AppContext, 'blobs' | 'runs' | 'now'>,
  executes: boolean,
): Promise<ComposedBundles> {
  if (database === undefined || bundleBytes === 0) return { bundles: undefined, folders: [], close: async () => {} };
  const publisher = createBundlePublisher(ctx, {
    limitBytes: bundleBytes,
    hidden: [data, project.link],
    ...(source === undefined ? { scripts: project.scripts } : {}),
  });
  if (!executes) return { bundles: { ...publisher, ...NO_RUNS }, folders: [], close: async () => {} };
  const limitBytes = Math.max(CACHE_BYTES, CACHE_BUNDLES * bundleBytes);
  const cache = await createBundleCache(ctx.blobs, { base: tmpdir(), limitBytes });
  return {
    bundles: { ...publisher, ...createBundleOpener(publisher, cache) },
    folders: [cache.folder],
    close: cache.close,
  };
}

const NO_RUNS = { open: async () => undefined, release: () => undefined };

/** What runs may need of this process; undefined where it executes all. */
export function workerOffers({ database, workerTags, kernelLimits }: Config): Offers | undefined {
  if (database === undefined) return undefined;
  const { memoryBytes } = kernelLimits;
  return { tags: workerTags, ...(memoryBytes === 0 ? {} : { memoryBytes }) };
}
