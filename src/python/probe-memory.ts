/** Caches on disk what a Python answered until something of it changes: asking takes as long as starting it. */
import { hash, randomBytes } from 'node:crypto';
import { readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import Type from 'typebox';
import { Value } from 'typebox/value';
import type { CommandOptions } from './command.ts';
import { PROBE, probePython, type PythonProbe } from './probe.ts';

const RECORD = Type.Object({ state: Type.String(), probe: PROBE });

/**
 * As `probePython`; `folder` contains the answers, one file per command. A missing ipykernel is checked every time: it
 * may be about to be installed.
 */
export async function recallPython(
  command: string,
  options: CommandOptions,
  folder: string,
): Promise<PythonProbe | undefined> {
  if (!isAbsolute(command)) return probePython(command, options);
  const file = join(folder, `probe-${hashOf(command)}.json`);
  const record = await readRecord(file);
  if (record !== undefined && record.state === (await stateOf(command, record.probe, options))) return record.probe;
  const probe = await probePython(command, options);
  if (probe !== undefined && probe.ipykernel !== null && (await isItself(command, probe)))
    await write(file, { state: await stateOf(command, probe, options), probe });
  return probe;
}

/** False for a program that starts one Python or another: it may choose differently the next time. */
async function isItself(command: string, { path }: PythonProbe): Promise<boolean> {
  return (await placeOf(command)) === (await placeOf(path));
}

/**
 * Changes with the interpreter, with everything installed or removed, and with the variables that say where to look.
 */
async function stateOf(command: string, { folders }: PythonProbe, { environment }: CommandOptions): Promise<string> {
  const places = [command, await placeOf(command), join(dirname(dirname(command)), 'pyvenv.cfg'), ...folders];
  const variables = Object.entries(environment)
    .filter(([name]) => /^(PYTHON\w+|HOME|LD_LIBRARY_PATH)$/.test(name))
    .sort();
  return hashOf(JSON.stringify([variables, await Promise.all(places.map(stampOf))]));
}

async function stampOf(path: string): Promise<string> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? `${path} -` : `${path} ${found.ino} ${found.mtimeNs}`;
}

function placeOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

async function readRecord(file: string) {
  try {
    const record: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Value.Check(RECORD, record) ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Written completely or not at all. If it cannot be stored, Python is asked again. */
async function write(file: string, record: object): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(temporary, JSON.stringify(record))
    .then(() => rename(temporary, file))
    .catch(() => rm(temporary, { force: true }).catch(() => undefined));
}

function hashOf(text: string): string {
  return hash('sha256', text).slice(0, 16);
}
