/** The syntax tree of Python source, as @lezer/python makes it: functions shared by the other files. */
import { parser } from '@lezer/python';
import { markedProgram } from '../../domain/notebook/program-cell.ts';
import { boundedCode } from '../code-bound.ts';
import { boundedParser } from '../syntax-parse.ts';
import { childrenOf, type Node, textOf, type Tree } from '../syntax-tree.ts';

const parse = boundedParser(parser);

/** Of code beyond the bounds, the tree of an empty cell. */
export function parsePython(source: string): Tree {
  return parse(source).tree;
}

/** The cells as they are; those beyond the bounds are empty. */
export function boundedPython(cells: readonly string[]): readonly string[] {
  return boundedCode(cells, pythonRecoveryOf);
}

/** See `boundedCode`. */
export function pythonRecoveryOf(cell: string, most: number): number {
  return parse(pythonOf(cell), most).recoverySteps;
}

/**
 * The Python of a cell: nothing of a cell in another language (`%%bash`), and `pass` for each IPython line (`%magic`,
 * `!command`); a program as it is. Line numbers stay those of the author's file.
 */
export function pythonOf(cell: string): string {
  const program = markedProgram(cell);
  if (program !== undefined) return program.source;
  return /^\s*%%/.test(cell) ? '' : cell.replace(/^[ \t]*[%!].*$/gm, (line) => 'pass'.padEnd(line.length));
}

/** The content of brackets, split at the commas; each part is its nodes. */
export function partsOf(node: Node): Node[][] {
  const parts: Node[][] = [[]];
  for (const child of childrenOf(node)) {
    if (child.name === ',') parts.push([]);
    else if (!/^([()[\]{}]|Comment)$/.test(child.name)) parts.at(-1)?.push(child);
  }
  return parts.filter((part) => part.length > 0);
}

/** The node without the parentheses around it. */
export function unwrapped(node: Node): Node {
  if (node.name !== 'ParenthesizedExpression') return node;
  const inner = partsOf(node)[0]?.[0];
  return inner === undefined ? node : unwrapped(inner);
}

/** `date` for `date`, `datetime.date`, `dt.date`; undefined for anything that is not a name. */
export function lastName(node: Node | null | undefined, source: string): string | undefined {
  if (node?.name === 'VariableName') return textOf(node, source);
  if (node?.name !== 'MemberExpression') return undefined;
  const last = node.lastChild;
  return last?.name === 'PropertyName' ? textOf(last, source) : undefined;
}

/** The single expression in the source, e.g. the text of a string annotation. */
export function parseExpression(source: string): Node | undefined {
  const statement = parsePython(source).topNode.firstChild;
  return statement?.name === 'ExpressionStatement' && statement.nextSibling === null
    ? (statement.firstChild ?? undefined)
    : undefined;
}
