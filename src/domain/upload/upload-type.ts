/** What an uploaded file is: by its first bytes, and by its name where the two agree. */

const ZIP = 'application/zip';
const OLE = 'application/x-ole-storage';
export const BINARY = 'application/octet-stream';
export const PLAIN = 'text/plain';

/** How the content of each type begins. */
const SIGNATURES: readonly (readonly [type: string, begins: string, at?: number])[] = [
  ['application/pdf', '%PDF-'],
  [ZIP, 'PK\x03\x04'],
  [ZIP, 'PK\x05\x06'],
  ['application/gzip', '\x1f\x8b'],
  ['application/x-bzip2', 'BZh'],
  ['application/x-xz', '\xfd7zXZ\x00'],
  ['application/zstd', '\x28\xb5\x2f\xfd'],
  ['application/x-7z-compressed', '7z\xbc\xaf\x27\x1c'],
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/gif', 'GIF8'],
  ['image/webp', 'WEBP', 8],
  ['image/tiff', 'II*\x00'],
  ['image/tiff', 'MM\x00*'],
  ['application/vnd.apache.parquet', 'PAR1'],
  ['application/vnd.apache.arrow.file', 'ARROW1'],
  ['application/vnd.sqlite3', 'SQLite format 3\x00'],
  ['application/x-hdf5', '\x89HDF\r\n\x1a\n'],
  ['application/x-npy', '\x93NUMPY'],
  [OLE, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['application/x-executable', '\x7fELF'],
];

/** Types whose files are of a general one, by extension. */
const WITHIN: Readonly<Record<string, readonly [type: string, general: string]>> = {
  xlsx: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', ZIP],
  xlsm: ['application/vnd.ms-excel.sheet.macroenabled.12', ZIP],
  docx: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', ZIP],
  pptx: ['application/vnd.openxmlformats-officedocument.presentationml.presentation', ZIP],
  ods: ['application/vnd.oasis.opendocument.spreadsheet', ZIP],
  odt: ['application/vnd.oasis.opendocument.text', ZIP],
  xls: ['application/vnd.ms-excel', OLE],
  doc: ['application/msword', OLE],
  csv: ['text/csv', PLAIN],
  tsv: ['text/tab-separated-values', PLAIN],
  json: ['application/json', PLAIN],
  geojson: ['application/geo+json', PLAIN],
  xml: ['application/xml', PLAIN],
  html: ['text/html', PLAIN],
  svg: ['image/svg+xml', PLAIN],
  md: ['text/markdown', PLAIN],
  yaml: ['application/yaml', PLAIN],
  yml: ['application/yaml', PLAIN],
  ipynb: ['application/x-ipynb+json', PLAIN],
};

/** Extensions whose type has a beginning of its own. */
const PLAINLY: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  zip: ZIP,
  gz: 'application/gzip',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  parquet: 'application/vnd.apache.parquet',
  sqlite: 'application/vnd.sqlite3',
  sqlite3: 'application/vnd.sqlite3',
  h5: 'application/x-hdf5',
  hdf5: 'application/x-hdf5',
  npy: 'application/x-npy',
  txt: PLAIN,
  log: PLAIN,
  sql: PLAIN,
};

/** `csv` of `Orders.CSV`; empty if there is none. */
export function extensionOf(name: string): string {
  return /[^.]\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** The type of a file that begins with these bytes. */
export function typeOfContent(head: Uint8Array, name: string): string {
  const general = generalType(head);
  const within = own(WITHIN, extensionOf(name));
  return within?.[1] === general ? within[0] : general;
}

/** True unless the type by content contradicts the extension. Unknown extensions fit every content. */
export function fitsName(name: string, type: string): boolean {
  const extension = extensionOf(name);
  const expected = own(WITHIN, extension)?.[0] ?? own(PLAINLY, extension);
  return expected === undefined || expected === type;
}

/** The type that an `accept` entry names, if it is an extension. */
export function isAccepted(entry: string, name: string, type: string): boolean {
  const wanted = entry.trim().toLowerCase();
  if (wanted.startsWith('.')) return name.toLowerCase().endsWith(wanted);
  if (wanted === '*/*' || wanted === '*') return true;
  return wanted.endsWith('/*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

function generalType(head: Uint8Array): string {
  const found = SIGNATURES.find(([, begins, at = 0]) => startsWith(head, begins, at));
  return found?.[0] ?? (isText(head) ? PLAIN : BINARY);
}

function startsWith(head: Uint8Array, begins: string, at: number): boolean {
  return [...begins].every((char, index) => head[at + index] === char.charCodeAt(0));
}

/** No zero bytes, but for the encodings that announce themselves; the bytes may be of any 8-bit encoding. */
function isText(head: Uint8Array): boolean {
  const isWide = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  return isWide || !head.includes(0);
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** `.csv, image/*` */
export function acceptList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
