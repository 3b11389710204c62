/**
 * Makes a PDF of Chromium the same each time: its dates become the report's own, and its elements are numbered in the
 * order in which they stand. Everything keeps its length, so that the places of the PDF's objects stay right.
 */

/** As Chromium writes them: `/CreationDate (D:20260131120000+00'00')`. */
const DATE = /\/(CreationDate|ModDate) \(D:\d{14}\+00'00'\)/g;
/** The id of an element of a tagged PDF. */
const ELEMENT = /\/ID (\(node\d{8}\))/g;
/** A list of ids, and the elements that have them. Ids are sorted. */
const NAMES = /\/Names \[((?:\(node\d{8}\) \d+ 0 R ?)+)\]/g;
const LIMITS = /\/Limits \[\(node\d{8}\) \(node\d{8}\)\]/;
const ENTRY = /\(node\d{8}\) \d+ 0 R/g;
const REFERENCE = /(?<!\/Title )\(node\d{8}\)/g;

export function settledPdf(pdf: Buffer, made: Date): Buffer {
  const digits = made.toISOString().replace(/\D/g, '').slice(0, 14);
  // one byte is one character
  const text = pdf.toString('latin1').replace(DATE, (_, name: string) => `/${name} (D:${digits}+00'00')`);
  return Buffer.from(renumbered(text), 'latin1');
}

function renumbered(text: string): string {
  const lists = [...text.matchAll(NAMES)];
  if (lists.length !== 1) return text;
  const numbers = new Map<string, string>();
  for (const [, id = ''] of text.matchAll(ELEMENT)) numbers.set(id, nodeId(numbers.size + 1));
  return text
    .replace(REFERENCE, (id) => numbers.get(id) ?? id)
    .replace(NAMES, (_, entries: string) => `/Names [${(entries.match(ENTRY) ?? []).sort().join(' ')}]`)
    .replace(LIMITS, `/Limits [${nodeId(1)} ${nodeId(numbers.size)}]`);
}

function nodeId(number: number): string {
  return `(node${String(number).padStart(8, '0')})`;
}
