/** The first text of a Python module, or of a function. */
import { decodeString } from './python-string.ts';
import { parsePython } from './python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';

/** Undefined if the module has none. `line`: where it begins, from 1. */
export function docstringOf(source: string): { readonly text: string; readonly line: number } | undefined {
  return firstText(parsePython(source).topNode, source);
}

/** As `docstringOf`, of a function. */
export function docstringIn(definition: Node, source: string): string | undefined {
  const body = definition.getChild('Body');
  return body === null ? undefined : firstText(body, source)?.text;
}

function firstText(body: Node, source: string): { readonly text: string; readonly line: number } | undefined {
  const first = childrenOf(body).find(({ name }) => name !== 'Comment' && name !== ':');
  const literal = first?.name === 'ExpressionStatement' ? first.firstChild : null;
  if (literal?.name !== 'String') return undefined;
  const read = decodeString(textOf(literal, source));
  if (read === undefined || read.bytes) return undefined;
  return { text: read.text, line: source.slice(0, literal.from).split('\n').length };
}
