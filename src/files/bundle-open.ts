/** Gives runs the files beside their scripts: from the script's own folder where it has them, else from the cache. */
import type { BundleOpener } from '../domain/run/bundle.ts';
import type { BundleCache } from './bundle-cache.ts';
import type { FolderPublisher } from './bundle-publish.ts';

export function createBundleOpener(own: Pick<FolderPublisher, 'hashOf'>, cache: BundleCache): BundleOpener {
  const releases = new Map<string, () => void>();
  return {
    async open(run, hash, script) {
      if ((await own.hashOf(script)) === hash) return undefined;
      const folder = await cache.open(hash);
      releases.get(run)?.();
      releases.set(run, folder.release);
      return folder;
    },
    release(run) {
      releases.get(run)?.();
      releases.delete(run);
    },
  };
}
