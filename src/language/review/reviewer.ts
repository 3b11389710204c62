/** What the reviewers of Python code are given, and what they find. */
import type { FindingCode } from '../../domain/finding.ts';
import type { ReviewedInputs } from '../../domain/parameter/language.ts';
import { lastName, partsOf } from '../python/python-tree.ts';
import { decodeString } from '../python/python-string.ts';
import { type Node, textOf } from '../syntax-tree.ts';
import type { CellNames } from './name-binding.ts';

export interface ReviewedCell {
  /** As Python alone: see `pythonOf`. */
  readonly source: string;
  readonly top: Node;
}

export interface ReviewedCode {
  readonly cells: readonly ReviewedCell[];
  /** The same cells as the author wrote them. */
  readonly written: readonly string[];
  /** What each cell gives names to. */
  readonly names: readonly CellNames[];
  readonly inputs: ReviewedInputs;
  /** Names that are assigned, imported or defined anywhere. */
  readonly own: ReadonlySet<string>;
}

export interface ReviewMark {
  /** Index among the cells. */
  readonly cell: number;
  /** Where it begins in the cell's source. */
  readonly from: number;
  readonly code: FindingCode;
  readonly what: string;
  readonly remedy: string;
}

/** One file for each; `python-review.ts` has the table. Never throws. */
export type Reviewer = (code: ReviewedCode) => Iterable<ReviewMark>;

/** All nodes of all cells with these names, in the order of the code. */
export function* nodesOf(
  { cells }: Pick<ReviewedCode, 'cells'>,
  names: ReadonlySet<string>,
): Generator<{ readonly cell: number; readonly node: Node; readonly source: string }> {
  for (const [cell, { source, top }] of cells.entries()) {
    const found: Node[] = [];
    top.cursor().iterate((cursor) => {
      if (names.has(cursor.name)) found.push(cursor.node);
    });
    for (const node of found) yield { cell, node, source };
  }
}

/** The text of a string literal, also of a formatted one; undefined for anything else. */
export function stringOf(node: Node | null | undefined, source: string): string | undefined {
  if (node?.name === 'FormatString') return /^[a-zA-Z]*("""|'''|"|')([\s\S]*)\1$/.exec(textOf(node, source))?.[2];
  return node?.name === 'String' ? decodeString(textOf(node, source))?.text : undefined;
}

export interface Call {
  /** `open`, `pd.read_csv`, or the last name after a call: `Path("a").write_text` gives `write_text`. */
  readonly name: string;
  readonly method: string;
  readonly positional: readonly Node[];
  readonly named: ReadonlyMap<string, Node>;
}

export function readCall(node: Node, source: string): Call {
  const callee = node.firstChild;
  const method = lastName(callee, source) ?? '';
  const text = callee === null ? '' : textOf(callee, source);
  const list = node.getChild('ArgList');
  const parts = list === null ? [] : partsOf(list);
  const named = new Map<string, Node>();
  const positional: Node[] = [];
  for (const part of parts) {
    const [first, sign, value] = part;
    if (sign?.name === 'AssignOp' && first !== undefined && value !== undefined)
      named.set(textOf(first, source), value);
    else if (first !== undefined) positional.push(first);
  }
  return { name: /^[\w.]+$/.test(text) ? text : method, method, positional, named };
}
