/** Calls back when anything in the folders of scripts may have changed: told by the system, and looked at by itself. */
import { type FSWatcher, watch as watchBySystem } from 'node:fs';
import { basename } from 'node:path';
import type { ScriptProblem } from '../domain/problem.ts';
import { isShared } from '../disk/file-system.ts';

export interface WatchOptions {
  /** Absolute. */
  readonly root: string;
  /** Only looks, and does not ask the system for events. */
  readonly polls?: boolean;
  /** Reads the folders again, and passes those it has found to `follow`. Never called twice at the same time. */
  readonly onChange: () => Promise<void>;
  /** Called when events begin to fail, and with undefined when they work again. */
  readonly onProblem?: (problem: ScriptProblem | undefined) => void;
  /** The system's; a test passes one that fails. */
  readonly watch?: (folder: string) => FSWatcher;
}

export interface FolderWatch {
  /**
   * The folders to watch from now on, without those below them. True: some were not watched until now, so that they
   * are to be read again.
   */
  follow(folders: readonly string[]): boolean;
  /** Why the system reports no events. */
  problem(): ScriptProblem | undefined;
  /** Settles when nothing runs any more. */
  close(): Promise<void>;
}

/** Waits this long after a change, since saving causes a burst. */
const REST_MS = 60;
/** Looks this often although the system reports changes: those of other machines on a network share it does not. */
const LOOK_MS = 15_000;
/** Looks this often where nothing else reports changes. */
const POLL_MS = 2_000;
/** Looking takes at most a fifth of the time, however large or slow the folder. */
const REST_SHARE = 4;
/** Folders that are gone, or may not be read: the scan says so, if anybody. */
const EXPECTED = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ESTALE']);

/** One watch of the system for each folder: it reports what happens to the files in it. */
export async function watchFolder(options: WatchOptions): Promise<FolderWatch> {
  const { watch = (folder) => watchBySystem(folder, { persistent: true }) } = options;
  const polls = options.polls === true || (await isShared(options.root));
  const watchers = new Map<string, FSWatcher>();
  let problem: ScriptProblem | undefined;
  const looking = createLooker(options.onChange, () =>
    polls || problem !== undefined || !watchers.has(options.root) ? POLL_MS : LOOK_MS,
  );

  const forget = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const report = (error?: unknown): void => {
    const before = problem;
    problem = error === undefined ? undefined : watchProblem(error as NodeJS.ErrnoException);
    if ((before === undefined) !== (problem === undefined)) options.onProblem?.(problem);
  };
  /** Throws the system's error. */
  const add = (folder: string): void => {
    const watcher = watch(folder);
    watchers.set(folder, watcher);
    watcher.on('change', (event, name) => {
      // it may be the folder itself that is gone, and another one in its place
      if (event === 'rename' && (name === null || String(name) === basename(folder))) forget(folder);
      looking.soon();
    });
    watcher.on('error', (error: NodeJS.ErrnoException) => {
      forget(folder);
      if (!EXPECTED.has(error.code ?? '')) report(error);
      looking.soon();
    });
  };
  return {
    follow: (folders) => {
      looking.begin();
      if (options.polls === true || looking.isClosed()) return false;
      const wanted = new Set(folders);
      for (const folder of watchers.keys()) if (!wanted.has(folder)) forget(folder);
      const added = folders.filter((folder) => !watchers.has(folder));
      let failure: unknown;
      for (const folder of added) {
        try {
          add(folder);
        } catch (error) {
          if (EXPECTED.has((error as NodeJS.ErrnoException).code ?? '')) continue;
          failure = error;
          // the others would fail, too
          break;
        }
      }
      report(failure);
      return failure === undefined && added.some((folder) => watchers.has(folder));
    },
    problem: () => problem,
    close: async () => {
      const closed = looking.close();
      for (const folder of [...watchers.keys()]) forget(folder);
      await closed;
    },
  };
}

/** Calls `look` soon when asked and, once begun, again and again by itself. */
function createLooker(look: () => Promise<void>, everyMs: () => number) {
  let timer: NodeJS.Timeout | undefined;
  let dueMs = Infinity;
  let running: Promise<void> | undefined;
  let isWanted = false;
  let closed = false;
  const after = (ms: number): void => {
    if (closed || running !== undefined) return;
    const atMs = performance.now() + ms;
    if (atMs >= dueMs) return;
    clearTimeout(timer);
    dueMs = atMs;
    timer = setTimeout(() => {
      running = run();
    }, ms).unref();
  };
  async function run(): Promise<void> {
    dueMs = Infinity;
    isWanted = false;
    const beginMs = performance.now();
    await look().catch(() => undefined);
    running = undefined;
    after(isWanted ? REST_MS : Math.max(everyMs(), (performance.now() - beginMs) * REST_SHARE));
  }
  return {
    begin: () => {
      after(everyMs());
    },
    soon: () => {
      isWanted = true;
      after(REST_MS);
    },
    isClosed: () => closed,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}

function watchProblem({ code, message }: NodeJS.ErrnoException): ScriptProblem {
  const what = (why: string) =>
    `The system does not report saved files (${why}), so the folder is read every few seconds.`;
  if (code === 'ENOSPC')
    return {
      what: what('ENOSPC: its watches are used up'),
      remedy:
        'Allow more: sysctl fs.inotify.max_user_watches=524288, and the same line in a file of /etc/sysctl.d. All programs of a user, in all containers, share them.',
    };
  if (code === 'EMFILE')
    return {
      what: what('EMFILE: too many programs of this user watch files, or too many files are open'),
      remedy: 'Allow more: sysctl fs.inotify.max_user_instances=1024, and a higher limit of open files (ulimit -n).',
    };
  return {
    what: what(code ?? message),
    remedy: 'Nothing needs to be done. With the setting watch = "poll" the system is not asked.',
  };
}
