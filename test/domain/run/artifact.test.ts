import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeFileName, uniqueFileName } from '../../../src/domain/run/artifact.ts';

describe('a safe file name', () => {
  it.each([
    ['sales.csv', 'sales.csv'],
    ['../../etc/passwd', 'etc-passwd'],
    ['/absolute/path.txt', 'absolute-path.txt'],
    ['C:\\Users\\x.csv', 'C_-Users-x.csv'],
    ['a\u0000b\nc\u202egpj.exe', 'abcgpj.exe'],
    ['con.txt', '_con.txt'],
    ['LPT1', '_LPT1'],
    ['  .hidden. ', 'hidden'],
    ['..', 'file'],
    ['', 'file'],
    ['Größe 2024 – 日本.xlsx', 'Größe 2024 – 日本.xlsx'],
    ['e\u0301.csv', 'é.csv'],
    ['what?<>|*".csv', 'what______.csv'],
  ])('of %j is %j', (wanted, safe) => {
    expect(safeFileName(wanted)).toBe(safe);
  });

  it('is short, keeps its extension, and never leaves its folder, whatever was wanted', () => {
    expect(safeFileName(`${'x'.repeat(300)}.csv`)).toMatch(/^x{100,}\.csv$/);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 400 }),
          fc.string({ unit: fc.constantFrom('.', '/', '\\', ' ', 'a', '\0', '日') }),
        ),
        (wanted) => {
          const name = safeFileName(wanted);
          expect(name).not.toMatch(/[/\\\p{Cc}]|^\.|^\s|[.\s]$/u);
          expect(name.length).toBeGreaterThan(0);
          expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(200);
          expect(safeFileName(name)).toBe(name);
        },
      ),
    );
  });
});

it('makes the same name twice two names, on systems that ignore case too', () => {
  expect(uniqueFileName('a.csv', new Set())).toBe('a.csv');
  expect(uniqueFileName('a.csv', new Set(['A.CSV', 'a (2).csv']))).toBe('a (3).csv');
  expect(uniqueFileName('archive', new Set(['archive']))).toBe('archive (2)');
});
