/** Passwords, keys and tokens that are written in the code: everybody who may read the script can read them. */
import { lastName } from '../python/python-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';
import { isSecret, SECRET_REMEDY, secretForm } from './secret-text.ts';
import { nodesOf, readCall, type ReviewMark, type Reviewer, stringOf } from './reviewer.ts';

const NODES = new Set(['AssignStatement', 'CallExpression', 'DictionaryExpression', 'String', 'FormatString']);

export const secretInSource: Reviewer = function* (code) {
  for (const { cell, node, source } of nodesOf(code, NODES)) {
    const mark = (from: number, what: string): ReviewMark => ({
      cell,
      from,
      code: 'secret-in-source',
      what,
      remedy: SECRET_REMEDY,
    });
    const form = node.name.endsWith('String') ? secretForm(stringOf(node, source) ?? '') : undefined;
    if (form !== undefined) yield mark(node.from, `The code contains ${form}.`);
    for (const { name, value } of pairsOf(node, source)) {
      const text = stringOf(value, source);
      if (text !== undefined && isSecret(name, text))
        yield mark(value.from, `The code contains a secret: the text of “${name}”.`);
    }
  }
};

/** `name = value`, `f(name=value)` and `{"name": value}`. */
function pairsOf(node: Node, source: string): { readonly name: string; readonly value: Node }[] {
  if (node.name === 'CallExpression')
    return [...readCall(node, source).named].map(([name, value]) => ({ name, value }));
  const children = childrenOf(node).filter(({ name }) => name !== 'Comment' && name !== 'TypeDef');
  return children.flatMap((value, index) => {
    const [key, sign] = [children[index - 2], children[index - 1]];
    if (key === undefined) return [];
    if (node.name === 'AssignStatement' && sign?.name === 'AssignOp')
      return [{ name: lastName(key, source) ?? keyOf(key, source), value }];
    return node.name === 'DictionaryExpression' && sign !== undefined && textOf(sign, source) === ':'
      ? [{ name: stringOf(key, source) ?? '', value }]
      : [];
  });
}

/** `password` of `os.environ["password"] = …`. */
function keyOf(node: Node, source: string): string {
  const key = childrenOf(node).find(({ name }) => name === 'String');
  return node.name === 'MemberExpression' ? (stringOf(key, source) ?? '') : '';
}
