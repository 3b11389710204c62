/** `NAME.cases.yaml` beside a script, and what is kept of its cases in `NAME.cases/CASE/`. */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PlainFileError, readPlainTextSync } from '../disk/plain-file.ts';
import { AppError } from '../domain/error.ts';
import type { CaseContent } from '../domain/script/case-difference.ts';
import { defaultCase, readCases, type ScriptCase } from '../domain/script/script-case.ts';
import { isJsonObject, type Json } from '../domain/text/json.ts';
import { parseJsonText } from '../domain/text/json-text.ts';
import { readYaml } from './yaml-text.ts';

/** A larger table is not kept. */
export const CASE_TABLE_BYTES = 10_000_000;
const RESULTS = 'results.json';
const RESULTS_BYTES = 20_000_000;
const MOST_TABLES = 1_000;

/** The script's path without its extension. */
function stemOf(path: string): string {
  return path.replace(/\.[^./\\]+$/, '');
}

/** The cases of the script at the absolute path; undefined: it has no such file. Throws `invalid` with a problem. */
function readCaseFile(path: string): readonly ScriptCase[] | undefined {
  const file = `${stemOf(path)}.cases.yaml`;
  try {
    const text = readPlainTextSync(file, RESULTS_BYTES);
    return readCases(readYaml(text, { file: basename(file), line: 1, isExact: true }), basename(file));
  } catch (error) {
    if (['ENOENT', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    if (error instanceof PlainFileError)
      throw new AppError('invalid', `${basename(file)} cannot be read: ${error.message}`);
    throw error;
  }
}

/** The cases, or its defaults as the only one. */
export function casesOf(path: string): readonly ScriptCase[] {
  return readCaseFile(path) ?? [defaultCase()];
}

function keptFolder(path: string, name: string): string {
  return join(`${stemOf(path)}.cases`, name);
}

/** Undefined: nothing was kept yet. Throws `invalid` for files that somebody has broken. */
export async function readKept(path: string, name: string): Promise<CaseContent | undefined> {
  const folder = keptFolder(path, name);
  const found = await lstat(join(folder, RESULTS)).catch(() => undefined);
  if (found === undefined) return undefined;
  const results = readResults(join(folder, RESULTS));
  const files = (await readdir(folder)).filter((file) => file.endsWith('.csv')).slice(0, MOST_TABLES);
  const tables = files.map((file) => [file.slice(0, -4), readText(join(folder, file), CASE_TABLE_BYTES)] as const);
  return { results, tables: Object.fromEntries(tables) };
}

function readResults(file: string): CaseContent['results'] {
  let value: Json;
  try {
    value = parseJsonText(readText(file, RESULTS_BYTES));
  } catch (error) {
    throw new AppError('invalid', `${file} is not valid JSON: ${(error as Error).message}`, { cause: error });
  }
  if (isJsonObject(value)) return value;
  throw new AppError('invalid', `${file} must contain names with values. To write it again: check --run --update.`);
}

function readText(file: string, limit: number): string {
  try {
    return readPlainTextSync(file, limit);
  } catch (error) {
    throw new AppError('invalid', `${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Replaces what was kept, each file as a whole; tables that there are no more are removed. Throws `internal`. */
export async function writeKept(path: string, name: string, { results, tables }: CaseContent): Promise<void> {
  const folder = keptFolder(path, name);
  try {
    await mkdir(folder, { recursive: true });
    for (const [table, csv] of Object.entries(tables)) await replaceFile(join(folder, `${table}.csv`), csv);
    await replaceFile(join(folder, RESULTS), `${JSON.stringify(results, null, 2)}\n`);
    for (const file of await readdir(folder))
      if (file.endsWith('.csv') && !Object.hasOwn(tables, file.slice(0, -4))) await rm(join(folder, file));
  } catch (error) {
    throw new AppError('internal', `${folder} could not be written: ${(error as Error).message}`, { cause: error });
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const fresh = `${path}.${randomUUID()}.new`;
  try {
    await writeFile(fresh, text, { flag: 'wx' });
    await rename(fresh, path);
  } finally {
    await rm(fresh, { force: true });
  }
}
