/**
 * The environments of scripts in the user's cache: one for each thing that was resolved and each Python. A second file
 * for each declaration says what it was resolved to, so that it stays the same until the declaration changes.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import type { BuiltEnvironment } from '../domain/kernel/environment.ts';
import { DAY_MS } from '../domain/milliseconds.ts';
import { interpreterOf } from './candidate.ts';
import {
  cachePath,
  keyOfText,
  listKeys,
  markUsed,
  openCachePath,
  publishFolder,
  readJson,
  readPointer,
  removePointer,
  sweepFiles,
  sweepFolders,
  writeWhole,
} from './finished-folder.ts';

const UNUSED_MS = 90 * DAY_MS;
/** One that was used within this time may be in use. */
const IN_USE_MS = DAY_MS;
const NAME = 'environments';

const RESOLVED = Type.Object({ key: Type.String({ pattern: '^[0-9a-f]{16}$' }), python: Type.Optional(Type.String()) });
const FAILURE = Type.Object({ message: Type.String() });
const FACTS = Type.Object({
  version: Type.String(),
  lock: Type.String(),
  sizeBytes: Type.Number(),
  language: Type.Optional(Type.Literal('r')),
});

/** What a declaration was resolved to. `python`: the interpreter that it is built from; absent for R. */
export type Resolved = Static<typeof RESOLVED>;

/** In the user's cache; created when missing. */
export function openEnvironments(environment: Readonly<Record<string, string | undefined>>): string {
  return openCachePath(environment, NAME);
}

/** Where they are; need not exist. */
export function environmentsFolder(environment: Readonly<Record<string, string | undefined>>): string {
  return cachePath(environment, NAME);
}

/** Equal for the same parts. */
export function cacheKey(...parts: readonly string[]): string {
  return keyOfText(JSON.stringify(parts));
}

export function readResolved(root: string, declaration: string): Resolved | undefined {
  return readJson(join(root, `${declaration}.resolved`), RESOLVED);
}

export function writeResolved(root: string, declaration: string, resolved: Resolved): void {
  writeWhole(join(root, `${declaration}.resolved`), JSON.stringify(resolved));
  rmSync(join(root, `${declaration}.failed`), { force: true });
}

/** Why the declaration could not be installed when that was last tried. */
export function readFailure(root: string, declaration: string): string | undefined {
  return readJson(join(root, `${declaration}.failed`), FAILURE)?.message;
}

export function writeFailure(root: string, declaration: string, message: string): void {
  writeWhole(join(root, `${declaration}.failed`), JSON.stringify({ message }));
}

/** What bounds each build, and the variables of its tools. */
export interface BuildBounds {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of all environments together, and so of each. */
  readonly limitBytes: number;
  /** What must remain free on their disk. */
  readonly reserveBytes: number;
}

/** The finished environment, if it exists and its base Python still does; it then counts as used. */
export function readBuilt(root: string, key: string): BuiltEnvironment | undefined {
  const found = readPointer(root, key, FACTS);
  if (found === undefined) return undefined;
  const { path, version, lock, language } = found;
  const place = language === 'r' ? { library: path } : { python: interpreterOf(path) };
  if (!existsSync(place.library ?? place.python)) return undefined;
  markUsed(root, key);
  return { key, ...place, version, lock };
}

/** `folder`: in the place that `newFolder` named. */
export function publishEnvironment(
  root: string,
  { key, version, lock, library }: BuiltEnvironment,
  { folder, sizeBytes }: { readonly folder: string; readonly sizeBytes: number },
): void {
  publishFolder(root, key, folder, { version, lock, sizeBytes, ...(library === undefined ? {} : { language: 'r' }) });
}

export interface StoredEnvironment {
  readonly key: string;
  readonly version: string;
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

/** The last used first. */
export function listEnvironments(root: string): readonly StoredEnvironment[] {
  return listKeys(root).flatMap(({ key, usedAtMs }) => {
    const found = readPointer(root, key, FACTS);
    return found === undefined ? [] : [{ key, version: found.version, sizeBytes: found.sizeBytes, usedAtMs }];
  });
}

/**
 * Removes environments that were not used for 90 days, those used longest ago while all take more than `limitBytes`
 * (none that was used within a day, or is in `keep`), and folders that no pointer names. Call it while holding the
 * lock.
 */
export function sweepEnvironments(root: string, limitBytes: number, keep: ReadonlySet<string>): void {
  let bytes = 0;
  for (const { key, sizeBytes, usedAtMs } of listEnvironments(root)) {
    const ageMs = Date.now() - usedAtMs;
    const isOver = ageMs > UNUSED_MS || (bytes + sizeBytes > limitBytes && ageMs > IN_USE_MS);
    if (isOver && !keep.has(key)) removePointer(root, key);
    else bytes += sizeBytes;
  }
  sweepFolders(root);
  sweepFiles(root, /\.(?:resolved|failed)$/, UNUSED_MS);
}
