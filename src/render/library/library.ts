/** The interface of every library's file: what outputs may load, and what reports serve in its place. */

/** The name of a file of a library among the assets. */
export type LibraryAsset = `library-${string}`;

export function isLibraryAsset(name: string): name is LibraryAsset {
  return name.startsWith('library-');
}

export interface LibraryFile {
  readonly asset: LibraryAsset;
  /** `module`: an ES module that is built from `from`; the others are copied. */
  readonly kind: 'script' | 'style' | 'module';
  /** Below `node_modules`, or for a module below the project's folder. */
  readonly from: string;
}

export interface Library {
  /** The name by which renderers ask for it: lower case, digits, `-`. */
  readonly name: string;
  /** As people know it. */
  readonly title: string;
  /** In the order of loading. */
  readonly files: readonly LibraryFile[];
  /** The names of libraries that must be loaded before. */
  readonly needs?: readonly string[];
  /** The variable of the window that it sets. */
  readonly global?: string;
  /** The names that scripts give to `require`; a path such as `plotly/plotly.min` is given as it is written. */
  readonly modules?: readonly string[];
  /**
   * Addresses on public servers, without protocol and query. The group `version` matches what stands there; without it,
   * or where it matches nothing, the newest version is meant.
   */
  readonly addresses?: readonly RegExp[];
  /**
   * What the text of a script has that needs the library, which must also need the first of `needs`. With it, an
   * address alone loads nothing: some outputs name libraries that they do not use.
   */
  readonly uses?: RegExp;
  /** Its addresses are of style sheets: the variable's `addressFor` says where a link finds the one with an address. */
  readonly isOfSheets?: true;
  /** Major versions in whose place ours can stand; absent: all. */
  readonly majors?: readonly number[];
}

/** A script or style sheet of a package, below `node_modules`; a style sheet contains what it names. */
export function copied(name: string, from: string): LibraryFile {
  const file = from.slice(from.lastIndexOf('/') + 1);
  return { asset: `library-${name}-${file}`, kind: file.endsWith('.css') ? 'style' : 'script', from };
}

/**
 * A module of ours, below the project's folder: it imports packages, and sets `global` itself.
 *
 * @public
 */
export function built(name: string, from: string): LibraryFile {
  return { asset: `library-${name}.js`, kind: 'module', from };
}

/**
 * The addresses of an npm package on jsDelivr and unpkg. `package` and `path` are written as regular expressions; by
 * default any path is meant.
 */
export function npm(name: string, path = '(?:/[^?]*)?'): RegExp {
  return new RegExp(
    `^(?:(?:cdn|fastly)\\.jsdelivr\\.net/npm|(?:www\\.)?unpkg\\.com)/${name}(?:@(?<version>[^/]*))?${path}$`,
  );
}

/** The addresses of a library on cdnjs. */
export function cdnjs(name: string, path = '[^?]*\\.js'): RegExp {
  return new RegExp(`^cdnjs\\.cloudflare\\.com/ajax/libs/${name}/(?<version>[^/]*)/${path}$`);
}
