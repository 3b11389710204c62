import { expect, it } from 'vitest';
import { parsePython } from '../../../src/language/python/python-tree.ts';
import { textOf } from '../../../src/language/syntax-tree.ts';

const texts = (source: string, name: string): string[] => {
  const found: string[] = [];
  parsePython(source)
    .topNode.cursor()
    .iterate((cursor) => {
      if (cursor.name === name) found.push(textOf(cursor.node, source));
    });
  return found;
};

it('texts and comments keep long lines of one sign', () => {
  const line = '='.repeat(100);
  const source = `a = "${line}"  # ${line}\nb = 1 ${line} 2\nc = 3`;
  expect(texts(source, 'String')).toEqual([`"${line}"`]);
  expect(texts(source, 'Comment')).toEqual([`# ${line}`]);
  expect(texts(source, 'VariableName')).toEqual(['a', 'b', 'c']);
});

it('any number of signs may stand before a value', () => {
  expect(texts(`a = ${'-'.repeat(100)}1`, 'UnaryExpression')).toHaveLength(100);
});
