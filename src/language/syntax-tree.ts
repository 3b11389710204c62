/** The syntax trees that lezer makes, for every language: functions shared by the other files. */
import type { parser } from '@lezer/python';

export type Tree = ReturnType<typeof parser.parse>;
export type Node = Tree['topNode'];

export function textOf(node: Node, source: string): string {
  return source.slice(node.from, node.to);
}

export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}
