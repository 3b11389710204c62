/** The notes that the report's own script adds. */

/** At the end of a report. */
const MAX_AT_END = 100;

const atEnd = new Set<string>();

export function noteElement(kind: string, text: string): HTMLElement {
  const note = document.createElement('p');
  note.className = `note ${kind}`;
  note.textContent = text;
  return note;
}

/** Each text once; false if it has been said, or too much has. */
export function noteAtEnd(kind: string, text: string): boolean {
  if (atEnd.has(text) || atEnd.size >= MAX_AT_END) return false;
  atEnd.add(text);
  let place = document.getElementById('report-blocked');
  if (place === null) {
    place = document.createElement('aside');
    place.id = 'report-blocked';
    document.body.append(place);
  }
  place.append(noteElement(kind, text));
  return true;
}
