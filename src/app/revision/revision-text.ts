/** A script as text that people compare: its cells' sources, what it says of itself, and its sidecar. No outputs. */
import type { CellType } from '../../domain/notebook/notebook.ts';
import type { ScriptContent } from '../../domain/script/script.ts';

/** A cell, `metadata.script_runner`, or the sidecar. */
export interface RevisionSection {
  readonly type: CellType | 'options' | 'sidecar';
  /** Of a cell, from 1. */
  readonly number?: number;
  readonly tags: readonly string[];
  readonly lines: readonly string[];
}

export function revisionText({ notebook, sidecar }: Pick<ScriptContent, 'notebook' | 'sidecar'>): RevisionSection[] {
  const cells = notebook.cells.map(({ type, tags, source }, at): RevisionSection => {
    return { type, number: at + 1, tags, lines: linesOf(source) };
  });
  const options = notebook.metadata['script_runner'];
  const own = (type: RevisionSection['type'], text: string) => ({ type, tags: [], lines: linesOf(text) });
  return [
    ...(options === undefined ? [] : [own('options', JSON.stringify(options, undefined, 2))]),
    ...cells,
    ...(sidecar === undefined ? [] : [own('sidecar', new TextDecoder().decode(sidecar.bytes))]),
  ];
}

function linesOf(text: string): string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}
