/** Which modules and connections the code of a notebook names, as far as it says so plainly. */
import type { Reference, References } from '../../domain/parameter/reference.ts';
import { readPythonImports } from './python-import.ts';
import { boundedPython, parsePython, pythonOf } from './python-tree.ts';
import { nodesOf, readCall, stringOf } from '../review/reviewer.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

/** Code that installs packages, or says where else modules are: then nobody can say which will be there. */
const OWN_MODULES = /\bpip3?['", ]+install\b|\b(?:mamba|conda)\s+install\b|\bsys\.path\b|\bsite\.addsitedir\b/;
/** Not within `try`, `if` or a function: the author expects that such an import may fail, or may not happen. */
const CERTAIN = new Set(['StatementGroup', 'WithStatement', 'Body']);
const NODES = new Set(['CallExpression', 'MemberExpression']);
const MEMBER = /^(?:link\.)?lnk\.(?:((?:dbs|apis)\.\w+)|(\w+)\.(?:select|select_dataframe|execute))$/;
/** Of one kind. */
const MOST = 200;

/** Never throws. */
export function readPythonReferences(sources: readonly string[]): References {
  const written = boundedPython(sources);
  const cells = written.map((cell) => {
    const source = pythonOf(cell);
    return { source, top: parsePython(source).topNode };
  });
  const all = written.join('\n');
  return {
    modules: OWN_MODULES.test(all) ? [] : unique(cells.flatMap(({ source, top }, at) => modulesOf(top, source, at))),
    connections: unique([...connectionsOf(cells, all)]),
  };
}

function modulesOf(top: Node, source: string, cell: number): Reference[] {
  return childrenOf(top).flatMap((node) => {
    if (CERTAIN.has(node.name)) return modulesOf(node, source, cell);
    if (node.name !== 'ImportStatement') return [];
    const names = readPythonImports(textOf(node, source)).map((name) => name.split('.')[0] ?? name);
    return names.map((name) => ({ name, cell, line: lineOf(source, node) }));
  });
}

function* connectionsOf(
  cells: readonly { readonly source: string; readonly top: Node }[],
  all: string,
): Generator<Reference> {
  const hasLink = /\bfrom\s+link\s+import\b.*\blnk\b|\bimport\s+link\b/.test(all);
  const hasOurs = /\bfrom\s+script_runner\s+import\b.*\bconnection\b/.test(all);
  if (!hasLink && !all.includes('script_runner')) return;
  for (const { cell, node, source } of nodesOf({ cells }, NODES)) {
    const name = node.name === 'CallExpression' ? named(node, source, hasOurs) : hasLink && member(node, source);
    if (typeof name === 'string') yield { name, cell, line: lineOf(source, node) };
  }
}

function named(node: Node, source: string, hasOurs: boolean): string | undefined {
  const { name, positional } = readCall(node, source);
  const isOurs = name === 'script_runner.connection' || (hasOurs && name === 'connection');
  const first = positional[0];
  return isOurs && first?.name === 'String' ? stringOf(first, source) : undefined;
}

function member(node: Node, source: string): string | undefined {
  const [, full, short] = MEMBER.exec(textOf(node, source)) ?? [];
  return full ?? (short === 'dbs' || short === 'apis' ? undefined : short);
}

function lineOf(source: string, { from }: Node): number {
  return source.slice(0, from).split('\n').length;
}

function unique(references: readonly Reference[]): readonly Reference[] {
  const first = new Map<string, Reference>();
  for (const each of references) if (!first.has(each.name)) first.set(each.name, each);
  return [...first.values()].slice(0, MOST);
}
