/**
 * Arguments of ipywidgets' `interact` as inputs: `interact(f, n=10, kind=["a", "b"])`, `@interact(n=10)`, and the
 * defaults of the function. Source: https://ipywidgets.readthedocs.io/en/stable/examples/Using%20Interact.html
 */
import type { CalledParameter } from '../../domain/parameter/language.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import { isJsonObject, type Json } from '../../domain/text/json.ts';
import { encodeString } from './python-string.ts';
import { readLiteral } from './python-literal.ts';
import { lastName, parsePython, partsOf, pythonOf, unwrapped } from './python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

const INTERACT = /\b(?:interact|interact_manual|interactive|interactive_output)\s*[(\n.]/;
const CALLED = /^(?:interact|interact_manual|interactive)$/;
/** Longer cells are data, not declarations. */
const MOST_CHARS = 20_000;
const MOST_INPUTS = 100;

export function isInteract(cells: readonly string[]): boolean {
  return cells.some((source) => INTERACT.test(source)) && cells.some((source) => /\bipywidgets\b/.test(source));
}

/** Of two arguments with the same name the first counts. What is no number, text, switch or choice is no input. */
export function readInteract(cells: readonly string[]): CalledParameter[] {
  if (!isInteract(cells)) return [];
  const found = new Map<string, CalledParameter>();
  const functions = new Map<string, Argument[]>();
  for (const [cell, written] of cells.entries()) {
    if (written.length > MOST_CHARS) continue;
    const source = pythonOf(written);
    const add = ({ name, value }: Argument, call: string) => {
      const schema = schemaOf(value, source);
      if (schema === undefined || found.has(name) || found.size >= MOST_INPUTS) return;
      found.set(name, { name, schema, required: false, call, cell, isFallback: true });
    };
    parsePython(source).iterate({
      enter: ({ name, node }) => {
        if (name === 'FunctionDefinition')
          functions.set(functionName(node, source), argumentsOf(node, 'ParamList', source));
        if (name === 'DecoratedStatement') for (const each of decoratorArguments(node, source)) add(each, '@interact');
        if (name !== 'CallExpression' || !CALLED.test(lastName(node.firstChild, source) ?? '')) return;
        const list = node.getChild('ArgList');
        const [[first] = []] = list === null ? [] : partsOf(list);
        const own = first?.name === 'VariableName' ? (functions.get(textOf(first, source)) ?? []) : [];
        for (const each of [...argumentsOf(node, 'ArgList', source), ...own]) add(each, 'interact');
      },
    });
  }
  return [...found.values()];
}

interface Argument {
  readonly name: string;
  readonly value: Node;
}

function functionName(node: Node, source: string): string {
  const name = node.getChild('VariableName');
  return name === null ? '' : textOf(name, source);
}

/** `name=value`, with a type or without. */
function argumentsOf(node: Node, kind: 'ParamList' | 'ArgList', source: string): Argument[] {
  const list = node.getChild(kind);
  return (list === null ? [] : partsOf(list)).flatMap((part): Argument[] => {
    const [name, ...rest] = part.filter((each) => each.name !== 'TypeDef');
    const value = rest[0]?.name === 'AssignOp' ? rest[1] : undefined;
    return name === undefined || value === undefined ? [] : [{ name: textOf(name, source), value }];
  });
}

function decoratorArguments(node: Node, source: string): Argument[] {
  const parts = childrenOf(node);
  const isWanted = (each: Node) =>
    each.name === 'Decorator' &&
    childrenOf(each).some((child) => child.name === 'VariableName' && CALLED.test(textOf(child, source)));
  const decorator = parts.find(isWanted);
  const body = node.getChild('FunctionDefinition');
  if (decorator === undefined) return [];
  return [
    ...argumentsOf(decorator, 'ArgList', source),
    ...(body === null ? [] : argumentsOf(body, 'ParamList', source)),
  ];
}

function schemaOf(wrapped: Node, source: string): ParameterSchema | undefined {
  const node = unwrapped(wrapped);
  const value = readLiteral(node, source)?.value;
  if (typeof value === 'boolean') return { type: 'boolean', default: value };
  if (typeof value === 'string') return { type: 'string', default: value };
  // 1.0 is a whole number here, but not in Python
  const type = /[.e]/i.test(textOf(node, source)) ? 'number' : 'integer';
  if (typeof value === 'number') return around(value, type);
  if (node.name === 'TupleExpression') return between(value, type);
  return choices(value);
}

type NumberType = 'integer' | 'number';

/** The slider of ipywidgets for a number: from its negative to three times the number. */
function around(value: number, type: NumberType): ParameterSchema {
  const [low, high] = value === 0 ? [0, 1] : value > 0 ? [-value, 3 * value] : [3 * value, -value];
  return { type, minimum: low, maximum: high, default: value };
}

/** `(min, max)` or `(min, max, step)`; it starts in the middle, on a step. */
function between(value: Json | undefined, type: NumberType): ParameterSchema | undefined {
  const numbers = Array.isArray(value) ? (value as Json[]).filter((each) => typeof each === 'number') : [];
  const [low = 0, high = 0, step] = numbers;
  if (!Array.isArray(value) || numbers.length !== value.length || numbers.length < 2 || low >= high) return undefined;
  const half = low + (high - low) / 2;
  const middle = type === 'integer' ? Math.trunc(half) : half;
  const start = step === undefined || step <= 0 ? middle : low + Math.floor((middle - low) / step) * step;
  return { type, minimum: low, maximum: high, default: start };
}

/** A list, a list of labels with values, or a mapping of labels to values. */
function choices(value: Json | undefined): ParameterSchema | undefined {
  const pairs = isJsonObject(value) ? Object.entries(value) : Array.isArray(value) ? (value as Json[]).map(pairOf) : [];
  const values = pairs.map(([, each]) => each);
  if (values.length === 0 || values.some((each) => typeof each === 'object')) return undefined;
  const isLabelled = pairs.some(([label]) => label !== undefined);
  return {
    enum: values,
    ...(isLabelled ? { 'x-labels': pairs.map(([label, each]) => label ?? String(each)) } : {}),
    default: values[0] ?? null,
  };
}

function pairOf(value: Json): readonly [string | undefined, Json] {
  const [label, own] = Array.isArray(value) && value.length === 2 ? (value as Json[]) : [];
  return typeof label === 'string' && own !== undefined ? [label, own] : [undefined, value];
}

/** Widgets that `interact` makes begin with the values of the run. */
export function interactSource(cells: readonly string[]): string | undefined {
  const names = readInteract(cells).map(({ name }) => name);
  return names.length === 0
    ? undefined
    : `from script_runner import _interact; _interact.install(${encodeString(JSON.stringify(names))})`;
}
