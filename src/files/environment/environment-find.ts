/**
 * The packages that a folder declares for its scripts: the nearest file in the script's folder or one above it, up to
 * the scripts folder.
 */
import { realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { parse, stringify } from 'smol-toml';
import { lookAtOnce } from '../../disk/file-system.ts';
import { PlainFileError, readPlainFile } from '../../disk/plain-file.ts';
import { defined } from '../../domain/defined.ts';
import { problemError, problemOf, type ScriptProblem } from '../../domain/problem.ts';
import type { FoundEnvironment, ScriptEnvironment } from '../../domain/script/script-environment.ts';
import { isJsonObject, type Json } from '../../domain/text/json.ts';
import { fileProblem, leadsOutside, tooLarge } from '../file-problem.ts';
import { decode } from '../source-file.ts';
import { readConda } from './conda-read.ts';
import { isVersion } from './environment-inline.ts';
import { type IncludeReader, readRequirements } from './requirements-read.ts';
import { readUvTable } from './uv-read.ts';

/** Of one file; lock files of large projects have a fifth of this. */
const MAX_BYTES = 5_000_000;

interface Folders {
  /** Real path of the scripts folder. */
  readonly root: string;
  readonly followLinks: boolean;
}

/** The environment of the scripts in a folder (absolute), by their language; undefined: none is declared. */
export type EnvironmentFinder = (directory: string, language: string) => Promise<FoundEnvironment | undefined>;

/** Reads each folder once. A broken declaration is returned as its problem. */
export function createEnvironmentFinder(folders: Folders): EnvironmentFinder {
  const known = new Map<string, Promise<FoundEnvironment | undefined>>();
  const find: EnvironmentFinder = (directory, language) => {
    const readers = READERS[language.toLowerCase()];
    if (readers === undefined || !isInside(directory, folders.root)) return Promise.resolve(undefined);
    const key = `${language} ${directory}`;
    const found = known.get(key) ?? look(directory, readers, language);
    known.set(key, found);
    return found;
  };
  async function look(directory: string, readers: readonly Reader[], language: string) {
    for (const reading of begun(readers.map((read) => read(directory, folders)))) {
      try {
        const environment = await reading;
        if (environment !== undefined) return { environment };
      } catch (error) {
        const environmentProblem = problemOf(error);
        if (environmentProblem === undefined) throw error;
        return { environmentProblem };
      }
    }
    return directory === folders.root ? undefined : find(dirname(directory), language);
  }
  return find;
}

/** Undefined if the folder has no such file. Throws `invalid` with a `ScriptProblem`. */
type Reader = (directory: string, folders: Folders) => Promise<ScriptEnvironment | undefined>;

const readProject: Reader = async (directory, folders) => {
  const texts = begun(['pyproject.toml', 'uv.lock'].map((name) => readText(join(directory, name), folders)));
  const [toml, lock] = [await texts[0], await texts[1]];
  if (toml === undefined || lock === undefined) return undefined;
  const file = nameOf(join(directory, 'uv.lock'), folders);
  const projectFile = nameOf(join(directory, 'pyproject.toml'), folders);
  const { project, tool, ...rest } = tomlOf(toml, projectFile);
  tomlOf(lock, file);
  const requiresPython = isJsonObject(project as Json)
    ? (project as { 'requires-python'?: unknown })['requires-python']
    : undefined;
  return {
    kind: 'python',
    file,
    requirements: '',
    ...(isVersion(requiresPython) ? { requiresPython } : {}),
    ...readProjectTools({ ...rest, project }, tool, { toml, lock, directory, projectFile }),
  };
};

/** What uv is not told of, a build does not see either. */
function readProjectTools(
  rest: Readonly<Record<string, unknown>>,
  tool: unknown,
  given: { readonly toml: string; readonly lock: string; readonly directory: string; readonly projectFile: string },
): Pick<ScriptEnvironment, 'project' | 'uv'> {
  const { toml, lock, directory, projectFile } = given;
  const table = typeof tool === 'object' && tool !== null && 'uv' in tool ? tool.uv : undefined;
  if (table === undefined) return { project: { toml, lock } };
  // the lock has what the sources were resolved to
  const { sources: _sources, ...others } = table as Readonly<Record<string, unknown>>;
  const uv = readUvTable(others, projectFile, directory);
  return { project: { toml: stringify(rest), lock }, ...defined({ uv }) };
}

const readRequirementsFile: Reader = async (directory, folders) => {
  const path = join(directory, 'requirements.txt');
  const text = await readText(path, folders);
  if (text === undefined) return undefined;
  const file = nameOf(path, folders);
  const { requirements, constraints } = await readRequirements({ path, file }, text, includesIn(file, folders));
  return { kind: 'python', file, requirements, ...defined({ constraints: constraints || undefined }) };
};

/** What `file` includes. */
function includesIn(file: string, folders: Folders): IncludeReader {
  return async (target) => {
    if (!isInside(target, folders.root)) throw problemError({ ...leadsOutside(), where: file });
    const included = await readText(target, folders);
    if (included === undefined)
      throw problemError({ what: `It includes ${nameOf(target, folders)}, which does not exist.`, where: file });
    return { file: nameOf(target, folders), text: included };
  };
}

const readCondaFile: Reader = async (directory, folders) => {
  const paths = ['environment.yml', 'environment.yaml'].map((name) => join(directory, name));
  const texts = begun(paths.map((path) => readText(path, folders)));
  for (const [index, path] of paths.entries()) {
    const text = await texts[index];
    if (text === undefined) continue;
    const file = nameOf(path, folders);
    const packages = await readConda(text, file, async (lines) => {
      const { requirements, constraints } = await readRequirements({ path, file }, lines, includesIn(file, folders));
      if (constraints !== '')
        throw problemError({
          what: 'The list under “pip:” names a constraints file.',
          where: file,
          remedy: 'Write the versions into the list.',
        });
      return requirements;
    });
    return { kind: 'conda', file, requirements: JSON.stringify(packages) };
  }
  return undefined;
};

const readRenv: Reader = async (directory, folders) => {
  const path = join(directory, 'renv.lock');
  const text = await readText(path, folders);
  if (text === undefined) return undefined;
  const file = nameOf(path, folders);
  if (!hasPackages(text))
    throw problemError({
      what: 'This is not a lock file of renv.',
      where: file,
      remedy: 'Run renv::snapshot() again.',
    });
  return { kind: 'renv', file, requirements: text };
};

/** By language, those with precedence first. */
const READERS: Readonly<Record<string, readonly Reader[]>> = {
  python: [readProject, readRequirementsFile, readCondaFile],
  r: [readRenv, readCondaFile],
};

function hasPackages(text: string): boolean {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) && isJsonObject(value['Packages']);
  } catch {
    return false;
  }
}

function tomlOf(text: string, where: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    const [reason = ''] = String((error as Error).message).split('\n');
    throw problemError({ what: `This is not valid TOML: ${reason}.`, where, remedy: 'Correct it and save.' });
  }
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** Path below the scripts folder, for people. */
function nameOf(path: string, { root }: Folders): string {
  return relative(root, path);
}

/** They are waited for in order, while the system looks at all of them: of most, there is none. */
function begun<T>(readings: readonly Promise<T>[]): readonly Promise<T>[] {
  for (const reading of readings) reading.catch(() => undefined);
  return readings;
}

/** Undefined if there is no such file. Throws `invalid` with a `ScriptProblem`. */
async function readText(path: string, folders: Folders): Promise<string | undefined> {
  if ((await lookAtOnce(path)) === 'absent') return undefined;
  const where = nameOf(path, folders);
  try {
    if (!folders.followLinks && !isInside(await realpath(path), folders.root))
      throw problemError({ ...leadsOutside(), where });
    return decode((await readPlainFile(path, MAX_BYTES)).bytes);
  } catch (error) {
    if (problemOf(error) !== undefined) throw error;
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw problemError({ ...unreadable(error), where }, error);
  }
}

function unreadable(error: unknown): ScriptProblem {
  if (!(error instanceof PlainFileError)) return fileProblem(error as NodeJS.ErrnoException, 'file');
  return error.reason === 'large'
    ? tooLarge(error.sizeBytes, MAX_BYTES)
    : { what: 'This is a pipe, a device or a folder, not a file.', remedy: 'Put the file itself here.' };
}
