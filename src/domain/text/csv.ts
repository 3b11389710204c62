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
 * Takes linear time.
 */
export function* csvRecords(text: string, delimiter: string): Generator<string[]> {
  const plain = new RegExp(`[${delimiter === '\t' ? '\\t' : `\\${delimiter}`}\\r\\n]`, 'g');
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let record: string[] = [];
  while (at < text.length) {
    let field: string;
    if (text[at] === '"') [field, at] = quotedField(text, at + 1);
    else field = '';
    plain.lastIndex = at;
    const end = plain.exec(text)?.index ?? text.length;
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

/** Its text, and where it ends: after the closing quote. */
function quotedField(text: string, from: number): [string, number] {
  const parts: string[] = [];
  for (let at = from; ;) {
    const end = text.indexOf('"', at);
    if (end < 0) return [parts.join('') + text.slice(at), text.length];
    parts.push(text.slice(at, end));
    if (text[end + 1] !== '"') return [parts.join(''), end + 1];
    parts.push('"');
    at = end + 2;
  }
}
