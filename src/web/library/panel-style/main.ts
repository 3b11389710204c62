/** Panel's own style sheets, by their path behind `dist/`, without versions: its controls link to them. */

export {};

declare global {
  interface ImportMeta {
    /** The build replaces the call with the texts of the files, by their paths. */
    glob(paths: readonly string[], options: object): Record<string, string>;
  }
}

const sheets = import.meta.glob(
  [
    '/node_modules/@holoviz/panel/dist/css/**/*.css',
    '/node_modules/@holoviz/panel/dist/bundled/theme/*.css',
    '/node_modules/@holoviz/panel/dist/bundled/datatabulator/*/dist/css/*.min.css',
    '/node_modules/@holoviz/panel/dist/bundled/font-awesome/css/all.min.css',
  ],
  { query: '?raw', import: 'default', eager: true },
);

/** Of fonts, which style sheets of a control cannot bring, and of files that are not there. */
const FILE = /url\(\s*['"]?(?:\.\.\/)[^)]*\)/g;

function nameOf(path: string): string {
  return path
    .replace(/\?.*$/, '')
    .replace(/^.*\/dist\/(?=css\/|bundled\/)/, '')
    .replace(/@\d[\d.]*(?=\/)/, '');
}

const texts = new Map(Object.entries(sheets).map(([path, text]) => [nameOf(path), text.replace(FILE, 'none')]));

/** Imports are put in: the style sheet has no address from which they could be found. */
function textOf(name: string): string | undefined {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  return texts
    .get(name)
    ?.replace(/@import\s+url\(['"]([\w.-]+)['"]\);?/g, (_all, file: string) => texts.get(folder + file) ?? '');
}

const addresses = new Map<string, string>();

/** Where a link finds the style sheet with this address; undefined if there is none. */
function addressFor(address: string): string | undefined {
  const name = nameOf(address);
  const text = textOf(name);
  if (text === undefined) return undefined;
  const known = addresses.get(name) ?? URL.createObjectURL(new Blob([text], { type: 'text/css' }));
  addresses.set(name, known);
  return known;
}

Object.assign(window, { reportPanelStyle: { addressFor } });
