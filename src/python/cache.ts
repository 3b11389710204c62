/**
 * Our own environments in the user's cache, one per content of the requirements. A pointer file names the folder of the
 * finished environment: it appears completely or not at all, so a half-built one is never used.
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
import Type from 'typebox';
import { Value } from 'typebox/value';
import { interpreterOf } from './candidate.ts';
import type { PythonEnvironment } from './environment.ts';
import { DAY_MS } from '../domain/milliseconds.ts';

const UNUSED_MS = 90 * DAY_MS;
const FAILURE_MS = DAY_MS;
const POINTER = Type.Object({ folder: Type.String(), version: Type.String(), ipykernel: Type.String() });

export interface PythonCache {
  readonly folder: string;
  /** Hash of the requirements: the prefix of every name of this environment. */
  readonly key: string;
}

/** `XDG_CACHE_HOME` or `~/.cache`; created when missing. */
export function openCache(
  requirements: string,
  environment: Readonly<Record<string, string | undefined>>,
): PythonCache {
  const home = environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache');
  const folder = join(home, 'script-runner', 'python');
  mkdirSync(folder, { recursive: true });
  return { folder, key: hash('sha256', readFileSync(requirements)).slice(0, 16) };
}

const pointerOf = ({ folder, key }: PythonCache) => join(folder, `${key}.json`);
const failureOf = ({ folder, key }: PythonCache) => join(folder, `${key}.failed`);

/** The finished environment, if it exists and its base Python still does. */
export function readCache(cache: PythonCache): PythonEnvironment | undefined {
  try {
    const pointer: unknown = JSON.parse(readFileSync(pointerOf(cache), 'utf8'));
    if (!Value.Check(POINTER, pointer)) return undefined;
    const path = interpreterOf(join(cache.folder, pointer.folder));
    if (!existsSync(path)) return undefined;
    utimesSync(pointerOf(cache), new Date(), new Date());
    return { path, version: pointer.version, ipykernel: pointer.ipykernel, origin: 'own' };
  } catch {
    return undefined;
  }
}

/** A folder to build in, not yet created; it is also the final place, since environments contain their own path. */
export function newFolder(cache: PythonCache): string {
  return join(cache.folder, `${cache.key}-${randomBytes(6).toString('hex')}`);
}

/** Makes the built folder the current one. */
export function publish(cache: PythonCache, folder: string, built: { version: string; ipykernel: string }): void {
  const temporary = `${folder}.json`;
  writeFileSync(temporary, JSON.stringify({ folder: folder.slice(cache.folder.length + 1), ...built }));
  renameSync(temporary, pointerOf(cache));
  rmSync(failureOf(cache), { force: true });
}

/** Records that it could not be built, so that the next starts lose no time; after a day it is tried again. */
export function rememberFailure(cache: PythonCache): void {
  writeFileSync(failureOf(cache), '');
}

export function failedLately(cache: PythonCache): boolean {
  return (ageMs(failureOf(cache)) ?? Infinity) < FAILURE_MS;
}

/**
 * Removes environments unused for 90 days, folders that no pointer names, and stored answers (see `probe-memory`) of
 * the same age. Call it while holding the lock.
 */
export function sweepCache(cache: PythonCache): void {
  const names = readdirSync(cache.folder);
  const used = new Set<string>();
  for (const name of names.filter((each) => /^[0-9a-f]{16}\.json$/.test(each))) {
    const path = join(cache.folder, name);
    if ((ageMs(path) ?? 0) > UNUSED_MS) rmSync(path, { force: true });
    else used.add((JSON.parse(readFileSync(path, 'utf8')) as { folder: string }).folder);
  }
  for (const name of names.filter((each) => each.startsWith('probe-'))) {
    if ((ageMs(join(cache.folder, name)) ?? 0) > UNUSED_MS) rmSync(join(cache.folder, name), { force: true });
  }
  for (const name of names.filter((each) => /^[0-9a-f]{16}-[0-9a-f]{12}(\.json)?$/.test(each))) {
    if (!used.has(name)) rmSync(join(cache.folder, name), { recursive: true, force: true });
  }
}

function ageMs(path: string): number | undefined {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}
