/** What is known of the files of a scripts folder: read once, then again whenever they change. */
import { listKnown, type Known, type KnownList, withEnvironments } from './script-known.ts';
import type { EnvironmentFinder } from './environment/environment-find.ts';
import { type FolderWatch, watchFolder, type WatchOptions } from './folder-watch.ts';
import type { keepIndex } from './script-index-keep.ts';
import { readingError } from '../domain/script/script-reading.ts';
import type { ScriptReading } from '../domain/script/script.ts';
import type { LoadOptions } from './script-load.ts';
import { type FirstReading, readAll, readFirst } from './script-reading.ts';
import type { Scan } from './script-scan.ts';

export interface ScriptFolderOptions {
  /** Absolute, links resolved. */
  readonly root: string;
  readonly scan: () => Promise<Scan>;
  readonly load: LoadOptions;
  /** Reads the declarations of all folders anew. */
  readonly findEnvironments: () => EnvironmentFinder;
  readonly index: ReturnType<typeof keepIndex> | undefined;
  /** Undefined: the folder is not watched. */
  readonly watching: Omit<WatchOptions, 'root' | 'onChange'> | undefined;
  /** How long callers wait for the first reading; undefined: `openScriptFolder` does, until its end. */
  readonly waitMs: number | undefined;
}

export interface ScriptFolder {
  /** All files. While they are read for the first time, waits, at last in vain: throws `unavailable`. */
  list(): Promise<KnownList>;
  /** By its name or an earlier one. What has not been read yet is read first; waits and throws as `list`. */
  find(name: string): Promise<Known | undefined>;
  /** Undefined: all files have been read. */
  reading(): ScriptReading | undefined;
  /** Called when the list has changed, and when the first one is there; returns a function that unsubscribes. */
  onChange(listener: () => void): () => void;
  watchProblem(): ReturnType<FolderWatch['problem']>;
  close(): Promise<void>;
}

/** The folders are listed again if some were not watched yet; those that still come then are found at the next look. */
const SCANS = 3;

export async function openScriptFolder(options: ScriptFolderOptions): Promise<ScriptFolder> {
  const { root, load, findEnvironments, index, waitMs } = options;
  const listeners = new Set<() => void>();
  let watch: FolderWatch | undefined;
  let known: KnownList | undefined;
  const scan = async () => {
    for (let attempt = 1; ; attempt += 1) {
      const { entries, folders } = await options.scan();
      // before the files are read: what is saved meanwhile is read again
      const hasNew = watch?.follow(folders) === true;
      if (!hasNew || attempt === SCANS) return entries;
    }
  };
  const publish = (all: readonly Known[]): KnownList => {
    const list = listKnown(all);
    known = list;
    index?.changed(all);
    for (const listener of listeners) listener();
    return list;
  };
  const rescan = async (): Promise<void> => {
    await whole;
    const before = known?.byFile ?? new Map<string, Known>();
    const found = await withEnvironments(await readAll(await scan(), before, load), findEnvironments());
    if (!isSameList(found, known?.all ?? [])) publish(found);
  };
  const watching = options.watching && watchFolder({ ...options.watching, root, onChange: rescan });
  let first: FirstReading | undefined = readFirst({
    scan: async () => {
      watch = await watching;
      return scan();
    },
    index: async () => (await index?.read()) ?? new Map(),
    load,
    findEnvironment: findEnvironments(),
  });
  const whole = first.all.then(publish);
  const ended = whole.then(() => {
    first = undefined;
  });
  const quiet = ended.catch(() => undefined);
  if (waitMs === undefined) await ended;

  const reading = (): ScriptReading | undefined =>
    first === undefined || known !== undefined ? undefined : { ...first.progress(), ended: quiet };
  const list = async () => known ?? inTime(whole, waitMs, reading);
  return {
    list,
    find: async (name) => {
      const early =
        known === undefined && first !== undefined ? await inTime(first.find(name), waitMs, reading) : undefined;
      return early ?? (await list()).find(name);
    },
    reading,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchProblem: () => watch?.problem(),
    close: async () => {
      first?.stop();
      await quiet;
      await watch?.close();
      await index?.close();
    },
  };
}

async function inTime<T>(
  wanted: Promise<T>,
  waitMs: number | undefined,
  reading: () => ScriptReading | undefined,
): Promise<T> {
  if (waitMs === undefined) return wanted;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(readingError(reading() ?? { read: 0, total: undefined })), waitMs).unref();
  return Promise.race([wanted, late.promise]).finally(() => clearTimeout(timer));
}

function isSameList(one: readonly Known[], other: readonly Known[]): boolean {
  return one.length === other.length && one.every((each, at) => each === other[at]);
}
