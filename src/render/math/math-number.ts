/** Numbers of equations, their labels, and the references to them. */

/** Formulas of these environments have a number for each row. */
const NUMBERED = /^\s*\\begin\s*\{(equation|align|gather|alignat|eqnarray|flalign|multline)\}/;
const ONE_NUMBER = new Set(['equation', 'multline']);
const LABEL = /\\label\s*\{([^{}]*)\}/g;
const TAG = /\\tag(\*?)\s*\{((?:[^{}]|\{[^{}]*\})*)\}/;
const UNNUMBERED = /\\(?:nonumber|notag)(?![A-Za-z])/;
export const REFERENCE = /\\(eqref|ref)\s*\{([^{}\n]{1,200})\}/;
/** Source of a row, without its end. */
const ROW_TOKEN = /\\\\(?:\s*\[[^\]]*\])?|\\(begin|end)\s*\{[^{}]*\}|\\[^]|[{}]/g;

export interface NumberedFormula {
  /** With its numbers as tags, without labels. */
  readonly tex: string;
  /** The text of references to its labels. */
  readonly labels: readonly { readonly name: string; readonly text: string }[];
  /** The number of the next equation. */
  readonly next: number;
}

export function mayBeNumbered(text: string): boolean {
  return /\\(?:begin\s*\{(?:equation|align|gather|alignat|eqnarray|flalign|multline)\}|label|tag)/.test(text);
}

/** A formula on its own lines. `next` is the next free number. */
export function numberFormula(tex: string, next: number): NumberedFormula {
  const name = NUMBERED.exec(tex)?.[1];
  if (name === undefined) {
    const isLabelled = tex.includes('\\label') && !/^\s*\\begin\s*\{[a-z]+\*\}/.test(tex);
    return mayBeNumbered(tex) ? numberRow(tex, next, isLabelled) : { tex, labels: [], next };
  }
  const start = /^\s*\\begin\s*\{[a-z]+\}(?:\s*\{\d+\})?/.exec(tex)?.[0] ?? '';
  const end = tex.lastIndexOf('\\end');
  const labels: NumberedFormula['labels'][number][] = [];
  const rows = ONE_NUMBER.has(name)
    ? [{ text: tex.slice(start.length, end), end: '' }]
    : rowsOf(tex.slice(start.length, end));
  const numbered = rows.map((row) => {
    if (row.text.trim() === '' && row.end === '') return row.text;
    const found = numberRow(row.text, next, true);
    next = found.next;
    labels.push(...found.labels);
    return found.tex + row.end;
  });
  return { tex: start + numbered.join('') + tex.slice(end), labels, next };
}

function numberRow(row: string, next: number, isNumbered: boolean): NumberedFormula {
  const names = [...row.matchAll(LABEL)].map(([, name = '']) => name);
  const tex = row.replace(LABEL, '');
  const [, , tag] = TAG.exec(tex) ?? [];
  const withText = (text: string) => names.map((name) => ({ name, text }));
  if (tag !== undefined) return { tex, labels: withText(tag), next };
  if (!isNumbered || UNNUMBERED.test(tex)) return { tex, labels: [], next };
  return { tex: `${tex}\\tag{${next}}`, labels: withText(String(next)), next: next + 1 };
}

/** Split where a row of the environment itself ends. */
function rowsOf(body: string): { readonly text: string; readonly end: string }[] {
  const rows: { text: string; end: string }[] = [];
  let depth = 0;
  let at = 0;
  for (const { 0: token, 1: word, index } of body.matchAll(ROW_TOKEN)) {
    if (token === '{' || word === 'begin') depth += 1;
    else if (token === '}' || word === 'end') depth -= 1;
    else if (depth === 0 && token.startsWith('\\\\')) {
      rows.push({ text: body.slice(at, index), end: token });
      at = index + token.length;
    }
  }
  rows.push({ text: body.slice(at), end: '' });
  return rows;
}

/** `\eqref` and `\ref` within a formula, replaced by their text; for an unknown label by its name. */
export function withReferences(tex: string, labels: ReadonlyMap<string, string>): string {
  return tex.includes('ref')
    ? tex.replace(
        new RegExp(REFERENCE, 'g'),
        (_all, word: string, name: string) => `\\text{${shownReference(word, name, labels)}}`,
      )
    : tex;
}

/** `(3)`, or `3` for `\ref`. */
export function shownReference(word: string, name: string, labels: ReadonlyMap<string, string>): string {
  const text = labels.get(name) ?? name;
  return word === 'eqref' ? `(${text})` : text;
}

/** The id of the equation with this label, as Jupyter's converter writes it. */
export function labelId(name: string): string {
  return `mjx-eqn:${name}`;
}
