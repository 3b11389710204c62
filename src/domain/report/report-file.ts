/** Files beside a script that its report names: pictures that it shows, files that its text links to. */

/** Longer addresses are none of files. */
const MOST_CHARS = 1000;

/** What browsers show in a page, by extension. */
const SHOWN: Readonly<Record<string, string>> = {
  png: 'image/png',
  apng: 'image/apng',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  avif: 'image/avif',
  bmp: 'image/bmp',
  ico: 'image/x-icon',
  svg: 'image/svg+xml',
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  webm: 'video/webm',
  ogv: 'video/ogg',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  wav: 'audio/wav',
  flac: 'audio/flac',
  css: 'text/css',
};

/** The type of a file that a page can show, by its name; undefined for others. */
export function shownMime(path: string): string | undefined {
  return SHOWN[/\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''];
}

/**
 * The path, relative to the script's folder, that an address in its report means: `/`-separated, without `.` and with
 * `..` in front only. Undefined for an address of something else: another server, a place in the page, data.
 */
export function filePath(address: string): string | undefined {
  const text = address.trim();
  if (text === '' || text.length > MOST_CHARS || /^(?:[a-z][a-z\d+.-]*:|[/\\#?])/i.test(text)) return undefined;
  const names: string[] = [];
  for (const name of decoded(text.split(/[?#]/, 1)[0] ?? '').split(/[/\\]/)) {
    if (name === '' || name === '.') continue;
    if (name === '..' && names.length > 0 && names.at(-1) !== '..') names.pop();
    else names.push(name);
  }
  return names.length === 0 ? undefined : names.join('/');
}

/**
 * The paths of files that a text of a cell, Markdown or HTML, may name, each once; with `shownOnly` those of files that
 * a page can show. Finds more than is shown: what stands in code, too. Takes time linear in the text's length.
 */
export function namedFiles(text: string, { shownOnly }: { readonly shownOnly: boolean }): readonly string[] {
  const paths = new Set<string>();
  for (const pattern of ADDRESSES)
    for (const [, ...found] of text.matchAll(pattern)) {
      const path = filePath((found.find((one) => one !== undefined) ?? '').replaceAll('&amp;', '&'));
      if (path !== undefined && !isNotebook(path) && (!shownOnly || shownMime(path) !== undefined)) paths.add(path);
    }
  return [...paths];
}

export function isNotebook(path: string): boolean {
  return /\.ipynb$/i.test(path);
}

/** As in attributes, in links and pictures of Markdown and their references, in styles, in MyST's figures. */
const ADDRESSES = [
  /\b(?:src|href|poster)\s{0,9}=\s{0,9}(?:"([^"\n]{1,1000})"|'([^'\n]{1,1000})'|([^\s"'>]{1,1000}))/gi,
  /\]\(\s{0,9}(?:<([^<>\n]{1,1000})>|([^\s()<>]{1,1000}(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,200})?))/g,
  /^ {0,3}\[[^\]\n]{1,500}\]:\s{0,9}(?:<([^<>\n]{1,1000})>|(\S{1,1000}))/gm,
  /\burl\(\s{0,9}["']?([^"')\s]{1,1000})/gi,
  /\{(?:figure|image)\}[ \t]{1,9}(\S{1,1000})/g,
];

/** As it is, where it is not the code of any text. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
