/** What is known of the files of a folder between two looks: read, or taken over from the last look or the index. */
import type { BigIntStats } from 'node:fs';
import { dirname } from 'node:path';
import { freeBytes } from '../disk/plain-file.ts';
import { defined } from '../domain/defined.ts';
import type { Notebook } from '../domain/notebook/notebook.ts';
import { NO_PARAMETERS } from '../domain/parameter/parameter.ts';
import { type ScriptProblem, problemOf, problemText } from '../domain/problem.ts';
import { environmentText, type FoundEnvironment } from '../domain/script/script-environment.ts';
import type { Script } from '../domain/script/script.ts';
import { isJsonObject } from '../domain/text/json.ts';
import type { EnvironmentFinder } from './environment/environment-find.ts';
import { type FileLook, lookAnywhere } from './file-look.ts';
import { folderOf, titleOfName } from './script-about.ts';
import type { IndexedScript } from './script-index.ts';
import { type LoadOptions, loadScript, wasJustSaved } from './script-load.ts';
import { type Entry, sidecarPaths } from './script-scan.ts';

/** What is kept of a script between looks; notebooks themselves are read when needed. */
export interface Known {
  readonly entry: Entry;
  /** Changes whenever the file or its sidecar does. */
  readonly version: string;
  /** As read, without findings; undefined: the file is not a script. */
  readonly read: Script | undefined;
  /** Written by Jupytext beside a file of the same name. */
  readonly isPaired: boolean;
  /** As listed: another file with the same name may have precedence. */
  readonly script: Script | undefined;
  /** It is read again at the next look, whatever its version says. */
  readonly isUnsure: boolean;
  /** `read` is what the file was before it could no longer be read, since when. */
  readonly keptSinceMs?: number;
}

/** A file that was written this shortly before may still be written, with the same time and size. */
const FRESH_MS = 3_000;
/** How long a script stays as it was, however long its file is being written. */
const KEEP_MS = 60_000;
/** File systems whose times are this coarse give the same time to two writes that follow each other. */
const COARSE_NS = 10_000_000n;

export interface KnownList {
  readonly all: readonly Known[];
  readonly byFile: ReadonlyMap<string, Known>;
  /** Those that are listed. */
  readonly scripts: readonly Script[];
  /** By its name or an earlier one, in any form of Unicode. */
  find(name: string): Known | undefined;
}

export function listKnown(all: readonly Known[]): KnownList {
  const byName = new Map<string, Known>();
  const add = (name: string | undefined, one: Known) => {
    if (name !== undefined && !byName.has(name)) byName.set(name, one);
  };
  for (const one of all) add(one.script?.name, one);
  for (const one of all) for (const alias of one.script?.aliases ?? []) add(alias, one);
  return {
    all,
    byFile: new Map(all.map((one) => [one.entry.file, one])),
    scripts: all.flatMap(({ script }) => script ?? []),
    find: (name) => byName.get(name.normalize('NFC')),
  };
}

/** With what the folders declare; those in which nothing has changed stay the same. */
export async function withEnvironments(found: readonly Known[], find: EnvironmentFinder): Promise<readonly Known[]> {
  const keyOf = ({ entry }: Known, { language }: Script) => `${language} ${dirname(entry.path)}`;
  const wanted = new Map<string, Promise<FoundEnvironment | undefined>>();
  for (const one of found) {
    if (one.read?.state !== 'ready') continue;
    const key = keyOf(one, one.read);
    if (!wanted.has(key)) wanted.set(key, find(dirname(one.entry.path), one.read.language));
  }
  const declared = new Map(
    await Promise.all([...wanted].map(async ([key, environment]) => [key, await environment] as const)),
  );
  return found.map((one) => {
    const { read, script } = one;
    if (read?.state !== 'ready' || script === undefined) return one;
    const environment = ownEnvironment(read) ?? declared.get(keyOf(one, read)) ?? {};
    if (isSame(environment, script)) return one;
    const { environment: _old, environmentProblem: _oldProblem, ...rest } = script;
    return { ...one, script: { ...rest, ...environment } };
  });
}

/** What a script says of its own packages has precedence over its folder. */
export async function environmentOf(
  read: Script,
  directory: string,
  find: EnvironmentFinder,
): Promise<FoundEnvironment> {
  return ownEnvironment(read) ?? (await find(directory, read.language)) ?? {};
}

function ownEnvironment({ environment, environmentProblem }: Script): FoundEnvironment | undefined {
  return environment === undefined && environmentProblem === undefined
    ? undefined
    : defined({ environment, environmentProblem });
}

function isSame(one: FoundEnvironment, other: FoundEnvironment): boolean {
  const isPlain = ({ environment, environmentProblem }: FoundEnvironment) =>
    environment === undefined && environmentProblem === undefined;
  if (isPlain(one) || isPlain(other)) return isPlain(one) && isPlain(other);
  const textOf = ({ environment, environmentProblem }: FoundEnvironment) =>
    `${environment === undefined ? '' : environmentText(environment)} ${JSON.stringify(environmentProblem)}`;
  return textOf(one) === textOf(other);
}

/** Takes over what is known of the same version of the file; else reads it. Never rejects. */
export async function readOne(
  entry: Entry,
  earlier: Known | IndexedScript | undefined,
  load: LoadOptions,
  look: FileLook = lookAnywhere,
): Promise<Known> {
  const { version, isUnsure } = await versionOf(entry, look);
  if (earlier?.version === version) {
    if (!('entry' in earlier)) return { entry, isUnsure, ...earlier, script: earlier.read };
    if (!earlier.isUnsure) return earlier;
  }
  const known = { entry, version, isUnsure, isPaired: false };
  try {
    const loaded = await loadScript(entry, load, { sidecars: entry.sidecars, before: runnable(earlier?.read) });
    if (loaded === undefined) return { ...known, read: undefined, script: undefined };
    const { script: found, source, notebook } = loaded;
    freeBytes(source.bytes);
    // they keep the code of the notebook
    const { findings: _, ...script } = found;
    return { ...known, read: script, isPaired: isPaired(notebook), script };
  } catch (error) {
    const problem = problemOf(error) ?? {
      what: 'The file cannot be read as a notebook.',
      remedy: problemText({ what: String(error) }),
    };
    const kept = keepBefore(earlier, problem);
    if (kept !== undefined) return { ...known, ...kept };
    const wasDraft = problem.inDraft === true || earlier?.read?.isDraft === true;
    const broken: Script = {
      ...brokenScript(entry, problem),
      ...(wasDraft ? { isDraft: true } : {}),
      // addresses and presets stay while it is mended
      ...defined({ aliases: earlier?.read?.aliases }),
    };
    return { ...known, read: broken, script: broken, isUnsure: isUnsure || wasJustSaved(problem) };
  }
}

/** A file that is being written leaves its script as it was, for a while. */
function keepBefore(earlier: Known | IndexedScript | undefined, problem: ScriptProblem) {
  const before = runnable(earlier?.read);
  if (before === undefined || earlier === undefined || !wasJustSaved(problem)) return undefined;
  const keptSinceMs = ('keptSinceMs' in earlier ? earlier.keptSinceMs : undefined) ?? Date.now();
  if (Date.now() - keptSinceMs > KEEP_MS) return undefined;
  const script: Script = { ...before, saving: problem };
  return { read: script, script, isPaired: earlier.isPaired, isUnsure: true, keptSinceMs };
}

function runnable(script: Script | undefined): Script | undefined {
  return script?.state === 'ready' ? script : undefined;
}

/** `"jupytext": {"formats": "ipynb,py:percent"}` */
function isPaired({ metadata: { jupytext } }: Notebook): boolean {
  return isJsonObject(jupytext) && typeof jupytext.formats === 'string' && jupytext.formats.includes(',');
}

async function versionOf(
  { path, problem, sidecars }: Entry,
  look: FileLook,
): Promise<Pick<Known, 'version' | 'isUnsure'>> {
  const nowMs = Date.now();
  // where the list of its folder was read, it is no link; its sidecar may be one
  const found = await Promise.all([
    sidecars === undefined ? lookAnywhere(path) : look(path),
    ...(sidecars ?? sidecarPaths(path)).map(lookAnywhere),
  ]);
  const isFresh = (one: BigIntStats | undefined) =>
    one !== undefined && one.mtimeNs % COARSE_NS === 0n && nowMs - Number(one.mtimeMs) < FRESH_MS;
  return {
    version: [JSON.stringify(problem), ...found.map(versionText)].join(' '),
    isUnsure: found.some(isFresh),
  };
}

function versionText(found: BigIntStats | undefined): string {
  return found === undefined ? '-' : `${found.ino}:${found.size}:${found.mtimeNs}:${found.ctimeNs}`;
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
