/** Tells when anything under a folder changes; bursts count once. */
import { basename } from 'node:path';
import { watch } from 'chokidar';
import { isSkipped } from './script-scan.ts';

export interface WatchOptions {
  readonly root: string;
  readonly followLinks: boolean;
  /** Never called twice at once. */
  readonly onChange: () => Promise<void>;
}

/** Rests this long after a change, for the burst that a save is. */
const REST_MS = 60;
/** Looks this often anyway: network shares, and systems out of watches, tell nothing. */
const LOOK_MS = 15_000;

/** Answers the function that stops it, which settles when nothing of it runs any more. */
export function watchFolder({ root, followLinks, onChange }: WatchOptions): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  let closed = false;
  const notice = (): void => {
    if (closed || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      running = running.then(() => (closed ? undefined : onChange())).catch(() => undefined);
    }, REST_MS);
  };
  const watcher = watch(root, {
    ignoreInitial: true,
    followSymlinks: followLinks,
    ignored: (path) => path !== root && isSkipped(basename(path)),
  });
  watcher.on('all', notice).on('ready', notice).on('error', notice);
  const look = setInterval(notice, LOOK_MS);
  look.unref();
  return async () => {
    closed = true;
    clearTimeout(timer);
    clearInterval(look);
    await watcher.close();
    await running;
  };
}
