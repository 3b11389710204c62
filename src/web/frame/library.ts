/** Loads libraries once: from their addresses, or from the compressed text in a downloaded report. */
import { findLibrary, LIBRARIES_ID, withNeeded } from '../../render/library/all.ts';
import { acceptMinorVersions } from './bokeh-version.ts';
import type { Library } from '../../render/library/library.ts';
import { WORDS } from '../../render/report-text.ts';

/** By address. */
const loading = new Map<string, Promise<void>>();
/** By name. */
const loadingLibraries = new Map<string, Promise<void>>();
let listed: Readonly<Record<string, readonly string[]>> | undefined;

/** The addresses of a library's files, in the order of loading; undefined if this report does not have it. */
function addressesOf(name: string): readonly string[] | undefined {
  listed ??= JSON.parse(document.getElementById(LIBRARIES_ID)?.textContent ?? '{}') as typeof listed;
  return listed !== undefined && Object.hasOwn(listed, name) ? listed[name] : undefined;
}

/** Loads the libraries of these names and those that they need; rejects with a sentence for the reader. */
export async function loadLibraries(names: readonly string[]): Promise<void> {
  for (const { name } of withNeeded(names)) {
    const known = loadingLibraries.get(name) ?? loadOne(name);
    loadingLibraries.set(name, known);
    await known;
  }
}

async function loadOne(name: string): Promise<void> {
  const library = findLibrary(name);
  const addresses = addressesOf(name);
  if (library === undefined || addresses === undefined) throw new Error(WORDS.libraryMissing(library?.title ?? name));
  for (const [at, { kind }] of library.files.entries()) await loadAsset(addresses[at] ?? '', kind);
  if (name === 'bokeh') acceptMinorVersions();
}

/** `address` is a URL, or `#id` of an element whose text is the gzipped, base64-encoded file. */
function loadAsset(address: string, kind: 'script' | 'style' | 'module'): Promise<void> {
  const known =
    loading.get(address) ?? (address.startsWith('#') ? unpack(address.slice(1), kind) : load(address, kind));
  loading.set(address, known);
  return known;
}

function load(address: string, kind: 'script' | 'style' | 'module'): Promise<void> {
  return new Promise((resolve, reject) => {
    const element =
      kind === 'style'
        ? Object.assign(document.createElement('link'), { rel: 'stylesheet', href: address })
        : Object.assign(document.createElement('script'), {
            src: address,
            ...(kind === 'module' ? { type: kind } : {}),
          });
    element.crossOrigin = 'anonymous';
    element.onload = () => resolve();
    element.onerror = () => reject(new Error(WORDS.scriptMissing));
    document.head.append(element);
  });
}

/** Loads a library; the value of its variable. */
export async function loadedValue({ name, global = '' }: Library): Promise<unknown> {
  await loadLibraries([name]);
  return (window as unknown as Record<string, unknown>)[global];
}

const imports = new Map<string, string>();

/** An address from which a module can import the library. */
export async function importable(library: Library): Promise<string> {
  const known = imports.get(library.name);
  if (known !== undefined) return known;
  const address = library.global === undefined ? await moduleAddress(library) : await moduleOfValue(library);
  imports.set(library.name, address);
  return address;
}

async function moduleAddress({ name, files }: Library): Promise<string> {
  for (const needed of withNeeded([name])) if (needed.name !== name) await loadLibraries([needed.name]);
  const at = files.findIndex(({ kind }) => kind === 'module');
  const address = addressesOf(name)?.[at] ?? '';
  return address.startsWith('#') ? textAddress(await unpacked(address.slice(1))) : address;
}

/** A module whose exports are the members of the library's variable. */
async function moduleOfValue(library: Library): Promise<string> {
  const value = await loadedValue(library);
  const names = Object.keys(value ?? {}).filter((name) => name !== 'default' && /^[A-Za-z_$][\w$]*$/.test(name));
  const from = `window[${JSON.stringify(library.global)}]`;
  const own = names.map((name, at) => `const e${String(at)} = library.${name}; export { e${String(at)} as ${name} };`);
  return textAddress(`const library = ${from}; export default library.default ?? library; ${own.join('\n')}`);
}

function textAddress(text: string): string {
  return URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
}

async function unpack(id: string, kind: 'script' | 'style' | 'module'): Promise<void> {
  const text = await unpacked(id);
  if (kind === 'module') return load(textAddress(text), kind);
  const element = document.createElement(kind);
  element.textContent = text;
  document.head.append(element);
}

/** The text of a file of a library that a downloaded report contains. */
export async function unpacked(id: string): Promise<string> {
  const packed = Uint8Array.from(atob(document.getElementById(id)?.textContent.trim() ?? ''), (char) =>
    char.charCodeAt(0),
  );
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}
