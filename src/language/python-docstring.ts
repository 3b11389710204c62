/** The first text of a Python module. */
import { decodeString } from './python-string.ts';
import { parseShallow } from './python-tree.ts';
import { childrenOf, textOf } from './syntax-tree.ts';

/** Undefined if the module has none. `line`: where it begins, from 1. */
export function docstringOf(source: string): { readonly text: string; readonly line: number } | undefined {
  const first = childrenOf(parseShallow(source).topNode).find(({ name }) => name !== 'Comment');
  const literal = first?.name === 'ExpressionStatement' ? first.firstChild : null;
  if (literal?.name !== 'String') return undefined;
  const read = decodeString(textOf(literal, source));
  if (read === undefined || read.bytes) return undefined;
  return { text: read.text, line: source.slice(0, literal.from).split('\n').length };
}
