/** Reads CSV as RFC 4180 and spreadsheets write it. */

const DELIMITERS = [',', ';', '\t', '|'];

/** The delimiter that the first line has most of; a comma if it has none. */
export function delimiterOf(text: string): string {
  const end = text.search(/[\r\n]/);
  const head = (end < 0 ? text : text.slice(0, end)).replace(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((one) => head.split(one).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/**
 * The records, each as its fields; empty lines are left out. A quoted field that nothing closes ends with the text.
 * `onOpenQuote` is told the line, from 1, of a quote that nothing closes, or that only a quote in a later line closes,
 * behind which the field goes on: what it throws ends the reading. Takes linear time.
 */
export function* csvRecords(
  text: string,
  delimiter: string,
  onOpenQuote?: (line: number) => void,
): Generator<string[]> {
  const plain = new RegExp(`[${delimiter === '\t' ? '\\t' : `\\${delimiter}`}\\r\\n]`, 'g');
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let record: string[] = [];
  while (at < text.length) {
    let field = '';
    const start = at;
    let isClosed = true;
    if (text[at] === '"') ({ field, at, isClosed } = quotedField(text, at + 1));
    plain.lastIndex = at;
    const end = plain.exec(text)?.index ?? text.length;
    if (at > start && onOpenQuote !== undefined && (!isClosed || isOdd(field, text.slice(at, end))))
      onOpenQuote(text.slice(0, start).split(/\r\n|\r|\n/).length);
    // what follows a closing quote belongs to the field
    record.push(field + text.slice(at, end));
    at = end;
    if (text[at] === delimiter) {
      at += 1;
      if (at < text.length) continue;
      record.push('');
    }
    if (record.length > 1 || record[0] !== '') yield record;
    record = [];
    at += text.startsWith('\r\n', at) ? 2 : 1;
  }
}

/** Whether the closing quote is rather the opening one of another field. */
function isOdd(field: string, behind: string): boolean {
  return behind.trim() !== '' && /[\r\n]/.test(field);
}

/** Its text, and where it ends: after the closing quote; without one, at the end of the text. */
function quotedField(text: string, from: number) {
  const parts: string[] = [];
  for (let at = from; ;) {
    const end = text.indexOf('"', at);
    if (end < 0) return { field: parts.join('') + text.slice(at), at: text.length, isClosed: false };
    parts.push(text.slice(at, end));
    if (text[end + 1] !== '"') return { field: parts.join(''), at: end + 1, isClosed: true };
    parts.push('"');
    at = end + 2;
  }
}
