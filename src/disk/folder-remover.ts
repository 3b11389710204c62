/** Removes the folders of runs in the background, and records those that could not be removed. */
import { setTimeout as wait } from 'node:timers/promises';
import { measureFolder } from './folder-measure.ts';
import { removeFolder } from './folder-removal.ts';

/** A caller waits this long for a removal; a longer one continues in the background. */
const REMOVAL_WAIT_MS = 1_000;
/** So does `close`; the rest is left for the next start. */
const CLOSE_WAIT_MS = 5_000;
const RETRY_MS = 60_000;

/** Called once for each folder that could not be removed. */
export type LeftoverReport = (folder: string, error: unknown) => void;

export interface FolderRemover {
  /**
   * True when the folder is gone. Never rejects: what cannot be removed is reported, and tried again every minute and
   * with the next call. Also false when the removal takes longer than `waitMs`.
   */
  remove(folder: string, waitMs?: number): Promise<boolean>;
  /** Whether somebody's removal of it is going on. */
  isRemoving(folder: string): boolean;
  /** Disk space in bytes of what could not be removed. */
  leftBytes(): number;
  close(): Promise<void>;
}

export interface FolderRemoverOptions {
  readonly onLeftover?: LeftoverReport;
  readonly removal?: (folder: string) => Promise<void>;
}

export function createFolderRemover({
  onLeftover = () => undefined,
  removal = removeFolder,
}: FolderRemoverOptions = {}): FolderRemover {
  const active = new Map<string, Promise<boolean>>();
  const left = new Map<string, number>();

  async function attempt(folder: string): Promise<boolean> {
    try {
      await removal(folder);
      left.delete(folder);
      return true;
    } catch (error) {
      if (!left.has(folder)) onLeftover(folder, error);
      left.set(folder, await measureFolder(folder));
      return false;
    }
  }

  function start(folder: string): Promise<boolean> {
    const attempted = attempt(folder).finally(() => active.delete(folder));
    active.set(folder, attempted);
    return attempted;
  }

  const timer = setInterval(() => {
    for (const folder of left.keys()) if (!active.has(folder)) void start(folder);
  }, RETRY_MS).unref();
  return {
    remove: (folder, waitMs = REMOVAL_WAIT_MS) =>
      Promise.race([active.get(folder) ?? start(folder), wait(waitMs, false, { ref: false })]),
    isRemoving: (folder) => active.has(folder),
    leftBytes: () => [...left.values()].reduce((sum, bytes) => sum + bytes, 0),
    async close() {
      clearInterval(timer);
      await Promise.race([Promise.all(active.values()), wait(CLOSE_WAIT_MS, undefined, { ref: false })]);
    },
  };
}
