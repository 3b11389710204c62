/** The calls in Python code: what is called, its arguments by position and by name, where it stands. */
import { readLiteral } from './python-literal.ts';
import type { Literal } from './python-constructor.ts';
import { parsePython, partsOf, pythonOf, unwrapped } from './python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

export interface Call {
  /** As written, without blanks: `dbutils.widgets.text`. */
  readonly called: string;
  /** Arguments by position, before the first named one. */
  readonly values: readonly Node[];
  readonly named: ReadonlyMap<string, Node>;
  /** The variable to which the call alone is assigned at top level. */
  readonly target: string | undefined;
  /** Index among the cells. */
  readonly cell: number;
  /** From 1. */
  readonly line: number;
  readonly source: string;
}

/** Longer cells are data, not declarations. */
const MOST_CHARS = 20_000;
const MOST_CALLS = 1000;
const CALLED = /^[\p{L}_][\p{L}\p{N}_.\s]*$/u;

/** The calls in all cells whose text matches, in order; at most 1,000. Never throws. */
export function callsOf(cells: readonly string[], wanted: RegExp, mostChars = MOST_CHARS): Call[] {
  const calls: Call[] = [];
  for (const [cell, written] of cells.entries()) {
    if (written.length > mostChars || !wanted.test(written)) continue;
    const source = pythonOf(written);
    parsePython(source).iterate({
      enter: ({ name, node }) => {
        if (name !== 'CallExpression' || calls.length >= MOST_CALLS || node.firstChild === null) return;
        const called = textOf(node.firstChild, source);
        if (!CALLED.test(called) || !wanted.test(called.replace(/\s/g, ''))) return;
        const call = callOf(node, source, cell);
        if (call !== undefined) calls.push(call);
      },
    });
  }
  return calls;
}

/** Undefined for what is no call. `cell`: its index among the cells. */
export function callOf(node: Node, source: string, cell = 0): Call | undefined {
  const called = node.firstChild === null ? '' : textOf(node.firstChild, source);
  const list = node.getChild('ArgList');
  return list === null ? undefined : newCall({ node, called, list }, source, cell);
}

/** `@cli.command("name")`; also without brackets. */
export function decoratorCall(node: Node, source: string): Call {
  const list = node.getChild('ArgList');
  return newCall({ node, called: source.slice(node.from + 1, list?.from ?? node.to), list }, source, 0);
}

interface Written {
  readonly node: Node;
  readonly called: string;
  readonly list: Node | null;
}

function newCall({ node, called, list }: Written, source: string, cell: number): Call {
  const values: Node[] = [];
  const named = new Map<string, Node>();
  for (const [first, sign, value] of list === null ? [] : partsOf(list)) {
    if (first === undefined) continue;
    if (sign?.name === 'AssignOp' && value !== undefined) named.set(textOf(first, source), value);
    else if (sign === undefined && named.size === 0) values.push(first);
  }
  return {
    ...{ called: called.replace(/\s/g, ''), values, named, target: targetOf(node, source), cell, source },
    // counted only where somebody asks
    get line() {
      return source.slice(0, node.from).split('\n').length;
    },
  };
}

function targetOf(node: Node, source: string): string | undefined {
  const { parent } = node;
  if (parent?.name !== 'AssignStatement' || parent.parent?.name !== 'Script') return undefined;
  const [target, sign, value, ...more] = childrenOf(parent).filter(({ name }) => name !== 'TypeDef');
  const isPlain = target?.name === 'VariableName' && sign?.name === 'AssignOp' && value?.from === node.from;
  return isPlain && more.length === 0 ? textOf(target, source) : undefined;
}

/** The literals that variables have at top level, of those that are assigned once. */
export type Constants = ReadonlyMap<string, Literal | undefined>;

export function constantsOf(cells: readonly string[], mostChars = MOST_CHARS): Constants {
  const constants = new Map<string, Literal | undefined>();
  for (const written of cells) {
    if (written.length > mostChars) continue;
    const source = pythonOf(written);
    const statements = childrenOf(parsePython(source).topNode).flatMap((node) =>
      node.name === 'StatementGroup' ? childrenOf(node) : [node],
    );
    for (const statement of statements) {
      if (statement.name !== 'AssignStatement') continue;
      const [target, sign, value, ...more] = childrenOf(statement).filter(({ name }) => name !== 'TypeDef');
      if (target?.name !== 'VariableName' || sign?.name !== 'AssignOp' || value === undefined) continue;
      const name = textOf(target, source);
      constants.set(name, constants.has(name) || more.length > 0 ? undefined : readLiteral(value, source));
    }
  }
  return constants;
}

/** The argument at this position, or of this name, as a literal; `undefined` for what only a run can tell. */
export function argument(call: Call, at: number, name: string, constants: Constants): Literal | undefined {
  const node = argumentNode(call, at, name);
  return node === undefined ? undefined : valueOf(node, call.source, constants);
}

/** `at` below 0: only by name. */
export function argumentNode(call: Call, at: number, name: string): Node | undefined {
  return call.named.get(name) ?? (at < 0 ? undefined : call.values[at]);
}

const RANGE = /^\[str\((\w+)\) for \1 in range\((\d{1,4})(?:, ?(\d{1,4}))?\)\]$/;

function valueOf(wrapped: Node, source: string, constants: Constants): Literal | undefined {
  const node = unwrapped(wrapped);
  const text = textOf(node, source);
  if (node.name === 'VariableName') return constants.get(text);
  const [found, , first = '', end] = RANGE.exec(text.replace(/\s+/g, ' ')) ?? [];
  if (found === undefined) return readLiteral(node, source);
  const [from, to] = end === undefined ? [0, Number(first)] : [Number(first), Number(end)];
  const value = Array.from({ length: Math.max(0, to - from) }, (_, at) => String(from + at));
  return { value, schema: { type: 'array', items: { type: 'string' } } };
}

/** The argument as text; `undefined` if it is none. */
export function textArgument(call: Call, at: number, name: string, constants: Constants): string | undefined {
  const value = argument(call, at, name, constants)?.value;
  return typeof value === 'string' ? value : undefined;
}
