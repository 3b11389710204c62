/**
 * A file with what was read from each script, so that a start reads only those that have changed since. It is a cache:
 * without it, or if it cannot be used, all scripts are read.
 */
import { hash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as otherWork } from 'node:timers/promises';
import { readPlainFile } from '../disk/plain-file.ts';
import type { Script } from '../domain/script/script.ts';

/** What was read from a file of this version. */
export interface IndexedScript {
  readonly version: string;
  /** Undefined: the file is not a script. */
  readonly read: Script | undefined;
  readonly isPaired: boolean;
}

/** By the path of the file below the folder. */
export type ScriptIndexEntries = ReadonlyMap<string, IndexedScript>;

export interface ScriptIndex {
  /** Empty if there is none, or it was written by another version of the program or for another folder. */
  read(of: string): Promise<ScriptIndexEntries>;
  /** Replaces what was written before. Throws errors of the system. */
  write(of: string, entries: Iterable<readonly [string, IndexedScript]>): Promise<void>;
}

/** The name of the file in the data folder. */
export const SCRIPT_INDEX = 'scripts-index.jsonl';

/** Scripts beyond it are read at each start. */
const INDEX_BYTES = 128_000_000;
/** Lines between which other work gets its turn. */
const LINES_AT_ONCE = 200;
/** Changes whenever the meaning of a line does. */
const FORMAT = 1;
/** Folders of the program that decide what is read from a file. */
const READERS = ['domain', 'files', 'language'];

/** `path`: of the file. Its first line says for which folder, and by which program, the others were written. */
export function createScriptIndex(path: string): ScriptIndex {
  const head = (of: string) => JSON.stringify({ format: FORMAT, of, by: readerVersion() });
  return {
    async read(of) {
      const found = await readPlainFile(path, INDEX_BYTES).catch(() => undefined);
      const lines = linesOf(found?.bytes ?? new Uint8Array());
      const entries = new Map<string, IndexedScript>();
      if (lines.next().value !== head(of)) return entries;
      for (const line of lines) {
        const read = readLine(line);
        // a file that was damaged says nothing of what follows
        if (read === undefined) return entries;
        entries.set(...read);
        if (entries.size % LINES_AT_ONCE === 0) await otherWork();
      }
      return entries;
    },
    async write(of, entries) {
      const temporary = `${path}.${process.pid}`;
      try {
        await writeLines(temporary, head(of), entries);
        await rename(temporary, path);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        throw error;
      }
    },
  };
}

async function writeLines(
  path: string,
  head: string,
  entries: Iterable<readonly [string, IndexedScript]>,
): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    let lines = [head];
    let left = INDEX_BYTES - head.length;
    const flush = async () => {
      await file.writeFile(lines.map((line) => `${line}\n`).join(''));
      lines = [];
    };
    for (const [name, { version, read, isPaired }] of entries) {
      if (!isPlain(read)) continue;
      const line = JSON.stringify([name, version, isPaired, read]);
      left -= Buffer.byteLength(line) + 1;
      if (left < 0) break;
      lines.push(line);
      if (lines.length >= LINES_AT_ONCE) await flush();
    }
    await flush();
  } finally {
    await file.close();
  }
}

function readLine(line: string): [string, IndexedScript] | undefined {
  try {
    const [name, version, isPaired, read] = JSON.parse(line) as [string, string, boolean, Script | null];
    return [name, { version, isPaired, read: read ?? undefined }];
  } catch {
    return undefined;
  }
}

function* linesOf(bytes: Uint8Array): Generator<string> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let from = 0, to = text.indexOf(10); to >= 0; from = to + 1, to = text.indexOf(10, from))
    yield text.toString('utf8', from, to);
}

/** JSON has neither infinite numbers nor minus zero. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0);
  if (typeof value === 'bigint' || typeof value === 'function') return false;
  return typeof value !== 'object' || value === null || Object.values(value).every(isPlain);
}

/** Differs between two versions of the code that reads scripts. */
function readerVersion(): string {
  const files = READERS.flatMap((folder) => {
    const at = join(import.meta.dirname, '..', folder);
    return readdirSync(at, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((file) => {
        const { size, mtimeMs } = statSync(join(at, file));
        return `${folder}/${file} ${size} ${mtimeMs}`;
      });
  });
  return hash('sha256', [process.version, ...files].join('\n'));
}
