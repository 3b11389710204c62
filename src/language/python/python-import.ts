/** The modules that a Python cell imports at top level, whatever else it contains. */
import { parsePython, pythonOf } from './python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

/** Statements whose bodies run with the cell: an import under `if` or in a function may never happen. */
const TRANSPARENT = new Set(['StatementGroup', 'TryStatement', 'WithStatement', 'Body']);

/**
 * Dotted names in the order of the source. `from a import b` gives `a` and `a.b`, since `b` may be a module. Relative
 * imports are left out. Never throws; lines for IPython (`%magic`, `!command`) and cells of another language (`%%bash`)
 * are skipped.
 */
export function readPythonImports(source: string): string[] {
  const python = pythonOf(source);
  return [
    ...new Set(importStatements(parsePython(python).topNode).flatMap((statement) => readImport(statement, python))),
  ];
}

function importStatements(node: Node): Node[] {
  return childrenOf(node).flatMap((child) => {
    if (child.name === 'ImportStatement') return [child];
    return TRANSPARENT.has(child.name) ? importStatements(child) : [];
  });
}

function readImport(statement: Node, source: string): string[] {
  const words = childrenOf(statement)
    .filter(({ name }) => name !== 'Comment')
    .map((node) => textOf(node, source));
  if (words[0] !== 'from') return names(words.slice(1));
  const at = words.indexOf('import');
  const module = words.slice(1, at).join('');
  if (at < 0 || module === '' || module.startsWith('.')) return [];
  return [module, ...names(words.slice(at + 1)).map((name) => `${module}.${name}`)];
}

/** `a . b as c , d` -> `a.b`, `d`; brackets and stars are not names. */
function names(words: readonly string[]): string[] {
  const parts = words
    .filter((word) => !/^[()*]$/.test(word))
    .join(' ')
    .split(',');
  return parts
    .map((part) => part.replace(/ as .*$/, '').replaceAll(' ', ''))
    .filter((name) => /^[\p{L}_][\p{L}\p{N}_.]*$/u.test(name));
}
