/** The syntax tree of Python source, as @lezer/python makes it: functions shared by the other files. */
import { parser } from '@lezer/python';
import { LRUCache } from 'lru-cache';
import { markedProgram } from '../domain/notebook/program-cell.ts';
import { childrenOf, hasDeepBrackets, type Node, textOf, type Tree } from './syntax-tree.ts';

export function parsePython(source: string): Tree {
  return parser.parse(source);
}

/** Nesting of code that is read: what walks over a tree calls itself for each level. */
const MOST_DEPTH = 400;
const NOTHING = parser.parse('');

/** Each convention reads all cells of a notebook: they are parsed once. Size: characters. */
const trees = new LRUCache<string, Tree>({ max: 1000, maxSize: 500_000 });

/** As `parsePython`; of code that is nested deeper than anybody writes, the tree of an empty cell. */
export function parseShallow(source: string): Tree {
  const known = trees.get(source);
  if (known !== undefined) return known;
  const tree = parseBounded(source);
  trees.set(source, tree, { size: Math.max(1, source.length) });
  return tree;
}

function parseBounded(source: string): Tree {
  // parsing itself takes long where many brackets stay open
  if (hasDeepBrackets(source, MOST_DEPTH)) return NOTHING;
  const tree = parser.parse(withoutRuns(source));
  let depth = 0;
  let isDeep = false;
  tree.iterate({
    enter: () => {
      depth += 1;
      isDeep ||= depth > MOST_DEPTH;
      if (!isDeep) return undefined;
      depth -= 1;
      return false;
    },
    leave: () => {
      depth -= 1;
    },
  });
  return isDeep ? NOTHING : tree;
}

/** Runs of signs that no code has: the parser would find an error at each, which takes long. */
const RUN = /[!$%&*+,\-./:;<=>?@^`|~]{50,}|([)\]}])\1{399,}/g;
/** These may stand before a value, however often. */
const UNARY = /^[-+~]+$/;

/** With blanks in their places: positions stay as they are. */
function withoutRuns(source: string): string {
  return source.replace(RUN, (run) => (UNARY.test(run) ? run : ' '.repeat(run.length)));
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
