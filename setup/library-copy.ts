/** The files of libraries that the build copies from packages. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { libraryFiles, LIBRARIES } from '../src/render/library/all.ts';
import type { LibraryFile } from '../src/render/library/library.ts';

const ROOT = join(import.meta.dirname, '..');
const URL_OF_STYLE = /url\(\s*(["']?)([^"')]+)\1\s*\)/g;
const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

/** All files of all libraries. */
export function allLibraryFiles(): readonly LibraryFile[] {
  return libraryFiles(LIBRARIES.map(({ name }) => name));
}

/** The bytes of a script or a style sheet; a style sheet contains its pictures and fonts. */
export function libraryBytes({ from, kind }: LibraryFile): Uint8Array {
  const path = join(ROOT, 'node_modules', from);
  return kind === 'style' ? Buffer.from(alone(readFileSync(path, 'utf8'), dirname(path))) : readFileSync(path);
}

/** Fonts in formats that today's browsers do not need are left out. */
function alone(css: string, folder: string): string {
  return css.replace(URL_OF_STYLE, (all, _quote: string, address: string) => {
    if (/^(?:data:|#)/.test(address)) return all;
    if (/^(?:https?:)?\/\//.test(address)) return 'url(data:,)';
    const file = address.replace(/[?#].*$/, '');
    const type = TYPES[file.slice(file.lastIndexOf('.') + 1)];
    return type === undefined
      ? 'url(data:,)'
      : `url("data:${type};base64,${readFileSync(join(folder, file)).toString('base64')}")`;
  });
}
