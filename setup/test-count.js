// Counts vitest's JSON report: what passed, what failed, and what was skipped without a reason. Pure.

/** Tests that may skip for a reason that they find themselves on this machine; this list may only shrink. */
const MAY_SKIP = ['that runs out of memory says so'];

/** More than by chance on a busy machine: something has made tests unreliable. */
const MAX_REPEATED = 5;

/**
 * `report` is the JSON reporter's object, `status` vitest's exit code, `missing` the programs this machine lacks.
 * `problems` are sentences that each count as one failure; `repeated` says what passed only when it was tried again.
 */
export function countTests(report, status, missing) {
  const suites = report.testResults ?? [];
  const tests = suites.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ status: state, fullName, failureMessages = [] }) => ({
      state,
      fullName: fullName.trim(),
      file: name,
      message: failureMessages[0]?.split('\n')[0],
    })),
  );
  const repeated = tests
    .filter(({ state, message }) => state === 'passed' && message !== undefined)
    .map(({ fullName, file, message }) => `${fullName} (${file}): ${message}`);
  const failed = tests.filter(({ state }) => state === 'failed').length;
  const problems = [
    ...suites
      .filter((suite) => suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed'))
      .map(({ name, message }) => `${name} could not be run: ${(message ?? '').split('\n')[0]}`),
    ...tests
      .filter(
        ({ state, fullName }) =>
          state !== 'passed' && state !== 'failed' && !missing.some((name) => fullName.includes(`needs ${name}`)),
      )
      .filter(({ fullName }) => !MAY_SKIP.some((name) => fullName.endsWith(name)))
      .map(
        ({ fullName, file }) =>
          `skipped by accident? ${fullName} (${file}). A test may skip only for a program that is missing here and that its name says it needs.`,
      ),
  ];
  if (repeated.length > MAX_REPEATED)
    problems.push(`${repeated.length} tests passed only when they were tried again; at most ${MAX_REPEATED} may`);
  if (tests.length === 0) problems.push('no test was found');
  if (status !== 0 && failed + problems.length === 0)
    problems.push(`vitest ended with ${status}: an error outside the tests, see above`);
  return { passed: tests.filter(({ state }) => state === 'passed').length, failed, problems, repeated };
}
