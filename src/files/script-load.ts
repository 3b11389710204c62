/** Reads a script's files from disk, in bounded memory, and waits for one that is just being written. */
import { realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ScriptProblem, problemError, problemOf } from '../domain/problem.ts';
import { lookAtOnce } from '../disk/file-system.ts';
import { freeBytes, PlainFileError, readPlainFile } from '../disk/plain-file.ts';
import { fileProblem, leadsOutside, notPlain, tooLarge } from './file-problem.ts';
import type { Script } from '../domain/script/script.ts';
import type { KeptFiles } from './kept-file.ts';
import { toNotebookFile } from './script-convert.ts';
import type { ScriptParser } from './script-memory.ts';
import type { ParsedScript } from './script-parse.ts';
import { decode, type SourceFile } from './source-file.ts';
import { type Entry, sidecarPaths } from './script-scan.ts';

export interface LoadOptions {
  readonly parse: ScriptParser;
  /** Larger notebooks are broken, and not read. */
  readonly maxBytes: number;
  /** Real path of the folder that must contain the sidecar; undefined: links may lead anywhere. */
  readonly inside?: string;
  /** Remembers what was read; see there. */
  readonly kept?: KeptFiles;
}

/** What is known of the file. */
export interface LoadHints {
  /** Paths at which its sidecar may be. */
  readonly sidecars?: readonly string[] | undefined;
  /** The script that it was before, if it could be run. */
  readonly before?: Script | undefined;
}

export interface LoadedScript extends ParsedScript {
  readonly source: SourceFile;
  readonly sidecar: SourceFile | undefined;
}

const RETRIES = 4;
const RETRY_MS = 80;
/** A file that was changed this shortly before may be half written. */
const SAVING_MS = 10_000;
/** Of a notebook or a sidecar, in which its last brace is. */
const END_BYTES = 100;
const SAVING = 'If it is being saved just now, this disappears by itself.';

/**
 * Undefined for a file that is not a script, such as a module. Throws `invalid` with a `ScriptProblem`; a file that
 * does not parse, or is another one than before since this moment, is read again until it no longer changes.
 */
export async function loadScript(
  entry: Entry,
  options: LoadOptions,
  { sidecars = sidecarPaths(entry.path), before }: LoadHints = {},
): Promise<LoadedScript | undefined> {
  if (entry.problem !== undefined) throw problemError(entry.problem);
  for (let attempt = 0, last = ''; ; attempt += 1) {
    const beside = readSidecar(entry, sidecars, options);
    beside.catch(() => undefined); // if the file itself cannot be read, that is what counts
    const file = await readBounded(entry.path, entry.file, options.maxBytes);
    const wasEmptied = file.bytes.length === 0 && before !== undefined;
    const source = toNotebookFile(file) ?? (wasEmptied ? file : undefined);
    if (source === undefined) return undefined;
    const sidecar = await beside;
    const now = `${source.modifiedAtMs} ${source.bytes.length} ${sidecar?.modifiedAtMs} ${sidecar?.bytes.length}`;
    const isLast = attempt >= RETRIES || now === last;
    const isCut = isHalfWritten(source) || (sidecar !== undefined && isHalfWritten(sidecar));
    try {
      if (wasEmptied) throw problemError({ what: 'The file is empty.' });
      const loaded = { source, sidecar, ...(await options.parse(entry.name, source, sidecar)) };
      if (isLast || before === undefined || !isFresh(loaded, before)) {
        options.kept?.put(entry.file, loaded);
        return loaded;
      }
      freeBytes(loaded.source.bytes);
    } catch (error) {
      freeBytes(source.bytes);
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      if (isLast) throw problemError(isCut ? withHint(problem) : problem, error);
    }
    last = now;
    await pause(RETRY_MS);
  }
}

/** Written in this moment: a text of which only the first part is there can be a script, too. */
function isFresh({ script, source }: LoadedScript, before: Script): boolean {
  return script.revision !== before.revision && Math.abs(Date.now() - source.modifiedAtMs) <= RETRY_MS;
}

/** Saving a notebook on a network share can take seconds. Its bytes are gone once another thread has read them. */
function isHalfWritten({ file, bytes, modifiedAtMs }: SourceFile): boolean {
  const isJson = file.endsWith('.ipynb') || file.endsWith('.json');
  const isWhole = bytes.length > 0 && (!isJson || /\}\s*$/.test(decode(bytes.subarray(-END_BYTES))));
  return !isWhole && Math.abs(Date.now() - modifiedAtMs) <= SAVING_MS;
}

function withHint(problem: ScriptProblem): ScriptProblem {
  return { ...problem, remedy: [problem.remedy, SAVING].filter((text) => text !== undefined).join(' ') };
}

/** Whether the problem of a script may disappear by itself. */
export function wasJustSaved({ remedy }: ScriptProblem): boolean {
  return remedy?.endsWith(SAVING) === true;
}

async function readSidecar(
  { path, file }: Entry,
  sidecars: readonly string[],
  { maxBytes, inside }: LoadOptions,
): Promise<SourceFile | undefined> {
  const readings = sidecars.map(async (place) => {
    const name = join(dirname(file), relative(dirname(path), place));
    if ((await lookAtOnce(place)) === 'absent') return undefined;
    await checkInside(place, name, inside);
    return readBounded(place, name, maxBytes).catch(ignoreMissing);
  });
  for (const reading of readings) reading.catch(() => undefined); // the first that is there counts
  for (const reading of readings) {
    const found = await reading;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The rule for links to scripts also applies to links to sidecars. */
async function checkInside(path: string, file: string, inside: string | undefined): Promise<void> {
  if (inside === undefined) return;
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined || real.startsWith(inside.endsWith(sep) ? inside : inside + sep)) return;
  throw problemError({ ...leadsOutside(), where: file });
}

async function readBounded(path: string, file: string, maxBytes: number): Promise<SourceFile> {
  try {
    return { file, ...(await readPlainFile(path, maxBytes)) };
  } catch (error) {
    const problem: ScriptProblem =
      error instanceof PlainFileError
        ? error.reason === 'large'
          ? tooLarge(error.sizeBytes, maxBytes)
          : notPlain()
        : fileProblem(error as NodeJS.ErrnoException, 'file');
    throw problemError(problem, error);
  }
}

/** A script whose name has all the bytes that a name may have cannot have a sidecar. */
const MISSING = new Set(['ENOENT', 'ENAMETOOLONG']);

function ignoreMissing(error: Error): undefined {
  if (!MISSING.has((error.cause as NodeJS.ErrnoException | undefined)?.code ?? '')) throw error;
}
