/**
 * The environments of scripts in the user's cache: one for each thing that was resolved and each Python. As in `cache`,
 * a pointer names the finished folder, so a half-built one is never used. A second file for each declaration says what
 * it was resolved to, so that it stays the same until the declaration changes.
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
import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import type { BuiltEnvironment } from '../domain/kernel/environment.ts';
import { DAY_MS } from '../domain/milliseconds.ts';
import { interpreterOf } from './candidate.ts';

const UNUSED_MS = 90 * DAY_MS;
/** One that was used within this time may be in use. */
const IN_USE_MS = DAY_MS;

const RESOLVED = Type.Object({ key: Type.String({ pattern: '^[0-9a-f]{16}$' }), python: Type.String() });
const POINTER = Type.Object({
  folder: Type.String(),
  version: Type.String(),
  lock: Type.String(),
  sizeBytes: Type.Number(),
});

/** What a declaration was resolved to. `python`: the interpreter that the environment is built from. */
export type Resolved = Static<typeof RESOLVED>;

/** `XDG_CACHE_HOME` or `~/.cache`; created when missing. */
export function openEnvironments(environment: Readonly<Record<string, string | undefined>>): string {
  const folder = environmentsFolder(environment);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Where they are; need not exist. */
export function environmentsFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const home = environment['XDG_CACHE_HOME'] || join(environment['HOME'] || homedir(), '.cache');
  return join(home, 'script-runner', 'environments');
}

/** Equal for the same parts. */
export function cacheKey(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts)).slice(0, 16);
}

export function readResolved(root: string, declaration: string): Resolved | undefined {
  return readJson(join(root, `${declaration}.resolved`), RESOLVED);
}

export function writeResolved(root: string, declaration: string, resolved: Resolved): void {
  writeWhole(join(root, `${declaration}.resolved`), JSON.stringify(resolved));
}

/** The finished environment, if it exists and its base Python still does; it then counts as used. */
export function readBuilt(root: string, key: string): BuiltEnvironment | undefined {
  const pointer = readJson(join(root, `${key}.json`), POINTER);
  if (pointer === undefined) return undefined;
  const python = interpreterOf(join(root, pointer.folder));
  if (!existsSync(python)) return undefined;
  utimesSync(join(root, `${key}.json`), new Date(), new Date());
  return { key, python, version: pointer.version, lock: pointer.lock };
}

/** A folder to build in, not yet created; it is also the final place, since environments contain their own path. */
export function newEnvironmentFolder(root: string, key: string): string {
  return join(root, `${key}-${randomBytes(6).toString('hex')}`);
}

export function publishEnvironment(
  root: string,
  { key, version, lock }: BuiltEnvironment,
  built: { readonly folder: string; readonly sizeBytes: number },
): void {
  const folder = built.folder.slice(root.length + 1);
  writeWhole(join(root, `${key}.json`), JSON.stringify({ folder, version, lock, sizeBytes: built.sizeBytes }));
}

export interface StoredEnvironment {
  readonly key: string;
  readonly version: string;
  readonly sizeBytes: number;
  readonly usedAtMs: number;
}

/** The last used first. */
export function listEnvironments(root: string): readonly StoredEnvironment[] {
  return namesIn(root)
    .flatMap((name) => {
      const key = /^([0-9a-f]{16})\.json$/.exec(name)?.[1];
      const pointer = key === undefined ? undefined : readJson(join(root, name), POINTER);
      if (key === undefined || pointer === undefined) return [];
      return [{ key, version: pointer.version, sizeBytes: pointer.sizeBytes, usedAtMs: usedAtMs(join(root, name)) }];
    })
    .sort((a, b) => b.usedAtMs - a.usedAtMs);
}

/**
 * Removes environments that were not used for 90 days, those used longest ago while all take more than `limitBytes`
 * (none that was used within a day, or is in `keep`), and folders that no pointer names. Call it while holding the
 * lock.
 */
export function sweepEnvironments(root: string, limitBytes: number, keep: ReadonlySet<string>): void {
  let bytes = 0;
  const used = new Set<string>();
  for (const { key, sizeBytes, usedAtMs: atMs } of listEnvironments(root)) {
    const ageMs = Date.now() - atMs;
    const path = join(root, `${key}.json`);
    bytes += sizeBytes;
    const isOver = ageMs > UNUSED_MS || (bytes > limitBytes && ageMs > IN_USE_MS);
    if (isOver && !keep.has(key)) rmSync(path, { force: true });
    else used.add(readJson(path, POINTER)?.folder ?? '');
    if (isOver && !keep.has(key)) bytes -= sizeBytes;
  }
  for (const name of namesIn(root)) {
    const isFolder = /^[0-9a-f]{16}-[0-9a-f]{12}$/.test(name) && !used.has(name);
    const isOld = name.endsWith('.resolved') && Date.now() - usedAtMs(join(root, name)) > UNUSED_MS;
    if (isFolder || isOld) rmSync(join(root, name), { recursive: true, force: true });
  }
}

function namesIn(root: string): readonly string[] {
  return existsSync(root) ? readdirSync(root) : [];
}

function usedAtMs(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function readJson<T extends TSchema>(path: string, schema: T): Static<T> | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Value.Check(schema, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Appears completely or not at all. */
function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}
