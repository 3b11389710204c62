/**
 * The table `[tool.uv]` of a script or a project: which packages, and from where, as in a requirements file. How they
 * are built, and what else uv may do, is the operator's choice. Source of the table:
 * https://docs.astral.sh/uv/reference/settings/
 */
import { isAbsolute, resolve } from 'node:path';
import { problemError } from '../../domain/problem.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/text/json.ts';

const TAKEN = [
  'index',
  'index-url',
  'extra-index-url',
  'find-links',
  'no-index',
  'sources',
  'constraint-dependencies',
  'override-dependencies',
  'exclude-newer',
  'prerelease',
  'resolution',
];
const OF_INDEX = ['name', 'url', 'default', 'explicit', 'format'];
const OF_SOURCE = ['index', 'url', 'path', 'marker', 'extra', 'group'];

/**
 * `table`: as parsed; `directory`: to which paths are relative, absent where there may be none. Undefined if it says
 * nothing that counts. Throws `invalid` with a `ScriptProblem`.
 */
export function readUvTable(table: unknown, where: string, directory?: string): JsonObject | undefined {
  // dates become texts, which uv reads as well
  const given = JSON.parse(JSON.stringify(table ?? null)) as Json;
  if (!isJsonObject(given)) return undefined;
  const taken = Object.entries(given).filter(([name]) => TAKEN.includes(name));
  if (taken.length === 0) return undefined;
  const at = (text: Json | undefined) => placeOf(text, where, directory);
  const read = ([name, value]: readonly [string, Json]): readonly [string, Json] => {
    if (name === 'index')
      return [name, listOf(value).map((index) => ({ ...pick(index, OF_INDEX), url: at(index['url']) }))];
    if (name === 'sources' && isJsonObject(value)) return [name, readSources(value, where, at)];
    if (name === 'find-links' && Array.isArray(value)) return [name, value.map(at)];
    return [name, /^(?:extra-)?index-url$/.test(name) && !Array.isArray(value) ? at(value) : value];
  };
  return Object.fromEntries(taken.map(read));
}

function readSources(sources: JsonObject, where: string, at: (text: Json | undefined) => Json): JsonObject {
  return Object.fromEntries(
    Object.entries(sources).map(([name, value]) => {
      const all = Array.isArray(value) ? value.filter(isJsonObject) : listOf(value);
      return [name, all.map((source) => readSource(name, source, where, at))];
    }),
  );
}

function readSource(name: string, source: JsonObject, where: string, at: (text: Json | undefined) => Json): JsonObject {
  const place = source['index'] ?? source['url'] ?? source['path'];
  const isWheel = typeof place === 'string' && /\.whl(?:[?#]|$)/.test(place);
  if (source['index'] === undefined && !isWheel)
    throw problemError({
      what: `The source of “${name}” in [tool.uv.sources] is neither an index nor a wheel, and environments of scripts build no packages.`,
      where,
      remedy: 'Name an index, or the address or the path of a wheel (.whl); put modules beside the script.',
    });
  const taken = pick(source, OF_SOURCE);
  return taken['path'] === undefined ? taken : { ...taken, path: at(taken['path']) };
}

function pick(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => names.includes(name)));
}

function listOf(value: Json): readonly JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter(isJsonObject);
}

/** An address as it is; a path made absolute. What is no text is left for uv to refuse. */
function placeOf(text: Json | undefined, where: string, directory: string | undefined): Json {
  if (typeof text !== 'string' || /^\w[\w+.-]*:/.test(text) || isAbsolute(text)) return text ?? null;
  if (directory !== undefined) return resolve(directory, text);
  throw problemError({
    what: `“${text}” in [tool.uv] is a relative path.`,
    where,
    remedy: 'Write the address of an index, or an absolute path; or declare the packages in requirements.txt.',
  });
}
