/** Which names a cell gives a value, and which it uses at once, when the cell runs. */
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

export interface CellNames {
  /** Names that get a value anywhere in the cell, also within functions. */
  readonly bound: ReadonlySet<string>;
  /** Names that get a value at the top level, with where. */
  readonly assigned: ReadonlyMap<string, number>;
  /** Names that are used when the cell runs, not only within functions, with the first place of each. */
  readonly used: ReadonlyMap<string, number>;
  /** It may give values to names that nobody can see: `from x import *`, `exec`, `globals()`. */
  readonly isOpen: boolean;
}

const OPEN = /\bimport\s*\*|\b(?:exec|eval|globals|locals|vars|get_ipython)\s*\(|^[ \t]*%(?:run|pylab|load|store)\b/m;
/** What runs later, or has names of its own. */
const LATER = new Set(['FunctionDefinition', 'LambdaExpression', 'ClassDefinition']);
const COMPREHENSION = /Comprehension/;

/** `written`: the cell as the author wrote it, with its magics. */
export function readNames(
  { top, source }: { readonly top: Node; readonly source: string },
  written: string,
): CellNames {
  const bound = new Set<string>();
  const assigned = new Map<string, number>();
  const used = new Map<string, number>();
  const walk = (node: Node, isLater: boolean) => {
    const targets = new Set(targetsOf(node, source).map(({ from }) => from));
    for (const target of targetsOf(node, source)) {
      const name = textOf(target, source);
      bound.add(name);
      if (!isLater && !COMPREHENSION.test(node.name) && !assigned.has(name)) assigned.set(name, target.from);
    }
    const inside = isLater || LATER.has(node.name);
    for (const child of childrenOf(node)) {
      if (child.name === 'VariableName') {
        const name = textOf(child, source);
        if (targets.has(child.from) || inside || isKeyword(child, source)) continue;
        if (!used.has(name)) used.set(name, child.from);
      } else walk(child, inside);
    }
  };
  walk(top, false);
  return { bound, assigned, used, isOpen: OPEN.test(written) };
}

/** The name of an argument (`f(name=…)`), and what stands in an import. */
function isKeyword(node: Node, source: string): boolean {
  const { parent } = node;
  if (parent?.name === 'ImportStatement') return true;
  const next = node.nextSibling;
  return parent?.name === 'ArgList' && next?.name === 'AssignOp' && textOf(next, source) === '=';
}

/** The names that a node gives a value itself, not within its parts. */
function targetsOf(node: Node, source: string): Node[] {
  const children = childrenOf(node);
  switch (node.name) {
    case 'AssignStatement': {
      const last = children.findLast(({ name }) => name === 'AssignOp');
      return last === undefined ? [] : namesIn(children.filter(({ from }) => from < last.from));
    }
    case 'NamedExpression':
      return namesIn(children.slice(0, 1));
    case 'ForStatement':
    case 'ArrayComprehensionExpression':
    case 'ComprehensionExpression':
    case 'SetComprehensionExpression':
    case 'DictionaryComprehensionExpression':
      return forTargets(children);
    case 'WithStatement':
    case 'TryStatement':
      return namesIn(children.filter((_child, at) => children[at - 1]?.name === 'as'));
    case 'ImportStatement':
      return importTargets(children, source);
    case 'FunctionDefinition':
    case 'ClassDefinition':
    case 'ScopeStatement':
    case 'ParamList':
    case 'CapturePattern':
      return children.filter(({ name }) => name === 'VariableName').slice(0, firstOnly(node.name));
    default:
      return [];
  }
}

/** A definition has one name of its own. */
function firstOnly(name: string): number {
  return name.endsWith('Definition') ? 1 : Infinity;
}

/** Between each `for` and its `in`. */
function forTargets(children: readonly Node[]): Node[] {
  let isTarget = false;
  return children.flatMap((child) => {
    if (child.name === 'for') isTarget = true;
    else if (child.name === 'in') isTarget = false;
    else if (isTarget) return namesIn([child]);
    return [];
  });
}

/** `a`, `(a, b)`, `[a, *b]`; attributes and items of something are no names. */
function namesIn(nodes: readonly Node[]): Node[] {
  return nodes.flatMap((node) => {
    if (node.name === 'VariableName') return [node];
    return /^(?:Tuple|Array|Parenthesized)Expression$|^StarExpression$/.test(node.name)
      ? namesIn(childrenOf(node))
      : [];
  });
}

/** `import a.b` gives `a`; `import a as c` and `from a import b as c` give `c`. */
function importTargets(children: readonly Node[], source: string): Node[] {
  const at = children.findIndex((child) => textOf(child, source) === 'import');
  const parts: Node[][] = [[]];
  for (const child of children.slice(at + 1)) {
    if (child.name === ',') parts.push([]);
    else if (/^(?:VariableName|as|\.)$/.test(child.name)) parts.at(-1)?.push(child);
  }
  return parts.flatMap((part) => {
    const alias = part.findIndex(({ name }) => name === 'as');
    const name = alias < 0 ? part[0] : part[alias + 1];
    return name?.name === 'VariableName' ? [name] : [];
  });
}
