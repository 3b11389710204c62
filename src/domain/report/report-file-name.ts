/** The name of a file with a report in it. */

/** A title as a file name: letters, digits, spaces and a few marks of any script. */
export function fileStem(title: string): string {
  const stem = title
    .slice(0, 300)
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} ._()-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '')
    .slice(0, 80);
  return stem === '' ? 'report' : stem;
}
