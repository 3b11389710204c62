/** The syntax tree of JavaScript and TypeScript, as @lezer/javascript makes it. */
import { parser } from '@lezer/javascript';
import { boundedParser } from '../syntax-parse.ts';
import type { Tree } from '../syntax-tree.ts';

const parse = boundedParser(parser.configure({ dialect: 'ts' }), { readsAhead: true });

/** Of code beyond the bounds, the tree of an empty cell. */
export function parseJavascript(source: string): Tree {
  return parse(source).tree;
}

/** See `boundedCode`. */
export function javascriptRecoveryOf(cell: string, most: number): number {
  return parse(cell, most).recoverySteps;
}
