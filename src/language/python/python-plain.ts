/** Which cells only import modules and assign literal values. */
import { parsePython, pythonOf } from './python-tree.ts';
import { readLiteral } from './python-literal.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

/** A longer cell is not looked at: it would take as long as its execution. */
const MOST_CHARS = 2_000;
/** The first statement: most other cells are known by it, without being parsed. */
const BEGINS = /^(?:[ \t]*(?:#.*)?\n)*(?:import|from|pass|[\p{L}_][\p{L}\p{N}_]*\s*[:=])/u;

/** False for a cell with lines for IPython (`%magic`, `!command`), and for one with mistakes. */
export function isPlainPython(source: string): boolean {
  if (source.length > MOST_CHARS || !BEGINS.test(source) || pythonOf(source) !== source) return false;
  return statementsOf(parsePython(source).topNode).every((statement) => isPlainStatement(statement, source));
}

function statementsOf(node: Node): Node[] {
  return childrenOf(node).flatMap((child) => (child.name === 'StatementGroup' ? statementsOf(child) : [child]));
}

function isPlainStatement(statement: Node, source: string): boolean {
  if (/^(ImportStatement|Comment|PassStatement|;)$/.test(statement.name)) return !hasMistake(statement);
  if (statement.name !== 'AssignStatement') return false;
  const parts = childrenOf(statement);
  const [target, ...rest] = parts.filter(({ name }) => name !== 'TypeDef');
  // an annotation may call something, too
  if (parts.some((part) => part.name === 'TypeDef' && !/^:[\w\s.[\],|]+$/.test(textOf(part, source)))) return false;
  const [sign, value] = rest;
  if (target?.name !== 'VariableName' || sign?.name !== 'AssignOp' || value === undefined || rest.length > 2)
    return false;
  return value.name !== 'CallExpression' && readLiteral(value, source) !== undefined;
}

function hasMistake(statement: Node): boolean {
  return childrenOf(statement).some(({ type }) => type.isError);
}
