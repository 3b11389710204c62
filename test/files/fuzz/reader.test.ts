/** Readers of authors' files: whatever the bytes, the result is a script, none, or a problem for the author. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { cases } from './case.ts';
import { readFile } from './reader.ts';
import { realNotebooks, writtenSeeds } from './seed.ts';

const RUNS = 400;

it('read every file that the others begin with', () => {
  const seeds = [...writtenSeeds(), ...realNotebooks(Infinity)];
  const readings = seeds.map(({ name, bytes, written }) => {
    const { file, bytes: whole, beside } = written(bytes);
    return [name, readFile(file, whole, beside)];
  });
  expect(readings.filter(([, reading]) => reading !== 'a script')).toEqual([]);
});

it.each([
  ['texts of every format', writtenSeeds()],
  ['saved notebooks', realNotebooks(20_000)],
])('read %s with changes', (_what, seeds) => {
  fc.assert(
    fc.property(cases(seeds, { mostRepeats: 600, mostBytes: 20_000 }), ({ written: { file, bytes, beside } }) => {
      readFile(file, bytes, beside);
    }),
    { numRuns: RUNS, seed: 1 },
  );
});
