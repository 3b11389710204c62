/** What stands in a report in place of the tags that load a library, and the list of addresses for the frame. */
import { attributes, scriptJson, type ScriptPlan } from '../html.ts';
import type { RenderOptions } from '../options.ts';
import { findLibrary, LIBRARIES, LIBRARIES_ID } from './all.ts';
import { libraryAt, otherVersionText } from './library-address.ts';

/** As `containHtml` asks for each script. */
export function planScript(src: string): ScriptPlan {
  const match = libraryAt(src);
  switch (match.type) {
    case 'needless':
      return null;
    case 'unknown':
      return undefined;
    case 'ours':
      return { library: match.library.name };
    case 'other':
      return { missing: otherVersionText(match.library, match.version, hostOf(src)) };
  }
}

function hostOf(address: string): string {
  const base = 'https://script.invalid/';
  return URL.canParse(address, base) ? new URL(address, base).host : '';
}

/** The addresses of the files of each library, by its name; the frame loads what it needs. `names`: only these. */
export function libraryList(asset: RenderOptions['asset'], names?: Iterable<string>): string {
  const all = LIBRARIES.map(({ name }) => name);
  const listed = names === undefined ? all : all.filter((name) => new Set(names).has(name));
  const list = Object.fromEntries(listed.map((name) => [name, filesOf(name, asset)]));
  return `<script${attributes({ type: 'application/json', id: LIBRARIES_ID })}>${scriptJson(list)}</script>`;
}

function filesOf(name: string, asset: RenderOptions['asset']): readonly string[] {
  return findLibrary(name)?.files.map((file) => asset(file.asset)) ?? [];
}

/** The names that `data-library` has anywhere in this HTML. */
export function namedLibraries(html: string): ReadonlySet<string> {
  return new Set([...html.matchAll(/\bdata-library="([\w -]*)"/g)].flatMap(([, names = '']) => names.split(' ')));
}
