/** Calls back when anything below a folder changes; bursts count once. */
import { basename } from 'node:path';
import { watch } from 'chokidar';
import { isSkipped } from './script-scan.ts';

export interface WatchOptions {
  readonly root: string;
  readonly followLinks: boolean;
  /** Never called twice at the same time. */
  readonly onChange: () => Promise<void>;
}

/** Waits this long after a change, since saving causes a burst. */
const REST_MS = 60;
/** Checks this often anyway: network shares, and systems without free watches, report nothing. */
const LOOK_MS = 15_000;

/** Returns a function that stops watching, which settles when nothing runs any more. */
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
