/** A folder as the source of scripts: scanned, kept in memory, watched. */
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../domain/error.ts';
import { problemOf } from '../domain/problem.ts';
import type { Language } from '../domain/parameter/language.ts';
import type { ScriptContent, ScriptSource } from '../domain/script/script.ts';
import { createKeptFiles } from './kept-file.ts';
import { createEnvironmentFinder } from './environment/environment-find.ts';
import type { WatchOptions } from './folder-watch.ts';
import { openScriptFolder } from './script-folder.ts';
import type { ScriptIndex } from './script-index.ts';
import { keepIndex } from './script-index-keep.ts';
import { environmentOf, type Known } from './script-known.ts';
import { type LoadedScript, type LoadOptions, loadScript, wasJustSaved } from './script-load.ts';
import { createScriptMemory, type ScriptParser } from './script-memory.ts';
import { parseScript } from './script-parse.ts';
import { extensionOf, type Scan, scanFolder } from './script-scan.ts';

export interface ScriptSourceOptions {
  /** The scripts folder, or one notebook file. */
  readonly directory: string;
  readonly languages: ReadonlyMap<string, Language>;
  /** Whether links that lead out of the folder are scripts, too. */
  readonly followLinks?: boolean;
  /** Reads files of more than a megabyte on another thread; absent: all are read on this one. */
  readonly parseLarge?: ScriptParser;
  /** Larger files are broken, and not read; 128 MB. */
  readonly maxBytes?: number;
  /** Whether to watch the files until `close`; default true. A single run on the command line need not. */
  readonly watch?: boolean;
  /** What was read is written there, and read from there at the next start; absent: all files are read. */
  readonly index?: ScriptIndex;
  /** How long callers wait for the first reading of the folder; absent: `createScriptSource` does, until its end. */
  readonly waitMs?: number;
  /** How they are watched. */
  readonly watching?: Pick<WatchOptions, 'polls' | 'onProblem' | 'watch'>;
}

const MAX_BYTES = 128_000_000;
/** Larger files are read on another thread: this one would be blocked meanwhile. */
const LARGE_BYTES = 1_000_000;

/** When to try again where a file is being saved; seconds. */
const SAVED_S = 2;

/** Settles once the folder has been read; with `waitMs`, at once. */
export async function createScriptSource(options: ScriptSourceOptions): Promise<ScriptSource> {
  const { root, isFile, scan } = await openRoot(options);
  const parseFile = fileParser(options);
  const parse = createScriptMemory(parseFile);
  const wanted: LoadOptions = {
    parse,
    maxBytes: options.maxBytes ?? MAX_BYTES,
    kept: createKeptFiles(),
    ...(options.followLinks === true || isFile ? {} : { inside: root }),
  };
  const findEnvironments = () => createEnvironmentFinder({ root, followLinks: options.followLinks === true || isFile });
  const folder = await openScriptFolder({
    root,
    scan,
    // a listing of all scripts is not cached
    load: { ...wanted, parse: parseFile },
    findEnvironments,
    index: options.index && keepIndex(options.index, JSON.stringify([root, wanted.maxBytes])),
    watching: options.watch === false ? undefined : (options.watching ?? {}),
    waitMs: options.waitMs,
  });
  const read = async (name: string): Promise<ScriptContent> => {
    const found = await folder.find(name);
    const findEnvironment = findEnvironments();
    // its folder is looked at while its file is read
    if (found?.script !== undefined)
      findEnvironment(dirname(found.entry.path), found.script.language).catch(() => undefined);
    const loaded = found && (await loadOrKept(found, wanted));
    if (found === undefined || loaded === undefined)
      throw new AppError('not-found', `There is no script named “${name}”.`);
    const declared = await environmentOf(loaded.script, dirname(found.entry.path), findEnvironment);
    return content({ ...loaded, script: { ...loaded.script, ...declared } }, found.entry.path);
  };
  return {
    list: async () => (await folder.list()).scripts,
    reading: folder.reading,
    find: async (name) => (await folder.find(name))?.script,
    read,
    review: async (name) => {
      if ((await folder.find(name))?.script?.state !== 'ready') return [];
      return (await read(name)).script.findings?.() ?? [];
    },
    parse: async (name, bytes, sidecar) => {
      const found = await folder.find(name);
      const path = found?.entry.path ?? join(root, name);
      const source = { file: found?.script?.file ?? name, bytes, modifiedAtMs: found?.script?.updatedAtMs ?? 0 };
      const beside = sidecar === undefined ? undefined : { ...sidecar, modifiedAtMs: source.modifiedAtMs };
      const parsed = await parse(found?.script?.name ?? name, source, beside);
      return content({ source, sidecar: beside, ...parsed }, path);
    },
    onChange: folder.onChange,
    watchProblem: folder.watchProblem,
    close: folder.close,
  };
}

/** The file as it is now; while it is being written, as it was before. Throws `unavailable` if that is not known. */
async function loadOrKept({ entry, script }: Known, options: LoadOptions): Promise<LoadedScript | undefined> {
  const before = script?.state === 'ready' ? script : undefined;
  try {
    return await loadScript(entry, options, { before });
  } catch (error) {
    const problem = problemOf(error);
    if (before === undefined || problem === undefined || !wasJustSaved(problem)) throw error;
    const kept = options.kept?.get(entry.file);
    if (kept === undefined)
      throw new AppError('unavailable', `The file of “${before.title}” is being saved. Try again in a moment.`, {
        retryAfterS: SAVED_S,
      });
    const parsed = await options.parse(entry.name, kept.source, kept.sidecar);
    return { ...kept, ...parsed, script: { ...parsed.script, saving: problem } };
  }
}

function fileParser({ languages, parseLarge }: ScriptSourceOptions): ScriptParser {
  return async (name, source, sidecar) => {
    const bytes = source.bytes.length + (sidecar?.bytes.length ?? 0);
    if (parseLarge !== undefined && bytes > LARGE_BYTES) return parseLarge(name, source, sidecar);
    return parseScript(name, source, sidecar, languages);
  };
}

/**
 * The folder with links resolved (watching and the check of links need the real path), and how its scripts are found.
 */
async function openRoot({
  directory,
  followLinks = false,
}: ScriptSourceOptions): Promise<{ root: string; isFile: boolean; scan: () => Promise<Scan> }> {
  const path = resolve(directory);
  const real = await realpath(path).catch(() => path);
  const isFile = await stat(real).then(
    (found) => found.isFile(),
    () => false,
  );
  if (!isFile) return { root: real, isFile, scan: () => scanFolder({ root: real, followLinks }) };
  const file = basename(path);
  const name = basename(file, extensionOf(file)).normalize('NFC');
  const only: Scan = { entries: [{ name, file, path }], folders: [dirname(path)] };
  return { root: dirname(path), isFile, scan: () => Promise.resolve(only) };
}

function content({ script, notebook, source, sidecar }: LoadedScript, path: string): ScriptContent {
  return {
    script,
    notebook,
    bytes: source.bytes,
    directory: dirname(path),
    ...(sidecar === undefined ? {} : { sidecar: { file: sidecar.file, bytes: sidecar.bytes } }),
  };
}
