/** Code in a notebook for Python 2, for an older link or for Mercury, with what to write instead. */
import type { ReviewFinding } from '../../domain/parameter/language.ts';
import { parsePython, pythonOf } from './python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

/** A notebook with more has one cause for all of them. */
const FINDINGS = 50;

/** Removed built-in names. */
const GONE: Readonly<Record<string, string>> = {
  unicode: 'Write str.',
  basestring: 'Write str.',
  xrange: 'Write range.',
  raw_input: 'Write input, or make it a parameter.',
  unichr: 'Write chr.',
  long: 'Write int.',
  execfile: 'Write exec(open(name).read()).',
  reduce: 'Add: from functools import reduce',
  reload: 'Add: from importlib import reload',
  izip: 'Write zip.',
  imap: 'Write map.',
};
/** Removed methods. `as_dataframe` belonged to link's databases. */
const GONE_METHODS: Readonly<Record<string, string>> = {
  has_key: 'Write key in it.',
  iteritems: 'Write items().',
  iterkeys: 'Write keys().',
  itervalues: 'Write values().',
  as_dataframe: 'Write select_dataframe(sql) on the database.',
};
const MOVED: Readonly<Record<string, string>> = {
  urllib2: 'urllib.request',
  StringIO: 'io',
  cStringIO: 'io',
  cPickle: 'pickle',
  ConfigParser: 'configparser',
  Queue: 'queue',
  httplib: 'http.client',
  urlparse: 'urllib.parse',
  HTMLParser: 'html.parser',
  Tkinter: 'tkinter',
  commands: 'subprocess',
  sets: 'set, which is built in',
};

/** Findings in all code cells, in order. Never throws; names that the notebook defines itself are ignored. */
export function reviewPython(sources: readonly string[]): readonly ReviewFinding[] {
  const cells = sources.map((source) => {
    const python = pythonOf(source);
    return { python, top: parsePython(python).topNode };
  });
  const own = new Set(cells.flatMap(({ python, top }) => ownNames(top, python)));
  const findings: ReviewFinding[] = [];
  for (const [cell, { python, top }] of cells.entries()) {
    for (const { node, what, remedy } of review(top, python, own)) {
      findings.push({ code: 'old-code', cell, line: python.slice(0, node.from).split('\n').length, what, remedy });
      if (findings.length === FINDINGS) return findings;
    }
  }
  return findings;
}

interface Mark {
  readonly node: Node;
  readonly what: string;
  readonly remedy: string;
}

function* review(node: Node, source: string, own: ReadonlySet<string>): Generator<Mark> {
  const mark = reviewNode(node, source, own);
  if (mark !== undefined) yield { node, ...mark };
  for (const child of childrenOf(node)) yield* review(child, source, own);
}

type Reviewer = (node: Node, source: string, own: ReadonlySet<string>) => Omit<Mark, 'node'> | undefined;
const old = (what: string, remedy: string) => ({ what: `${what} is Python 2.`, remedy });

const REVIEWERS: Readonly<Record<string, Reviewer>> = {
  PrintStatement: () => old('print without brackets', 'Write print(…).'),
  ExpressionStatement: (node, source) =>
    /^print\s*$/.test(textOf(node, source)) ? old('print without brackets', 'Write print().') : undefined,
  RaiseStatement: (node) =>
    childrenOf(node).some(({ name }) => name === ',')
      ? old('raise with a comma', 'Write raise Error(text).')
      : undefined,
  CompareOp: (node, source) => (textOf(node, source) === '<>' ? old('<>', 'Write !=.') : undefined),
  // lower case: Python 3.14 takes a list of classes without brackets
  TryStatement: (node, source) => {
    const children = childrenOf(node);
    const isOld = children.some(
      ({ name }, at) => name === ',' && /^[a-z_]/.test(textOf(children[at + 1] ?? node, source)),
    );
    return isOld ? old('except with a comma', 'Write except Error as name.') : undefined;
  },
  Number: (node, source) =>
    /^0\d*[1-9]$/.test(textOf(node, source))
      ? old('A whole number that begins with 0', 'Write 0o777 for base 8.')
      : undefined,
  VariableName: (node, source, own) => {
    const name = textOf(node, source);
    if (Object.hasOwn(GONE, name) && !own.has(name)) return old(name, GONE[name] ?? '');
    return name === 'exec' && !source.startsWith('(', node.to)
      ? old('exec without brackets', 'Write exec(…).')
      : undefined;
  },
  CallExpression: (node, source, own) => {
    const called = node.firstChild === null ? '' : textOf(node.firstChild, source);
    const remedy =
      'Make the path of a file on the server an input, in the cell tagged parameters: data: str = "orders.csv"';
    return /^(mr|mercury)\.(Upload)?File$/.test(called) && own.has('mercury')
      ? { what: 'Nobody can upload a file to mercury’s widget here.', remedy }
      : undefined;
  },
  PropertyName: (node, source) => {
    const name = textOf(node, source);
    if (!Object.hasOwn(GONE_METHODS, name) || !source.slice(node.to).trimStart().startsWith('(')) return undefined;
    const remedy = GONE_METHODS[name] ?? '';
    return name === 'as_dataframe'
      ? { what: 'as_dataframe() no longer exists in link.', remedy }
      : old(`${name}()`, remedy);
  },
  ImportStatement: (node, source, own) => {
    const module = /^(?:from|import)\s+(\w+)/.exec(textOf(node, source))?.[1] ?? '';
    return Object.hasOwn(MOVED, module) && !own.has(`guarded ${module}`)
      ? old(`The module ${module}`, `Import ${MOVED[module]}.`)
      : undefined;
  },
};

function reviewNode(node: Node, source: string, own: ReadonlySet<string>): Omit<Mark, 'node'> | undefined {
  return Object.hasOwn(REVIEWERS, node.name) ? REVIEWERS[node.name]?.(node, source, own) : undefined;
}

/** Names that are assigned, imported or defined anywhere, and modules whose import is tried under `try`. */
function ownNames(node: Node, source: string, guarded = false): string[] {
  const children = childrenOf(node);
  const inside = guarded || node.name === 'TryStatement';
  const named = (end: number) =>
    children.filter(({ name, from }) => name === 'VariableName' && from < end).map((child) => textOf(child, source));
  const equals = children.find(({ name }) => name === 'AssignOp')?.from ?? 0;
  const here =
    node.name === 'AssignStatement'
      ? named(equals)
      : node.name === 'FunctionDefinition' || node.name === 'ClassDefinition' || node.name === 'ParamList'
        ? named(Infinity)
        : node.name === 'ImportStatement'
          ? [...named(Infinity), ...(inside ? named(Infinity).map((name) => `guarded ${name}`) : [])]
          : [];
  return [...here, ...children.flatMap((child) => ownNames(child, source, inside))];
}
