/** Reviews the R code of a notebook: what asks for input, installs packages, or names places and secrets of others. */
import type { ReviewFinding } from '../../domain/parameter/language.ts';
import { type RCall, rCallsOf, rTextsOf } from '../r/r-call.ts';
import { reviewedSources } from './code-review.ts';
import { PATH_REMEDY, pathProblem } from './path-text.ts';
import { isSecret, SECRET_REMEDY, secretForm } from './secret-text.ts';

/** Of one kind; a notebook with more has one cause for all of them. */
const FINDINGS = 20;
const ASKING = /^(?:readline|askpass|askpass::askpass|getPass|getPass::getPass|rstudioapi::\w+)$/;
const ASKING_IN_STUDIO = /^rstudioapi::(?:askFor\w+|showPrompt|showQuestion|select\w+)$/;
const READING = /^(?:readLines|scan)$/;
const STDIN = /^(?:file\(\s*)?["']stdin["']|^stdin\(\)/;
const INSTALLING =
  /^(?:(?:utils::)?install\.packages|pak::(?:pkg_install|pak)|(?:remotes|devtools)::install_\w+|BiocManager::install|renv::(?:install|restore))$/;
/** Whether a call of this name installs packages. */
export function isInstalling(called: string): boolean {
  return INSTALLING.test(called);
}

const FOLDER = /^(?:base::)?setwd$/;

/** By kind, each in the order of the code; at most 20 of each. Never throws. */
export function reviewR(sources: readonly string[]): ReviewFinding[] {
  const all = reviewedSources(sources).flatMap((source, cell) => [
    ...callFindings(source, cell),
    ...textFindings(source, cell),
  ]);
  const counts = new Map<string, number>();
  return all.filter(({ code }) => {
    const count = (counts.get(code) ?? 0) + 1;
    counts.set(code, count);
    return count <= FINDINGS;
  });
}

function callFindings(source: string, cell: number): ReviewFinding[] {
  const isWanted = (called: string) =>
    ASKING.test(called) || READING.test(called) || INSTALLING.test(called) || FOLDER.test(called);
  return rCallsOf(source, isWanted).flatMap((call) => {
    const found = reviewCall(call);
    return found === undefined ? [] : [{ ...found, cell, line: call.line }];
  });
}

function reviewCall({ called, values, named }: RCall): Omit<ReviewFinding, 'cell' | 'line'> | undefined {
  if (INSTALLING.test(called))
    return {
      code: 'installs-packages',
      what: `${called}() installs packages in each run, which takes long, and fails where the library cannot be written.`,
      remedy: 'Install them once in the R of the server, or declare them in renv.lock.',
    };
  const [first = named.get('con') ?? named.get('file') ?? named.get('dir') ?? ''] = values;
  if (FOLDER.test(called))
    return /^["'](?:\/|~)/.test(first) && pathProblem(first.slice(1, -1)) === undefined
      ? {
          code: 'absolute-path',
          what: `setwd(${first}) leaves the folder of the script for one that the server may not have.`,
          remedy: 'Leave it out: a run starts in the folder of its script.',
        }
      : undefined;
  const asks = READING.test(called)
    ? STDIN.test(first)
    : !called.startsWith('rstudioapi::') || ASKING_IN_STUDIO.test(called);
  return asks
    ? {
        code: 'asks-for-input',
        what: `${called}() waits for somebody to type, and nobody can in a run.`,
        remedy: 'Make it an input: assign a default in the cell tagged parameters.',
      }
    : undefined;
}

function textFindings(source: string, cell: number): ReviewFinding[] {
  return rTextsOf(source).flatMap(({ text, name, line }): ReviewFinding[] => {
    const secret = (what: string): ReviewFinding[] => [
      { code: 'secret-in-source', cell, line, what, remedy: SECRET_REMEDY },
    ];
    const form = secretForm(text);
    if (form !== undefined) return secret(`The code contains ${form}.`);
    // names of R may have dots
    if (isSecret(name.replaceAll('.', '_'), text)) return secret(`The code contains a secret: the text of “${name}”.`);
    const what = pathProblem(text);
    return what === undefined ? [] : [{ code: 'absolute-path', cell, line, what, remedy: PATH_REMEDY }];
  });
}
