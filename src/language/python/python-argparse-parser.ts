/**
 * The parsers of Python's argparse of a program, and which one each argument belongs to. The code is followed in the
 * order in which it runs, through its functions, as far as it makes parsers; nothing is executed.
 */
import { argument, type Call, callOf, type Constants, textArgument } from './python-call.ts';
import { parsePython } from './python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

export interface Declared {
  readonly call: Call;
  readonly group?: string;
  /** The same for all arguments of which one may be given. */
  readonly rivalry?: object;
}

export interface Parser {
  readonly type: 'parser';
  /** The word of the command; undefined: it is computed. */
  readonly word: string | undefined;
  readonly help: string;
  readonly at: { readonly line: number };
  /** Those of its parents come first. */
  readonly declared: Declared[];
  readonly subparsers: Subparsers[];
}

export interface Subparsers {
  readonly type: 'subparsers';
  readonly parsers: Parser[];
  readonly name: string | undefined;
  isRequired: boolean;
}

interface Group {
  readonly type: 'group';
  readonly parser: Parser;
  readonly title: string | undefined;
  readonly rivalry: object | undefined;
}

type Value = Parser | Subparsers | Group;

/** What is followed at most: calls of functions, each in another, and nodes of the syntax tree in all. */
const MOST_DEPTH = 8;
const MOST_NODES = 200_000;
/** Arguments of one parser. */
const MOST_DECLARED = 1000;
const CALLED = /(?:\b(def)\s+)?(?<![\p{L}\p{N}_])([\p{L}_][\p{L}\p{N}_]*)\s*\(/gu;

interface Walk {
  readonly source: string;
  readonly constants: Constants;
  readonly functions: ReadonlyMap<string, Node>;
  /** What functions without parsers as arguments return; each is followed once. */
  readonly returned: Map<string, Value | undefined>;
  /** Of the module, and attributes of objects. */
  readonly globals: Map<string, Value>;
  readonly subparsers: Subparsers[];
  /** Those without a command, but for parents of others. */
  readonly tops: Set<Parser>;
  readonly program: Parser;
  nodes: number;
}

interface Frame {
  readonly names: Map<string, Value>;
  /** Of the function around this one. */
  readonly outer?: Frame;
  /** By where they end: calls are evaluated once, wherever they stand in an expression. */
  readonly known: Map<number, Value | undefined>;
  readonly depth: number;
  returned: Value | undefined;
}

/**
 * The program itself, with all that is declared for it or for nobody that can be told. `isWhole`: false if the code is
 * too long to be followed to its end. Never throws.
 */
export function readParsers(
  source: string,
  constants: Constants,
): { readonly program: Parser; readonly isWhole: boolean } {
  const top = parsePython(source).topNode;
  const functions = new Map<string, Node>();
  top.cursor().iterate(({ name, node }) => {
    const called = name === 'FunctionDefinition' ? node.getChild('VariableName') : null;
    if (called !== null) functions.set(textOf(called, source), node);
  });
  const program = newParser('', { line: 1 });
  const module: Frame = { names: new Map(), known: new Map(), depth: 0, returned: undefined };
  const walk: Walk = {
    ...{ source, constants, functions, program },
    ...{ subparsers: [], tops: new Set(), returned: new Map(), globals: module.names, nodes: 0 },
  };
  follow(top, module, walk);
  const called = new Set(
    [...source.matchAll(CALLED)].flatMap(([, def, name = '']) => (def === undefined ? [name] : [])),
  );
  // those that nobody calls begin: they give the others their parsers
  const rest = [...functions.keys()].filter((name) => !called.has(name));
  for (const name of [...rest, ...functions.keys()]) if (!walk.returned.has(name)) enter(name, new Map(), module, walk);
  for (const parser of walk.tops) {
    program.declared.push(...parser.declared);
    program.subparsers.push(...parser.subparsers);
  }
  return { program, isWhole: walk.nodes <= MOST_NODES };
}

function newParser(word: string | undefined, at: Parser['at'], help = '', parents: readonly Parser[] = []): Parser {
  const declared = parents.flatMap((parent) => parent.declared).slice(0, MOST_DECLARED);
  return { type: 'parser', word, help, at, declared, subparsers: [] };
}

function follow(body: Node, frame: Frame, walk: Walk): void {
  for (const node of childrenOf(body)) {
    walk.nodes += 1;
    if (walk.nodes > MOST_NODES || node.name === 'FunctionDefinition') continue;
    if (node.name === 'ForStatement' && followLoop(node, frame, walk)) continue;
    follow(node, frame, walk);
    if (node.name === 'CallExpression') evaluate(node, frame, walk);
    else if (node.name === 'AssignStatement') assign(node, frame, walk);
    else if (node.name === 'ReturnStatement' && node.lastChild !== null)
      frame.returned = evaluate(node.lastChild, frame, walk) ?? frame.returned;
  }
}

/** `for each in (first, second):` where these are parsers. */
function followLoop(node: Node, frame: Frame, walk: Walk): boolean {
  const [, target, sign, list] = childrenOf(node);
  const body = node.getChild('Body');
  if (target?.name !== 'VariableName' || sign?.name !== 'in' || list === undefined || body === null) return false;
  const values = childrenOf(list).flatMap((each) => evaluate(each, frame, walk) ?? []);
  for (const value of values) {
    frame.names.set(textOf(target, walk.source), value);
    follow(body, { ...frame, known: new Map() }, walk);
  }
  return values.length > 0;
}

function assign(node: Node, frame: Frame, walk: Walk): void {
  const parts = childrenOf(node).filter(({ name }) => name !== 'AssignOp' && name !== 'TypeDef');
  const value = parts.at(-1);
  if (value === undefined) return;
  for (const target of parts.slice(0, -1)) {
    const name = textOf(target, walk.source);
    const [, owner] = /^(.{1,200})\.required$/.exec(name) ?? [];
    const subparsers = owner === undefined ? undefined : valueNamed(owner, frame, walk);
    if (subparsers?.type === 'subparsers') subparsers.isRequired = textOf(value, walk.source) === 'True';
    const made = evaluate(value, frame, walk);
    if (made !== undefined) (name.includes('.') ? walk.globals : frame.names).set(name, made);
    else frame.names.delete(name);
  }
}

function valueNamed(name: string, { names, outer }: Frame, walk: Walk): Value | undefined {
  return names.get(name) ?? (outer === undefined ? walk.globals.get(name) : valueNamed(name, outer, walk));
}

function evaluate(node: Node, frame: Frame, walk: Walk): Value | undefined {
  if (node.name === 'VariableName' || node.name === 'MemberExpression')
    return valueNamed(textOf(node, walk.source), frame, walk);
  if (node.name !== 'CallExpression') return undefined;
  if (frame.known.has(node.to)) return frame.known.get(node.to);
  // also ends a circle
  frame.known.set(node.to, undefined);
  const value = evaluateCall(node, frame, walk);
  frame.known.set(node.to, value);
  return value;
}

function evaluateCall(node: Node, frame: Frame, walk: Walk): Value | undefined {
  const callee = node.firstChild;
  const call = callOf(node, walk.source);
  if (callee === null || call === undefined) return undefined;
  const name = textOf(callee, walk.source);
  if (callee.name === 'VariableName' && walk.functions.has(name)) return enterCall(name, call, frame, walk);
  const method = textOf(callee.lastChild ?? callee, walk.source);
  const owner = callee.name === 'MemberExpression' && callee.firstChild !== null ? callee.firstChild : undefined;
  const receiver = owner === undefined ? undefined : evaluate(owner, frame, walk);
  if (method === 'ArgumentParser') {
    const parser = newParser('', call, '', parentsOf(call, frame, walk));
    walk.tops.add(parser);
    return parser;
  }
  if (owner !== undefined && walk.functions.has(method) && receiver === undefined)
    return enterCall(method, call, frame, walk);
  return owner === undefined ? undefined : declare(method, receiver, call, { frame, walk });
}

function declare(
  method: string,
  receiver: Value | undefined,
  call: Call,
  { frame, walk }: { readonly frame: Frame; readonly walk: Walk },
): Value | undefined {
  const { constants, program } = walk;
  const parser = receiver?.type === 'parser' ? receiver : receiver?.type === 'group' ? receiver.parser : program;
  const group =
    receiver?.type === 'group' ? receiver : { type: 'group' as const, parser, title: undefined, rivalry: undefined };
  switch (method) {
    case 'add_argument': {
      const { title, rivalry } = group;
      const more = { ...(title === undefined ? {} : { group: title }), ...(rivalry === undefined ? {} : { rivalry }) };
      if (parser.declared.length < MOST_DECLARED) parser.declared.push({ call, ...more });
      return undefined;
    }
    case 'add_argument_group':
      return { ...group, title: textArgument(call, 0, 'title', constants) };
    case 'add_mutually_exclusive_group':
      return { ...group, rivalry: {} };
    case 'add_subparsers': {
      const isRequired = argument(call, -1, 'required', constants)?.value === true;
      const name = textArgument(call, -1, 'dest', constants);
      const made: Subparsers = { type: 'subparsers', parsers: [], name, isRequired };
      parser.subparsers.push(made);
      walk.subparsers.push(made);
      return made;
    }
    case 'add_parser': {
      const help = ['help', 'description'].map((key) => textArgument(call, -1, key, constants)).find(Boolean);
      const made = newParser(textArgument(call, 0, 'name', constants), call, help, parentsOf(call, frame, walk));
      (receiver?.type === 'subparsers' ? receiver : walk.subparsers[0])?.parsers.push(made);
      return made;
    }
    default:
      return undefined;
  }
}

function parentsOf(call: Call, frame: Frame, walk: Walk): Parser[] {
  const list = call.named.get('parents');
  if (list === undefined) return [];
  const values = childrenOf(list).map((each) => evaluate(each, frame, walk));
  const parents = values.filter((value) => value?.type === 'parser');
  for (const parent of parents) walk.tops.delete(parent);
  return parents;
}

/** A function that is given parsers is followed each time, others once. */
function enterCall(name: string, call: Call, frame: Frame, walk: Walk): Value | undefined {
  const parameters = parameterNames(walk.functions.get(name), walk.source);
  const isMethod = parameters[0] === 'self' || parameters[0] === 'cls';
  const given = new Map<string, Value>();
  for (const [at, node] of call.values.entries()) {
    const value = evaluate(node, frame, walk);
    const parameter = parameters[isMethod ? at + 1 : at];
    if (value !== undefined && parameter !== undefined) given.set(parameter, value);
  }
  for (const [parameter, node] of call.named) {
    const value = evaluate(node, frame, walk);
    if (value !== undefined) given.set(parameter, value);
  }
  if (given.size === 0 && walk.returned.has(name)) return walk.returned.get(name);
  return enter(name, given, frame, walk);
}

function enter(name: string, given: ReadonlyMap<string, Value>, frame: Frame, walk: Walk): Value | undefined {
  const node = walk.functions.get(name);
  const body = node?.getChild('Body') ?? null;
  walk.returned.set(name, undefined);
  if (body === null || frame.depth >= MOST_DEPTH) return undefined;
  const inner: Frame = {
    names: new Map(given),
    ...(isInner(node) ? { outer: frame } : {}),
    known: new Map(),
    depth: frame.depth + 1,
    returned: undefined,
  };
  follow(body, inner, walk);
  walk.returned.set(name, inner.returned);
  return inner.returned;
}

/** It sees the names of the function around it. */
function isInner(node: Node | undefined): boolean {
  for (let above = node?.parent ?? null; above !== null; above = above.parent)
    if (above.name === 'FunctionDefinition') return true;
  return false;
}

function parameterNames(node: Node | undefined, source: string): string[] {
  const list = node?.getChild('ParamList') ?? null;
  if (list === null) return [];
  const children = childrenOf(list);
  return children
    .filter(({ name }, at) => name === 'VariableName' && /^(?:[(,*/]|\*\*)$/.test(children[at - 1]?.name ?? ''))
    .map((each) => textOf(each, source));
}
