/** Inputs that a later cell overwrites before anything has used them: what a viewer chooses has no effect. */
import { textOf } from '../syntax-tree.ts';
import { type Overwriting, overwrittenMark, overwrittenUnused, PYTHON_WORD } from './name-mention.ts';
import { nodesOf, type ReviewedCode, type Reviewer } from './reviewer.ts';

const ASSIGNMENT = new Set(['AssignStatement']);
const OPEN = /\b(?:globals|locals|vars|exec|eval|get_ipython)\s*\(|\bscript_runner\b/;

/** Only plain assignments at the top level: `day = parse(day)` uses the input, and `if` may leave it. */
export const overwrittenInput: Reviewer = function* (code) {
  const { cell: at, names } = code.inputs;
  if (at === undefined || names.length === 0) return;
  const places = assignmentsOf(code, new Set(names), at);
  for (const found of overwrittenUnused(places, code.written, { at, open: OPEN, words: PYTHON_WORD }))
    yield overwrittenMark(found);
};

function assignmentsOf(code: ReviewedCode, names: ReadonlySet<string>, at: number): Overwriting[] {
  const found: Overwriting[] = [];
  for (const { cell, node, source } of nodesOf(code, ASSIGNMENT)) {
    if (cell <= at || node.parent?.name !== 'Script') continue;
    const [target, sign, value] = [node.firstChild, node.firstChild?.nextSibling, node.lastChild];
    if (target?.name !== 'VariableName' || sign?.name !== 'AssignOp') continue;
    const name = textOf(target, source);
    if (names.has(name))
      found.push({ name, cell, from: target.from, value: value === null ? '' : textOf(value, source) });
  }
  return found;
}
