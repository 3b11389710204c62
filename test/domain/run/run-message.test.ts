import { describe, expect, it } from 'vitest';
import { durationWords, exceptionSentence, outcomeSentence } from '../../../src/domain/run/run-message.ts';
import { sizeWords } from '../../../src/domain/text/size.ts';
import type { Outcome } from '../../../src/domain/run/run.ts';

describe('outcomeSentence', () => {
  it.each<[Outcome, number | undefined, string]>([
    [
      { type: 'failed', cell: 3, exception: { name: 'KeyError', value: "'amount'" } },
      4,
      'The report stopped in step 4: there is no “amount” (KeyError).',
    ],
    [{ type: 'failed', cell: 3, step: 2 }, undefined, 'The report stopped in step 2.'],
    [{ type: 'failed', cell: 0, step: 0 }, undefined, 'The report stopped.'],
    [{ type: 'failed' }, undefined, 'The report stopped.'],
    [{ type: 'cancelled', by: 'ana' }, undefined, 'Cancelled by ana. The report shows what was done until then.'],
    [{ type: 'cancelled', by: 'viewer' }, undefined, 'Cancelled. The report shows what was done until then.'],
    [
      { type: 'timed-out', limit: 'cell', limitMs: 90_000 },
      2,
      'The report was stopped in step 2: the step took longer than the 1 min 30 s a step may take.',
    ],
    [
      { type: 'kernel-died', limit: 'memory', limitValue: 2e9 },
      2,
      'The report ran out of memory in step 2. It may use 2 GB.',
    ],
    [
      { type: 'kernel-died', limit: 'memory', limitValue: 2_000_000_000, used: 1_900_000_000 },
      2,
      'The report ran out of memory in step 2. It used 1.9 GB, and may use 2 GB.',
    ],
    [
      { type: 'kernel-died', limit: 'processes', limitValue: 1000, used: 1001 },
      undefined,
      'The report was stopped: it started too many processes (1001; it may have 1000).',
    ],
    [
      { type: 'kernel-died', limit: 'disk', limitValue: 2_000_000_000, used: 3_000_000_000 },
      1,
      'The report was stopped in step 1: it wrote 3 GB to disk, and may write 2 GB.',
    ],
    [
      { type: 'kernel-died', signal: 'SIGSEGV' },
      undefined,
      'The program behind the report ended unexpectedly (signal SIGSEGV).',
    ],
    [{ type: 'succeeded', message: 'Nothing to do today.' }, undefined, 'Nothing to do today.'],
  ])('%j', (outcome, step, words) => {
    expect(outcomeSentence(outcome, step)).toBe(words);
  });
});

describe('exceptionSentence', () => {
  it.each([
    ['FileNotFoundError', "[Errno 2] No such file or directory: 'sales.csv'", 'the file “sales.csv” was not found.'],
    ['ModuleNotFoundError', "No module named 'geopandas'", 'the module “geopandas” is not installed.'],
    ['ValueError', 'bad\nsecond line', 'ValueError: bad.'],
    ['Empty', '', 'Empty.'],
    ['ValueError', '\x1b[31mred\x1b[0m \x1b]8;;https://a.b\x07link\x1b]8;;\x07', 'ValueError: red link.'],
    ['ValueError', '\n\n  below', 'ValueError: below.'],
    ['ValueError', 'long words '.repeat(100), `ValueError: ${'long words '.repeat(27).trim()}…`],
    ['ValueError', 'x'.repeat(1000), `ValueError: ${'x'.repeat(300)}…`],
  ])('%s', (name, value, words) => {
    expect(exceptionSentence({ name, value })).toBe(words);
  });
});

describe('amounts', () => {
  it.each([
    [450, '450 ms'],
    [12_000, '12 s'],
    [600_000, '10 min'],
    [7_260_000, '2 h 1 min'],
  ])('%i ms', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_536_000, '1.5 MB'],
    [2e9, '2 GB'],
    [25_000_000, '25 MB'],
  ])('%i bytes', (bytes, words) => {
    expect(sizeWords(bytes)).toBe(words);
  });
});
