/** Inputs that a later cell overwrites before anything has used them: what a viewer chooses has no effect. */
import { textOf } from '../syntax-tree.ts';
import { nodesOf, type ReviewedCode, type Reviewer } from './reviewer.ts';

const ASSIGNMENT = new Set(['AssignStatement']);

/** Only plain assignments at the top level: `day = parse(day)` uses the input, and `if` may leave it. */
export const overwrittenInput: Reviewer = function* (code) {
  const { cell: at, names } = code.inputs;
  if (at === undefined) return;
  for (const name of names) {
    const mark = findOverwriting(code, name, at);
    if (mark === undefined) continue;
    yield {
      ...mark,
      code: 'overwritten-input',
      what: `The input “${name}” is overwritten here before anything has used it, so what is chosen has no effect.`,
      remedy: 'Remove the assignment, or give the variable another name.',
    };
  }
};

function findOverwriting(code: ReviewedCode, name: string, at: number) {
  const mentions = new RegExp(`(?<![\\w.])${name.replace(/\$/g, '\\$')}(?!\\w)`, 'u');
  for (const { cell, node, source } of nodesOf(code, ASSIGNMENT)) {
    if (cell <= at || node.parent?.name !== 'Script') continue;
    const [target, sign, ...values] = [node.firstChild, node.firstChild?.nextSibling, node.lastChild];
    if (target?.name !== 'VariableName' || textOf(target, source) !== name || sign?.name !== 'AssignOp') continue;
    const between = [
      ...code.written.slice(at + 1, cell),
      source.slice(0, node.from),
      ...values.map((value) => (value === null || value === undefined ? '' : textOf(value, source))),
    ];
    // a comment that mentions the input is taken for a use: rather no finding than a wrong one
    return between.some((text) => mentions.test(text) || OPEN.test(text)) ? undefined : { cell, from: node.from };
  }
  return undefined;
}

const OPEN = /\b(?:globals|locals|vars|exec|eval|get_ipython)\s*\(|\bscript_runner\b/;
