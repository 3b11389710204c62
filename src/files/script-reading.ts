/** Reads the files of a folder, a few at a time; at first those that somebody asks for by their names. */
import { AppError } from '../domain/error.ts';
import { SERVER_STOPPING } from '../domain/run/run-message.ts';
import type { ScriptReading } from '../domain/script/script.ts';
import type { EnvironmentFinder } from './environment/environment-find.ts';
import { createFileLook } from './file-look.ts';
import type { IndexedScript } from './script-index.ts';
import { type Known, readOne, withEnvironments } from './script-known.ts';
import type { LoadOptions } from './script-load.ts';
import { withPrecedence, withShadows } from './script-precedence.ts';
import type { Entry } from './script-scan.ts';

/** By the path of the file below the folder. */
export type Earlier = ReadonlyMap<string, Known | IndexedScript>;

const READERS = 8;

/** Reads what has changed since `earlier`. */
export async function readAll(
  entries: readonly Entry[],
  earlier: Earlier,
  load: LoadOptions,
): Promise<readonly Known[]> {
  const results = new Array<Known>(entries.length);
  const look = createFileLook();
  await aFewAtATime(entries, async (entry, at) => {
    results[at] = await readOne(entry, earlier.get(entry.file), load, look);
  });
  // what was taken over as it was needs no other look
  const isSameAs = (one: Known) => earlier.get(one.entry.file) === one;
  if (results.length === earlier.size && results.every(isSameAs)) return results;
  return withPrecedence(results);
}

export interface FirstReading {
  /** All files. Rejects only after `stop`. */
  readonly all: Promise<readonly Known[]>;
  /** Reads the files of this name before others; undefined: none of them is a script. Earlier names are not known. */
  find(name: string): Promise<Known | undefined>;
  progress(): Omit<ScriptReading, 'ended'>;
  stop(): void;
}

/** Files of one name: only together do they say which of them is published. */
interface Group {
  readonly entries: readonly Entry[];
  reading?: Promise<readonly Known[]>;
  /** As read; `shown`: as listed until all files are known. */
  known?: readonly Known[];
  shown?: readonly Known[];
}

interface FirstOptions {
  readonly scan: () => Promise<readonly Entry[]>;
  /** What is known from earlier starts. */
  readonly index: () => Promise<Earlier>;
  readonly load: LoadOptions;
  readonly findEnvironment: EnvironmentFinder;
}

export function readFirst({ scan, index, load, findEnvironment }: FirstOptions): FirstReading {
  let isStopped = false;
  let groups: ReadonlyMap<string, Group> | undefined;
  const look = createFileLook();
  const begun = Promise.all([scan(), index()]).then(([entries, earlier]) => {
    groups = groupsOf(entries);
    return { groups, earlier };
  });

  const readGroup = async (group: Group, earlier: Earlier): Promise<readonly Known[]> => {
    const known = [];
    for (const entry of group.entries) known.push(await readOne(entry, earlier.get(entry.file), load, look));
    group.known = known;
    return (group.shown = await withEnvironments(withShadows(known).map(withoutAliases), findEnvironment));
  };
  const read = (group: Group, earlier: Earlier) => (group.reading ??= readGroup(group, earlier));

  async function readRest(): Promise<readonly Known[]> {
    const { groups, earlier } = await begun;
    const all = [...groups.values()];
    await aFewAtATime(all, async (group) => {
      if (!isStopped) await read(group, earlier);
    });
    if (isStopped) throw new AppError('unavailable', SERVER_STOPPING);
    const known = all.flatMap((group) => group.known ?? []);
    return withEnvironments(withPrecedence(known), findEnvironment);
  }

  return {
    all: readRest(),
    find: async (name) => {
      const { groups, earlier } = await begun;
      const group = groups.get(name.normalize('NFC'));
      return group && (await read(group, earlier)).find(({ script }) => script !== undefined);
    },
    progress: () => {
      const shown = [...(groups?.values() ?? [])].flatMap((group) => group.shown ?? []);
      const total = groups && [...groups.values()].reduce((sum, { entries }) => sum + entries.length, 0);
      return { read: shown.length, total, scripts: shown.flatMap(({ script }) => script ?? []) };
    },
    stop: () => {
      isStopped = true;
    },
  };
}

/** In the order of the names. */
function groupsOf(entries: readonly Entry[]): ReadonlyMap<string, Group> {
  const groups = new Map<string, { entries: Entry[] }>();
  for (const entry of entries) {
    const group = groups.get(entry.name);
    if (group === undefined) groups.set(entry.name, { entries: [entry] });
    else group.entries.push(entry);
  }
  return groups;
}

function withoutAliases(one: Known): Known {
  if (one.script?.aliases === undefined) return one;
  const { aliases: _, ...script } = one.script;
  return { ...one, script };
}

async function aFewAtATime<T>(items: readonly T[], act: (item: T, at: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) await act(items[at] as T, at);
  };
  await Promise.all(Array.from({ length: READERS }, worker));
}
