/** What stands in a report in place of the tags that load a library, and the list of addresses for the frame. */
import { attributes, scriptJson, type ScriptPlan } from '../html.ts';
import type { RenderOptions } from '../options.ts';
import { findLibrary, LIBRARIES, LIBRARIES_ID } from './all.ts';
import { libraryAt, otherVersionText } from './library-address.ts';

/** A script or a style sheet that the frame loads at this place, among the scripts of outputs. */
export function libraryScript(names: string): string {
  return `<script${attributes({ type: 'text/plain', 'data-run': 'library', 'data-library': names })}></script>`;
}

/** As `containHtml` asks for each script. */
export function planScript(src: string): ScriptPlan {
  const match = libraryAt(src);
  switch (match.type) {
    case 'needless':
      return null;
    case 'unknown':
      return undefined;
    case 'ours':
      return match.library.uses === undefined ? { library: match.library.name } : null;
    case 'other':
      return { missing: otherVersionText(match, src) };
  }
}

/** What stands for the link to a style sheet of ours; undefined for any other. */
export function libraryLink(href: string): string | undefined {
  const match = libraryAt(href);
  return match.type === 'ours' ? libraryScript(match.library.name) : undefined;
}

/**
 * In a frame within the report, which the browser itself loads: the files of ours in place of a script or a style
 * sheet. Undefined for any other tag. Of a script's element only the opening tag is given, and its end comes after it.
 */
export function libraryTagInFrame(name: string, address: string, asset: RenderOptions['asset']): string | undefined {
  if (name !== 'script' && name !== 'link') return undefined;
  const match = libraryAt(address);
  if (match.type !== 'ours') return undefined;
  // a page names all that it needs
  const { files } = match.library;
  if (name === 'link')
    return files
      .filter(({ kind }) => kind === 'style')
      .map((file) => `<link${attributes({ rel: 'stylesheet', href: asset(file.asset) })}>`)
      .join('');
  const scripts = files
    .filter(({ kind }) => kind !== 'style')
    .map((file) => ({ type: file.kind === 'module' ? 'module' : undefined, src: asset(file.asset) }));
  return `${scripts.map((attrs) => `<script${attributes(attrs)}></script>`).join('')}<script>`;
}

/** The addresses of the files of each library, by its name; the frame loads what it needs. `names`: only these. */
export function libraryList(asset: RenderOptions['asset'], names?: readonly string[]): string {
  const listed = LIBRARIES.map(({ name }) => name).filter((name) => names?.includes(name) ?? true);
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
