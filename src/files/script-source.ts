/** A folder as the source of scripts: scanned, kept in memory, watched. */
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { freeBytes } from '../disk/plain-file.ts';
import { defined } from '../domain/defined.ts';
import { AppError } from '../domain/error.ts';
import type { Language } from '../domain/parameter/language.ts';
import type { Notebook } from '../domain/notebook/notebook.ts';
import { NO_PARAMETERS } from '../domain/parameter/parameter.ts';
import { environmentText, type FoundEnvironment } from '../domain/script/script-environment.ts';
import type { Script, ScriptContent, ScriptSource } from '../domain/script/script.ts';
import { isJsonObject } from '../domain/text/json.ts';
import { type ScriptProblem, problemOf, problemText } from '../domain/problem.ts';
import { createEnvironmentFinder, type EnvironmentFinder } from './environment/environment-find.ts';
import { type FolderWatch, watchFolder, type WatchOptions } from './folder-watch.ts';
import { folderOf, titleOfName } from './script-about.ts';
import { type LoadedScript, type LoadOptions, loadScript, sidecarPaths } from './script-load.ts';
import { ownAliases } from './script-publication.ts';
import { createScriptMemory, type ScriptParser } from './script-memory.ts';
import { parseScript } from './script-parse.ts';
import { type Entry, extensionOf, type Scan, scanFolder } from './script-scan.ts';

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
  /** How they are watched. */
  readonly watching?: Pick<WatchOptions, 'polls' | 'onProblem' | 'watch'>;
}

/** What is kept of a script between scans; notebooks themselves are read when needed. */
interface Known {
  readonly entry: Entry;
  /** Changes whenever the file or its sidecar does. */
  readonly version: string;
  /** As read; undefined: the file is not a script. */
  readonly read: Script | undefined;
  /** Written by Jupytext beside a file of the same name. */
  readonly isPaired: boolean;
  /** As listed: another file with the same name may have precedence. */
  readonly script: Script | undefined;
}

const MAX_BYTES = 128_000_000;
/** Larger files are read on another thread: this one would be blocked meanwhile. */
const LARGE_BYTES = 1_000_000;
const READERS = 8;

/** Settles once the folder has been read. */
export async function createScriptSource(options: ScriptSourceOptions): Promise<ScriptSource> {
  const { root, isFile, scan } = await openRoot(options);
  const parseFile = fileParser(options);
  const parse = createScriptMemory(parseFile);
  const wanted: LoadOptions = {
    parse,
    maxBytes: options.maxBytes ?? MAX_BYTES,
    ...(options.followLinks === true || isFile ? {} : { inside: root }),
  };
  // A listing of all scripts is not cached.
  const load: LoadOptions = { ...wanted, parse: parseFile };
  const findEnvironments = () => createEnvironmentFinder({ root, followLinks: options.followLinks === true || isFile });
  const listeners = new Set<() => void>();
  let watching: FolderWatch | undefined;
  let folders: readonly string[] = [];
  const readFolder = async (before: readonly Known[]) => {
    const found = await scan();
    folders = found.folders;
    // before the files are read: what is saved meanwhile is read again
    watching?.follow(folders);
    return withEnvironments(await readAll(found.entries, before, load), findEnvironments());
  };
  let known: readonly Known[] = await readFolder([]);

  const rescan = async (): Promise<void> => {
    const before = known;
    known = await readFolder(before);
    const changed = known.length !== before.length || known.some((one, index) => one !== before[index]);
    if (changed) for (const listener of listeners) listener();
  };
  if (options.watch !== false) watching = await watchFolder({ ...options.watching, root, onChange: rescan });
  watching?.follow(folders);
  const lookUp = (called: string): Known | undefined => {
    const wanted = called.normalize('NFC');
    return (
      known.find(({ script }) => script?.name === wanted) ??
      known.find(({ script }) => script?.aliases?.includes(wanted) === true)
    );
  };
  return {
    list: async () => known.map(({ script }) => script).filter((script) => script !== undefined),
    find: async (name) => lookUp(name)?.script,
    read: async (name) => {
      const found = lookUp(name);
      const loaded = found === undefined ? undefined : await loadScript(found.entry, wanted);
      if (found === undefined || loaded === undefined)
        throw new AppError('not-found', `There is no script named “${name}”.`);
      const declared = await environmentOf(loaded.script, dirname(found.entry.path), findEnvironments());
      return content({ ...loaded, script: { ...loaded.script, ...declared } }, found.entry.path);
    },
    parse: async (name, bytes, sidecar) => {
      const found = lookUp(name);
      const path = found?.entry.path ?? join(root, name);
      const source = { file: found?.script?.file ?? name, bytes, modifiedAtMs: found?.script?.updatedAtMs ?? 0 };
      const beside = sidecar === undefined ? undefined : { ...sidecar, modifiedAtMs: source.modifiedAtMs };
      const parsed = await parse(found?.script?.name ?? name, source, beside);
      return content({ source, sidecar: beside, ...parsed }, path);
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchProblem: () => watching?.problem(),
    close: async () => watching?.close(),
  };
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

/** Reads what has changed since `before`; a few files at a time. */
async function readAll(
  entries: readonly Entry[],
  before: readonly Known[],
  load: LoadOptions,
): Promise<readonly Known[]> {
  const earlier = new Map(before.map((one) => [one.entry.file, one]));
  const results = new Array<Known>(entries.length);
  let next = 0;
  const reader = async (): Promise<void> => {
    for (let at = next++; at < entries.length; at = next++) {
      const entry = entries[at] as Entry;
      results[at] = await readOne(entry, earlier.get(entry.file), load);
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  return withAliases(withShadows(results));
}

/** With what the folders declare; those in which nothing has changed stay the same. */
async function withEnvironments(found: readonly Known[], find: EnvironmentFinder): Promise<readonly Known[]> {
  return Promise.all(
    found.map(async (one) => {
      const { read, script, entry } = one;
      if (read?.state !== 'ready' || script === undefined) return one;
      const declared = await environmentOf(read, dirname(entry.path), find);
      if (isSame(declared, script)) return one;
      const { environment: _old, environmentProblem: _oldProblem, ...rest } = script;
      return { ...one, script: { ...rest, ...declared } };
    }),
  );
}

/** What a script says of its own packages has precedence over its folder. */
async function environmentOf(read: Script, directory: string, find: EnvironmentFinder): Promise<FoundEnvironment> {
  const { environment, environmentProblem } = read;
  if (environment !== undefined || environmentProblem !== undefined)
    return defined({ environment, environmentProblem });
  return (await find(directory, read.language)) ?? {};
}

function isSame(one: FoundEnvironment, other: FoundEnvironment): boolean {
  const textOf = ({ environment, environmentProblem }: FoundEnvironment) =>
    `${environment === undefined ? '' : environmentText(environment)} ${JSON.stringify(environmentProblem)}`;
  return textOf(one) === textOf(other);
}

/** Of scripts with the same name the first is published; the other half of a Jupytext pair is not listed. */
function withShadows(found: readonly Known[]): Known[] {
  const published = new Set<string>();
  return found.map((one) => {
    const { read, entry } = one;
    if (read === undefined) return one;
    const isShadowed = published.has(entry.name) && read.state === 'ready';
    published.add(entry.name);
    if (isShadowed === (one.script?.state !== read.state)) return one;
    const shadow: Script = { ...read, state: 'shadowed', problem: shadowed(entry) };
    return { ...one, script: !isShadowed ? read : one.isPaired ? undefined : shadow };
  });
}

/** Entries whose scripts are as before are the same objects. */
function withAliases(found: readonly Known[]): readonly Known[] {
  const listed = found.filter(({ script }) => script !== undefined);
  const own = ownAliases(
    listed.map(({ read, script }) => ({
      name: script?.name ?? '',
      aliases: script?.state === 'shadowed' ? [] : (read?.aliases ?? []),
    })),
  );
  const byEntry = new Map(listed.map(({ entry }, at) => [entry, own[at] ?? []]));
  return found.map((one) => {
    const { script, entry } = one;
    const aliases = byEntry.get(entry) ?? [];
    if (script === undefined || JSON.stringify(aliases) === JSON.stringify(script.aliases ?? [])) return one;
    const { aliases: _before, ...rest } = script;
    return { ...one, script: aliases.length === 0 ? rest : { ...rest, aliases } };
  });
}

async function readOne(entry: Entry, earlier: Known | undefined, load: LoadOptions): Promise<Known> {
  const version = `${JSON.stringify(entry.problem)} ${await versionsOf(entry.path)}`;
  if (earlier?.version === version) return earlier;
  try {
    const loaded = await loadScript(entry, load);
    if (loaded === undefined) return { entry, version, read: undefined, isPaired: false, script: undefined };
    const { script, source, notebook } = loaded;
    freeBytes(source.bytes);
    return { entry, version, read: script, isPaired: isPaired(notebook), script };
  } catch (error) {
    const problem = problemOf(error) ?? {
      what: 'The file cannot be read as a notebook.',
      remedy: problemText({ what: String(error) }),
    };
    const wasDraft = problem.inDraft === true || earlier?.script?.isDraft === true;
    const broken: Script = { ...brokenScript(entry, problem), ...(wasDraft ? { isDraft: true } : {}) };
    return { entry, version, read: broken, isPaired: false, script: broken };
  }
}

/** `"jupytext": {"formats": "ipynb,py:percent"}` */
function isPaired({ metadata: { jupytext } }: Notebook): boolean {
  return isJsonObject(jupytext) && typeof jupytext.formats === 'string' && jupytext.formats.includes(',');
}

async function versionsOf(path: string): Promise<string> {
  return (await Promise.all([path, ...sidecarPaths(path)].map(versionOf))).join(' ');
}

async function versionOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? '-' : `${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}`;
}

function shadowed({ name }: Entry): ScriptProblem {
  return {
    what: `Another file has the same name, ${name}, and is published instead.`,
    remedy: 'Rename one of the two.',
  };
}

function brokenScript({ name, file }: Entry, problem: ScriptProblem): Script {
  return {
    name,
    file,
    title: titleOfName(name),
    description: '',
    folder: folderOf(name),
    tags: [],
    language: '',
    revision: '',
    updatedAtMs: 0,
    state: 'broken',
    problem,
    schema: NO_PARAMETERS,
    options: { showCode: false, downloads: [] },
  };
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
