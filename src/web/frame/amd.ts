/**
 * `require` and `define` for scripts of outputs, as far as notebooks use them: names of our libraries, modules that
 * scripts define by a name, and addresses, which load where the report's policy allows it. Source:
 * https://github.com/amdjs/amdjs-api.
 */
import { LIBRARIES } from '../../render/library/all.ts';
import { libraryAt, otherVersionText } from '../../render/library/library-address.ts';
import type { Library } from '../../render/library/library.ts';
import { WORDS } from '../../render/report-text.ts';
import { loadedValue } from './library.ts';
import { noteRunning, noteWhere } from './failure.ts';

interface Definition {
  readonly needs: readonly string[];
  readonly factory: unknown;
}

interface Config {
  readonly paths?: Readonly<Record<string, string | readonly string[]>>;
  readonly shim?: Readonly<Record<string, { readonly exports?: unknown }>>;
}

/** A script may define modules without end. */
const MOST_MODULES = 1_000;
/** Of a call of `require` in the text of a script that does not ask first whether there is one. */
const CALL = /(?:^|[^.\w$])(?:require|requirejs)\s*(?:\(\s*\[|\.config\b)|(?:^|[^.\w$])define\s*\(\s*["'[]/;
const ASKS =
  /typeof\s+(?:require|requirejs|define)\b|\b(?:window|root|globalThis|self)\.(?:require|requirejs|define)\b/;

const definitions = new Map<string, Definition>();
const modules = new Map<string, Promise<unknown>>();
const values = new Map<string, unknown>();
const paths = new Map<string, string>();
const globals = new Map<string, string>();
/** What a script that loads by its address has defined without a name. */
let unnamed: Definition | undefined;
let loading: Promise<unknown> = Promise.resolve();

/**
 * Makes `require` and `define` known, if this script calls them. Not before: libraries that find them do not set the
 * variables for which other scripts wait.
 */
export function provideAmd(script: string): void {
  if ('requirejs' in window || !CALL.test(script) || ASKS.test(script)) return;
  Object.assign(window, { require, requirejs: require, define });
}

function define(...given: unknown[]): void {
  const name = typeof given[0] === 'string' ? String(given.shift()) : undefined;
  const needs = Array.isArray(given[0])
    ? given.shift()
    : typeof given[0] === 'function' && given[0].length > 0
      ? ['require', 'exports', 'module']
      : [];
  const definition = { needs: (needs as unknown[]).map(String), factory: given[0] };
  if (name === undefined) unnamed = definition;
  else if (definitions.size < MOST_MODULES && !modules.has(name)) definitions.set(name, definition);
}

function require(needs: unknown, onReady?: unknown, onError?: unknown): unknown {
  if (typeof needs === 'string') {
    if (values.has(needs)) return values.get(needs);
    throw new Error(WORDS.moduleMissing(needs));
  }
  const note = noteRunning();
  const names = Array.isArray(needs) ? needs.map(String) : [];
  void Promise.all(names.map((name) => moduleOf(name))).then(
    (ready) => {
      if (typeof onReady === 'function') noteWhere(note, () => void (onReady as (...all: unknown[]) => void)(...ready));
    },
    (error: unknown) => {
      if (typeof onError === 'function') noteWhere(note, () => void (onError as (reason: unknown) => void)(error));
      else note(error instanceof Error ? error.message : String(error));
    },
  );
  return require;
}

Object.assign(require, {
  config: configure,
  undef(name: unknown) {
    for (const known of [definitions, modules, values]) known.delete(String(name));
  },
  defined: (name: unknown) => values.has(String(name)),
  specified: (name: unknown) => modules.has(String(name)) || definitions.has(String(name)),
  toUrl: String,
});

function configure({ paths: given = {}, shim = {} }: Config = {}): unknown {
  for (const [name, path] of Object.entries(given)) {
    const first = typeof path === 'string' ? path : path[0];
    if (first !== undefined && paths.size < MOST_MODULES) paths.set(name, first);
  }
  for (const [name, { exports }] of Object.entries(shim))
    if (typeof exports === 'string' && globals.size < MOST_MODULES) globals.set(name, exports);
  return require;
}

function moduleOf(name: string): Promise<unknown> {
  const known = modules.get(name);
  if (known !== undefined) return known;
  if (modules.size >= MOST_MODULES) return Promise.reject(new Error(WORDS.moduleMissing(name)));
  const made = make(name).then((value) => {
    values.set(name, value);
    return value;
  });
  modules.set(name, made);
  return made;
}

async function make(name: string): Promise<unknown> {
  const definition = definitions.get(name);
  if (definition !== undefined) return instance(definition, name);
  if (name === 'require') return require;
  const own = LIBRARIES.find(({ modules = [] }) => modules.includes(name.replace(/\.js$/, '')));
  if (own !== undefined) return loadedValue(own);
  const address = addressOf(name);
  if (address === undefined) throw new Error(WORDS.moduleMissing(name));
  const match = libraryAt(address);
  if (match.type === 'ours') return loadedValue(match.library as Library);
  if (match.type === 'needless') return undefined;
  try {
    loading = loading.then(() => load(address));
    await loading;
  } catch {
    loading = Promise.resolve();
    throw new Error(match.type === 'other' ? otherVersionText(match, address) : WORDS.moduleMissing(name));
  }
  const loaded = unnamed ?? definitions.get(name);
  unnamed = undefined;
  return loaded === undefined
    ? (window as unknown as Record<string, unknown>)[globals.get(name) ?? '']
    : instance(loaded, name);
}

/** As it is configured for the name, or for the longest beginning of it. */
function addressOf(name: string): string | undefined {
  const parts = name.split('/');
  for (let end = parts.length; end > 0; end -= 1) {
    const path = paths.get(parts.slice(0, end).join('/'));
    if (path !== undefined) return asScript([path, ...parts.slice(end)].join('/'));
  }
  return /^(?:https?:)?\/\//.test(name) ? asScript(name) : undefined;
}

function asScript(address: string): string {
  return /\.js$|[?#]/.test(address) ? address : `${address}.js`;
}

async function instance({ needs, factory }: Definition, name: string): Promise<unknown> {
  if (typeof factory !== 'function') return factory;
  const module = { id: name, exports: {} };
  const given = await Promise.all(
    needs.map(async (need) => {
      if (need === 'exports') return module.exports;
      return need === 'module' ? module : moduleOf(need.replace(/^\.\//, ''));
    }),
  );
  const made: unknown = (factory as (...all: unknown[]) => unknown)(...given);
  return made ?? module.exports;
}

/** A library that finds `define.amd` defines itself; others do not see it. */
function load(address: string): Promise<void> {
  const script = document.createElement('script');
  Object.assign(define, { amd: {} });
  return new Promise<void>((resolve, reject) => {
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(address));
    script.src = address;
    document.head.append(script);
  }).finally(() => Object.assign(define, { amd: undefined }));
}
