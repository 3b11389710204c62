/**
 * A requirements file for the resolver: includes inserted, paths made absolute. Source of the format:
 * https://pip.pypa.io/en/stable/reference/requirements-file-format/
 */
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { problemError } from '../../domain/problem.ts';
import { variableIn } from '../../domain/script/script-environment.ts';

/** Number of files that include each other. */
const MOST_FILES = 20;

/** `path`: absolute; `file`: for people. */
export interface RequirementsPlace {
  readonly path: string;
  readonly file: string;
}

export interface RequirementsText {
  readonly requirements: string;
  readonly constraints: string;
}

/** Reads a file that is included, by its absolute path. Throws `invalid` with a `ScriptProblem`. */
export type IncludeReader = (path: string) => Promise<{ readonly file: string; readonly text: string }>;

/**
 * Lines that are installed from source are refused: environments are shared and kept, and building them would execute
 * code of packages. Throws `invalid` with a `ScriptProblem`.
 */
export async function readRequirements(
  { path, file }: RequirementsPlace,
  text: string,
  include: IncludeReader,
): Promise<RequirementsText> {
  const seen = new Set<string>([path]);

  async function expand(place: RequirementsPlace, content: string): Promise<{ lines: string[]; limits: string[] }> {
    const found: { lines: string[]; limits: string[] } = { lines: [], limits: [] };
    for (const { line, number } of logicalLines(content)) {
      const option = /^(?:-r|--requirement|-c|--constraint)(?:\s+|=|(?=[^-\s]))(.+)$/.exec(line)?.[1]?.trim();
      if (option === undefined) {
        found.lines.push(...checkedLine(line, { ...place, number }));
        continue;
      }
      const target = resolve(dirname(place.path), option);
      if (seen.has(target)) continue;
      seen.add(target);
      if (seen.size > MOST_FILES)
        throw problemError({ what: `More than ${MOST_FILES} files include each other.`, where: file });
      const read = await include(target);
      const inner = await expand({ path: target, file: read.file }, read.text);
      found.limits.push(...inner.limits);
      found[/^(?:-c|--constraint)/.test(line) ? 'limits' : 'lines'].push(...inner.lines);
    }
    return found;
  }

  const { lines, limits } = await expand({ path, file }, text);
  return { requirements: joined(lines), constraints: joined(limits) };
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** Without comments and empty lines; a line that ends with a backslash goes on. */
function logicalLines(text: string): { readonly line: string; readonly number: number }[] {
  const found: { line: string; number: number }[] = [];
  let open: { line: string; number: number } | undefined;
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n?|\n/)
    .entries()) {
    const goesOn = raw.endsWith('\\');
    const part = goesOn ? raw.slice(0, -1) : raw;
    open = { line: `${open?.line ?? ''}${part}`, number: open?.number ?? index + 1 };
    if (goesOn) continue;
    found.push({ ...open, line: open.line.replace(/(^|\s)#.*$/, '').trim() });
    open = undefined;
  }
  return found.concat(open ?? []).filter(({ line }) => line !== '');
}

/** How packages are built is the operator's choice; hashes are added by the resolver. */
const IGNORED = /^--(?:no-binary|only-binary|prefer-binary|require-hashes|use-feature|no-build-isolation)\b/;

function checkedLine(line: string, { path, file, number }: RequirementsPlace & { readonly number: number }): string[] {
  if (IGNORED.test(line)) return [];
  const where = `${file}, line ${number}`;
  refuseVariables(line, where);
  const links = /^(-f|--find-links)(?:\s+|=)(.+)$/.exec(line);
  if (links !== null) return [`--find-links ${absolutePath(links[2]?.trim() ?? '', path)}`];
  if (/^(?:-e|--editable)\b/.test(line) || isFolder(line)) {
    throw problemError({
      what: `“${line}” is installed from its source, which environments of scripts are not.`,
      where,
      remedy: 'Put the modules beside the script, which imports them from there, or name a wheel (.whl).',
    });
  }
  if (/^\S+\.whl\b/.test(line) && !/^\w+:\/\//.test(line)) return [absolutePath(line, path)];
  return [line];
}

/** Throws `invalid` with a `ScriptProblem`: see `variableIn`. */
export function refuseVariables(text: string, where: string): void {
  const variable = variableIn(text);
  if (variable === undefined) return;
  throw problemError({
    what: `It has ${variable}, a variable of the server, which declarations of packages are not given.`,
    where,
    remedy: 'Let the operator name the index in the settings of pip or uv.',
  });
}

/** A path that is no wheel: `.`, `./lib`, `../lib[extra]`, `/lib`, `file:///lib`. */
function isFolder(line: string): boolean {
  const [first = ''] = line.split(/\s*;|\s/);
  return (
    (/^(?:\.{1,2}(?:\/|\[|$)|\/|file:)/.test(first) && !first.endsWith('.whl')) || /@\s*(?:\.{0,2}\/|file:)/.test(line)
  );
}

function absolutePath(given: string, from: string): string {
  return /^\w+:/.test(given) || isAbsolute(given) ? given : join(dirname(from), given);
}
