import { describe, expect, it } from 'vitest';
import { findingAt, findingOf, sortFindings } from '../../src/domain/finding.ts';
import { withoutSilenced } from '../../src/domain/finding-silence.ts';

const about = { what: 'What.', remedy: 'Remedy.' };
const at = (cell: number, line: number) => findingAt('absolute-path', { cell, line }, about);
const kept = (sources: readonly string[], everywhere: readonly string[] = [], findings = [at(0, 2)]) =>
  withoutSilenced(findings, sources, everywhere).map(({ code, where }) => `${code} ${where ?? ''}`);

describe('a finding is silenced', () => {
  it.each([
    ['x = 1\nopen("a")  # script-runner: ignore absolute-path'],
    ['# script-runner: ignore absolute-path\nopen("a")'],
    ['// script-runner: ignore cell-order, absolute-path\nopen("a")'],
    ['-- script-runner: ignore absolute-path because it is mounted\nopen("a")'],
  ])('by a comment: %j', (source) => {
    expect(kept([source])).toEqual([]);
  });

  it('by the metadata, everywhere', () => {
    expect(kept(['', ''], ['absolute-path'], [at(0, 1), at(1, 1)])).toEqual([]);
  });
});

describe('a finding stays', () => {
  it.each([
    ['x = 1  # script-runner: ignore absolute-path\nopen("a")'],
    ['x = 1\nopen("a")  # script-runner: ignore cell-order'],
    ['x = "script-runner: ignore absolute-path"\nopen("a")'],
  ])('%j', (source) => {
    expect(kept([source])).toEqual(['absolute-path step 1, line 2']);
  });

  it('in another cell', () => {
    expect(kept(['# script-runner: ignore absolute-path', 'open("a")'], [], [at(1, 1)])).toHaveLength(1);
  });
});

it('a kind that there is not is named', () => {
  expect(kept(['x\ny # script-runner: ignore absolut-path'], ['lost-files'], [])).toEqual([
    'unknown-code the notebook’s metadata',
    'unknown-code step 1, line 2',
  ]);
});

it('the worst come first, then the order of the code', () => {
  const note = findingOf('unknown-code', about);
  const error = findingAt('cell-order', { cell: 4, line: 1 }, about);
  expect(sortFindings([note, at(1, 3), at(0, 9), error])).toEqual([error, at(0, 9), at(1, 3), note]);
});
