/** Our own environments in the user's cache, one per content of the requirements. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Type from 'typebox';
import { DAY_MS } from '../domain/milliseconds.ts';
import { interpreterOf } from './candidate.ts';
import type { PythonEnvironment } from './environment.ts';
import {
  changedAtMs,
  keyOfText,
  listKeys,
  markUsed,
  openCachePath,
  publishFolder,
  readPointer,
  removePointer,
  sweepFiles,
  sweepFolders,
} from './finished-folder.ts';

const UNUSED_MS = 90 * DAY_MS;
const FAILURE_MS = DAY_MS;
const FACTS = Type.Object({ version: Type.String(), ipykernel: Type.String() });

export interface PythonCache {
  readonly folder: string;
  /** Hash of the requirements: the prefix of every name of this environment. */
  readonly key: string;
}

/** In the user's cache; created when missing. `requirements`: path of the file. */
export function openCache(
  requirements: string,
  environment: Readonly<Record<string, string | undefined>>,
): PythonCache {
  return { folder: openCachePath(environment, 'python'), key: keyOfText(readFileSync(requirements)) };
}

const failureOf = ({ folder, key }: PythonCache) => join(folder, `${key}.failed`);

/** The finished environment, if it exists and its base Python still does. */
export function readCache({ folder, key }: PythonCache): PythonEnvironment | undefined {
  const found = readPointer(folder, key, FACTS);
  if (found === undefined || !existsSync(interpreterOf(found.path))) return undefined;
  markUsed(folder, key);
  return { path: interpreterOf(found.path), version: found.version, ipykernel: found.ipykernel, origin: 'own' };
}

/** Makes the built folder the current one. */
export function publish(cache: PythonCache, folder: string, built: { version: string; ipykernel: string }): void {
  publishFolder(cache.folder, cache.key, folder, built);
  rmSync(failureOf(cache), { force: true });
}

/** Records that it could not be built, so that the next starts lose no time; after a day it is tried again. */
export function rememberFailure(cache: PythonCache): void {
  writeFileSync(failureOf(cache), '');
}

export function failedLately(cache: PythonCache): boolean {
  return Date.now() - (changedAtMs(failureOf(cache)) ?? 0) < FAILURE_MS;
}

/**
 * Removes environments unused for 90 days, folders that no pointer names, and stored answers (see `probe-memory`) of
 * the same age. Call it while holding the lock.
 */
export function sweepCache({ folder }: PythonCache): void {
  for (const { key, usedAtMs } of listKeys(folder)) if (Date.now() - usedAtMs > UNUSED_MS) removePointer(folder, key);
  sweepFolders(folder);
  sweepFiles(folder, /^probe-/, UNUSED_MS);
}
