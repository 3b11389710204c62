/** Paths that exist on the author's machine, or in a hosted notebook service, but hardly on the server. */
import { PATH_REMEDY, pathProblem } from './path-text.ts';
import { nodesOf, type Reviewer, stringOf } from './reviewer.ts';

const STRINGS = new Set(['String', 'FormatString']);

export const absolutePath: Reviewer = function* (code) {
  for (const { cell, node, source } of nodesOf(code, STRINGS)) {
    const what = pathProblem(stringOf(node, source) ?? '');
    if (what !== undefined) yield { cell, from: node.from, code: 'absolute-path', what, remedy: PATH_REMEDY };
  }
};
