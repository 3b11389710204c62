/**
 * `script-runner check [folder or script]`: which scripts cannot be published, and what needs attention in the others.
 * The Python that runs scripts is asked for what they import, if there is one; a running server says why snapshots
 * could not be taken.
 */
import { statSync } from 'node:fs';
import { readConfig } from '../../config/config.ts';
import type { Config } from '../../config/config.ts';
import { type Finding, sortFindings } from '../../domain/finding.ts';
import { AppError } from '../../domain/error.ts';
import { problemText } from '../../domain/problem.ts';
import { reviewTemplates } from '../../page/template-review.ts';
import { missingKernels, refusedSnapshots, withScripts } from './check-read.ts';
import { reviewContents } from './check-content.ts';
import { limitsOf } from './check-limit.ts';
import { type CheckedScript, checkedText, findingText, paragraph, summaryText } from './check-text.ts';
import type { CaseResult } from './check-case.ts';
import { caseSummary, caseText, isFailure, junitCases, sayCase } from './check-case-text.ts';
import { runCases } from './check-run.ts';
import { writeAt } from '../export-file.ts';
import { type JunitCase, junitXml } from './junit.ts';
import { findScript } from '../script-argument.ts';

export interface CheckOptions {
  readonly json: boolean;
  /** Path of a file for JUnit's XML. */
  readonly junit: string | undefined;
  /** Warnings count as errors. */
  readonly strict: boolean;
  /** Each script is executed, too, and compared with what was kept; `update` keeps what it shows. */
  readonly run: boolean;
  readonly update: boolean;
}

/** Exit code 1 when a script is broken or has an error. Throws `invalid` and `not-found`. */
export async function check(target: string, options: CheckOptions): Promise<void> {
  const { config, name } = findTarget(target);
  const checked = await checkScripts(config, name);
  const cases = options.run
    ? await runCases(scriptsOf(checked), { target, update: options.update, onEnd: sayCase })
    : NONE;
  const templates = name === undefined ? await reviewTemplates(config.project.templates) : [];
  if (options.junit !== undefined) {
    const all = checked.flatMap((each) => [caseOf(each, options), ...junitCases(each.script, cases)]);
    await writeAt(options.junit, new TextEncoder().encode(junitXml('check', all)));
  }
  if (options.json) {
    const unused = templates.map(({ file, problem }) => ({ file, state: 'unused', problem }));
    console.log(
      JSON.stringify(
        [...checked.map((each) => ({ ...valueOf(each), cases: cases.get(each.script.name) })), ...unused],
        null,
        2,
      ),
    );
  } else {
    if (checked.length === 0) console.log(`${config.project.scripts} contains no notebooks.`);
    for (const each of checked)
      console.log([checkedText(each), ...(cases.get(each.script.name) ?? []).map(caseText)].join('\n'));
    for (const { file, problem } of templates) console.log(paragraph('unused', file, problem));
    const summaries = [summaryText(checked), caseSummary([...cases.values()].flat())];
    for (const summary of summaries) if (summary !== '') console.log(summary);
  }
  const isWrong = ({ state }: CaseResult) => isFailure(state, options.strict);
  if (checked.some((each) => failureOf(each, options) !== undefined) || [...cases.values()].flat().some(isWrong))
    process.exitCode = 1;
}

const NONE: ReadonlyMap<string, readonly CaseResult[]> = new Map();

function scriptsOf(checked: readonly CheckedScript[]) {
  return checked.map(({ script }) => script);
}

/** A folder is a project; anything else is a script. */
function findTarget(target: string): { readonly config: Config; readonly name: string | undefined } {
  const isFolder = statSync(target, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder) return { config: readConfig({ target }), name: undefined };
  const { config, name, path } = findScript(target);
  if (path === undefined)
    throw new AppError(
      'not-found',
      `${target} is no folder, no notebook, and no script of the project in the current folder.`,
    );
  return { config, name };
}

/** All scripts of the project, or the named one. */
async function checkScripts(config: Config, name: string | undefined): Promise<readonly CheckedScript[]> {
  const { scripts, reviews, limits } = await withScripts(config, async (source) => {
    const all = await source.list();
    const chosen = all.filter((script) => name === undefined || script.name === name);
    return { scripts: chosen, reviews: await reviewContents(chosen, source, config), limits: limitsOf(config, all) };
  });
  const missing = await missingKernels(scripts, config);
  const unfit = await refusedSnapshots(scripts, config);
  return scripts.map((script) => ({
    script,
    findings: sortFindings(reviews.get(script.file) ?? []),
    missingKernel: missing.get(script.name),
    snapshotProblem: script.options.snapshot?.problem ?? unfit.get(script.name),
    limits: limits(script.name),
  }));
}

function valueOf({ script, findings, missingKernel, snapshotProblem, limits }: CheckedScript) {
  const { name, file, title, state, problem, origins } = script;
  return {
    name,
    file,
    title,
    state,
    problem,
    findings,
    inputs: origins ?? {},
    missingKernel,
    snapshotProblem,
    environment: script.environment?.file,
    environmentProblem: script.environmentProblem,
    ...limits,
  };
}

/** Why the script makes `check` fail. */
function failureOf(
  { script: { state, problem, environmentProblem }, findings }: CheckedScript,
  { strict }: Pick<CheckOptions, 'strict'>,
): JunitCase['failure'] {
  if (state === 'broken') {
    const text = problem === undefined ? 'The script cannot be published.' : problemText(problem);
    return { message: text, text };
  }
  if (environmentProblem !== undefined)
    return { message: environmentProblem.what, text: problemText(environmentProblem) };
  const wrong = findings.filter(({ severity }) => severity === 'error' || (strict && severity === 'warning'));
  const [first] = wrong;
  return first && { message: first.what, text: textOf(wrong) };
}

function caseOf(each: CheckedScript, options: CheckOptions): JunitCase {
  const { name, file } = each.script;
  const failure = failureOf(each, options);
  const output = [each.missingKernel ?? '', textOf(each.findings)].filter((text) => text !== '').join('\n');
  return { group: name, name: file, file, output, ...(failure === undefined ? {} : { failure }) };
}

function textOf(findings: readonly Finding[]): string {
  return findings.map((each) => findingText(each)).join('\n');
}
