/**
 * Folders in the user's cache that take long to build. A pointer, `KEY.json`, names the folder once it is finished and
 * appears completely or not at all, so a half-built folder is never used. A pointer's time is when it was last used.
 */
import { hash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import Type, { type Static, type TObject, type TSchema } from 'typebox';
import { Value } from 'typebox/value';

const POINTER = Type.Object({ folder: Type.String() });
const POINTER_NAME = /^([0-9a-f]{16})\.json$/;
/** Folders, and pointers that were not written to their end. */
const UNNAMED = /^[0-9a-f]{16}(?:-[0-9a-f]{12}|\.json\.[0-9a-f]{12})$/;

/** `XDG_CACHE_HOME` or `~/.cache`, and in it a folder of ours, which need not exist. */
export function cachePath(environment: Readonly<Record<string, string | undefined>>, name: string): string {
  const home = environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache');
  return join(home, 'script-runner', name);
}

/** As `cachePath`; created when missing. */
export function openCachePath(environment: Readonly<Record<string, string | undefined>>, name: string): string {
  const root = cachePath(environment, name);
  mkdirSync(root, { recursive: true });
  return root;
}

/** The key of what has this text: 16 hexadecimal digits. */
export function keyOfText(text: string | Uint8Array): string {
  return hash('sha256', text).slice(0, 16);
}

/** A folder to build in, not yet created; it is also the final place, since environments contain their own path. */
export function newFolder(root: string, key: string): string {
  return join(root, `${key}-${randomBytes(6).toString('hex')}`);
}

/** Makes the folder, built in the place that `newFolder` named, the one of the key. */
export function publishFolder(root: string, key: string, folder: string, facts: object): void {
  writeWhole(pointerPath(root, key), JSON.stringify({ folder: folder.slice(root.length + 1), ...facts }));
}

/** What was published with the key and fits the schema, and the absolute path of its folder, which may be gone. */
export function readPointer<T extends TObject>(
  root: string,
  key: string,
  schema: T,
): (Static<T> & { readonly path: string }) | undefined {
  const named = readJson(pointerPath(root, key), POINTER);
  const facts = readJson(pointerPath(root, key), schema);
  return named && facts && { ...facts, path: join(root, named.folder) };
}

/** It counts as used now, unless another process has just removed it. */
export function markUsed(root: string, key: string): void {
  try {
    utimesSync(pointerPath(root, key), new Date(), new Date());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** The keys that name a folder, the last used first. */
export function listKeys(root: string): readonly { readonly key: string; readonly usedAtMs: number }[] {
  return namesIn(root)
    .flatMap((name) => {
      const key = POINTER_NAME.exec(name)?.[1];
      return key === undefined ? [] : [{ key, usedAtMs: changedAtMs(join(root, name)) ?? 0 }];
    })
    .sort((a, b) => b.usedAtMs - a.usedAtMs);
}

/** Removes the pointer; `sweepFolders` then removes its folder. */
export function removePointer(root: string, key: string): void {
  rmSync(pointerPath(root, key), { force: true });
}

/** Removes folders that no pointer names. Call it while nothing is built. */
export function sweepFolders(root: string): void {
  const used = new Set(listKeys(root).map(({ key }) => readJson(pointerPath(root, key), POINTER)?.folder));
  for (const name of namesIn(root))
    if (UNNAMED.test(name) && !used.has(name)) rmSync(join(root, name), { recursive: true, force: true });
}

/** Removes files with such a name that were last written longer ago. */
export function sweepFiles(root: string, name: RegExp, oldMs: number): void {
  for (const each of namesIn(root).filter((one) => name.test(one)))
    if (Date.now() - (changedAtMs(join(root, each)) ?? Infinity) > oldMs) rmSync(join(root, each), { force: true });
}

/** Undefined if there is no such file. */
export function changedAtMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}

/** Undefined if there is no such file, or its value does not fit. */
export function readJson<T extends TSchema>(path: string, schema: T): Static<T> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Value.Check(schema, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Appears completely or not at all. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

function pointerPath(root: string, key: string): string {
  return join(root, `${key}.json`);
}

function namesIn(root: string): readonly string[] {
  return existsSync(root) ? readdirSync(root) : [];
}
