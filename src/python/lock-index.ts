/** From which index each package of a `uv.lock` comes, with which files: where two indexes have the same version. */
import { parse } from 'smol-toml';
import { isJsonObject, type Json, type JsonObject } from '../domain/text/json.ts';

const PLACES = [...['index', 'index-url', 'extra-index-url', 'find-links', 'no-index', 'sources'], 'index-strategy'];

/**
 * The table `[tool.uv]` with the index of each package as its source, where the table has that index. All its indexes
 * are searched for the other packages. `lock`: the text of uv.lock.
 */
export function pinIndexes(uv: JsonObject, lock: string): JsonObject {
  const index = objectsOf(uv['index']).map((each, at) => ({ name: `index-${at}`, ...each, explicit: false }));
  const packages = objectsOf((parse(lock) as JsonObject)['package']);
  const sources = packages.flatMap(({ name, source }) => {
    const registry = isJsonObject(source) ? source['registry'] : undefined;
    const from = index.find((each) => isSamePlace(String((each as JsonObject)['url']), String(registry)));
    return from === undefined ? [] : [[String(name), [{ index: from.name }]] as const];
  });
  return { ...uv, index, sources: Object.fromEntries(sources), 'index-strategy': 'unsafe-best-match' };
}

/** What `[tool.uv]` says of places: the versions that it allows stand in the lock, and the hashes say which files. */
export function placesOf(uv: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(uv).filter(([name]) => PLACES.includes(name)));
}

/** A requirement with its name and condition alone. */
export function withoutVersion(requirement: string): string {
  const [, name = '', address = '', condition = ''] = /^\s*([\w.-]+)[^;@]*(@[^;]*)?(;.*)?$/.exec(requirement) ?? [];
  return name === '' ? requirement : `${name}${address === '' ? '' : ` ${address.trim()} `}${condition}`.trim();
}

/** The lines of a requirements file without hashes, comments, options, and packages with an address of their own. */
export function pinsOf(requirements: string): readonly string[] {
  return requirements.split('\n').flatMap((line) => {
    const pin = line.replace(/\s*\\$/, '');
    return /^\w[^@#]*==/.test(pin) ? [pin] : [];
  });
}

/**
 * A compiled requirements file, with the hashes of another one for what both have in the same version: to resolve it
 * again reads hashes from the index, which may have other files by now.
 */
export function keepHashes(compiled: string, original: string): string {
  const known = new Map(blocksOf(original).map((block) => [versionOf(block), block.slice(block.indexOf('\n'))]));
  return blocksOf(compiled)
    .map((block) => {
      const hashes = known.get(versionOf(block));
      return hashes?.includes('--hash=') === true ? block.slice(0, block.indexOf('\n')) + hashes : block;
    })
    .join('\n');
}

/** A package and its hashes each. */
function blocksOf(requirements: string): string[] {
  return requirements.split(/\n(?!\s+--hash=)/);
}

function versionOf(block: string): string {
  return /^[^\s;\\]*/.exec(block)?.[0] ?? '';
}

/** Addresses without their passwords, which a lock does not have; paths in a lock are relative to its folder. */
function isSamePlace(url: string, registry: string): boolean {
  const plain = (text: string) =>
    text
      .replace(/^file:\/\//, '')
      .replace(/^(\w+:\/\/)[^/@]*@/, '$1')
      .replace(/\/+$/, '');
  const [one, other] = [plain(url), plain(registry)];
  return one === other || (/^\.\.?\//.test(other) && one.endsWith(other.replace(/^(?:\.\.?\/)+/, '/')));
}

function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isJsonObject) : [];
}
