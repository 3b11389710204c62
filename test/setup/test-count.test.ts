import { describe, expect, it } from 'vitest';
import { countTests } from '../../setup/test-count.js';

const suite = (...states: (readonly [string, string])[]) => ({
  name: 'a.test.ts',
  status: states.some(([state]) => state === 'failed') ? 'failed' : 'passed',
  message: '',
  assertionResults: states.map(([status, fullName]) => ({ status, fullName })),
});

describe('countTests', () => {
  it('counts what passed and failed', () => {
    expect(countTests({ testResults: [suite(['passed', 'a'], ['failed', 'b'])] }, 1, [])).toEqual({
      passed: 1,
      failed: 1,
      problems: [],
      repeated: [],
    });
  });

  it('names what passed only when it was tried again, and takes many of them for a failure', () => {
    const late = (count: number) => {
      const { assertionResults, ...rest } = suite(...Array.from({ length: count }, () => ['passed', 'a'] as const));
      return {
        testResults: [
          {
            ...rest,
            assertionResults: assertionResults.map((each) => ({ ...each, failureMessages: ['E: late\n at x'] })),
          },
        ],
      };
    };
    expect(countTests(late(1), 0, [])).toEqual({
      passed: 1,
      failed: 0,
      problems: [],
      repeated: ['a (a.test.ts): E: late'],
    });
    expect(countTests(late(6), 0, []).problems).toEqual([expect.stringMatching(/6 tests .* at most 5/)]);
  });

  it('takes a skipped test for a failure, unless its program is missing here', () => {
    const report = { testResults: [suite(['passed', 'a'], ['skipped', 'b needs chromium'])] };
    expect(countTests(report, 0, ['chromium']).problems).toEqual([]);
    expect(countTests(report, 0, [])).toMatchObject({
      passed: 1,
      problems: [expect.stringMatching(/skipped by accident\? b needs chromium/)],
    });
    expect(countTests({ testResults: [suite(['passed', 'a'], ['todo', 'b'])] }, 0, ['chromium']).problems).toHaveLength(
      1,
    );
  });

  it('takes a file that could not be loaded for a failure', () => {
    const broken = { ...suite(), status: 'failed', message: 'SyntaxError: x\n at y' };
    expect(countTests({ testResults: [suite(['passed', 'a']), broken] }, 1, []).problems).toEqual([
      'a.test.ts could not be run: SyntaxError: x',
    ]);
  });

  it('never takes an error outside the tests, or no tests, for success', () => {
    expect(countTests({ testResults: [suite(['passed', 'a'])] }, 1, []).problems).toHaveLength(1);
    expect(countTests({ testResults: [] }, 0, []).problems).toHaveLength(1);
  });
});
