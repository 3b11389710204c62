/** Reviews the Python code of a notebook: the table of reviewers, and their findings by cell and line. */
import type { ReviewedInputs, ReviewFinding } from '../../domain/parameter/language.ts';
import { boundedPython, parsePython, pythonOf } from '../python/python-tree.ts';
import { absolutePath } from './absolute-path.ts';
import { asksForInput } from './asks-for-input.ts';
import { cellOrder } from './cell-order.ts';
import { lostFile } from './lost-file.ts';
import { readNames } from './name-binding.ts';
import { overwrittenInput } from './overwritten-input.ts';
import type { ReviewedCode, Reviewer } from './reviewer.ts';
import { secretInSource } from './secret-in-source.ts';

const REVIEWERS: readonly Reviewer[] = [
  asksForInput,
  absolutePath,
  secretInSource,
  overwrittenInput,
  cellOrder,
  lostFile,
];

/** Of one kind; a notebook with more has one cause for all of them. */
const FINDINGS = 20;

const NO_INPUTS: ReviewedInputs = { names: [], cell: undefined };

/** By kind, each in the order of the code; at most `FINDINGS` of each. Never throws. */
export function reviewCode(sources: readonly string[], inputs = NO_INPUTS): ReviewFinding[] {
  const code = readCode(sources, inputs);
  return REVIEWERS.flatMap((review) => {
    const findings: ReviewFinding[] = [];
    for (const { from, ...mark } of review(code)) {
      const line = (code.cells[mark.cell]?.source ?? '').slice(0, from).split('\n').length;
      findings.push({ ...mark, line });
      if (findings.length === FINDINGS) break;
    }
    return findings;
  });
}

function readCode(sources: readonly string[], inputs: ReviewedInputs): ReviewedCode {
  const read = boundedPython(sources);
  const cells = read.map((written) => {
    const source = pythonOf(written);
    return { source, top: parsePython(source).topNode };
  });
  // what is not read may define anything
  const names = cells.map((cell, at) => {
    const found = readNames(cell, sources[at] ?? '');
    return sources[at] === read[at] ? found : { ...found, isOpen: true };
  });
  const own = new Set(names.flatMap(({ bound }) => [...bound]));
  return { cells, written: sources, names, own, inputs };
}
