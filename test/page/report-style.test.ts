import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScriptProblem } from '../../src/domain/problem.ts';
import { readReportStyle, styleProblem, watchReportStyle } from '../../src/page/report-style.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'style-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (css: string) => writeFileSync(join(folder, 'report.css'), css);

describe('the style sheet of a project', () => {
  it.each([
    ['', undefined],
    ['a { b: "}" } /* } */ @media print { c { d: url(e) } }', undefined],
    [`a { content: '\\'' }`, undefined],
    ['a {\n  b: c;\n', 'line 1'],
    ['a { }\n}', 'line 2'],
    ['a { }\n\n/* b', 'line 3'],
    ['a { b: "c }\n}', 'line 1'],
  ])('%j is broken at %s', (css, where) => {
    expect(styleProblem(css)?.where).toBe(where);
  });

  it('is read again when it changes; a broken one is told once and not used', () => {
    const told: ScriptProblem[] = [];
    const current = watchReportStyle(folder, (problem) => told.push(problem));
    expect(current()).toBe('');
    write('a { b: c }');
    expect(current()).toBe('a { b: c }');
    write('a { b: c');
    expect([current(), current(), told.length]).toEqual(['', '', 1]);
    rmSync(join(folder, 'report.css'));
    expect(current()).toBe('');
  });

  it('is bounded, and no folder', () => {
    write(' '.repeat(200_001));
    expect(readReportStyle(folder).problem?.what).toContain('cannot be read');
    rmSync(join(folder, 'report.css'));
    mkdirSync(join(folder, 'report.css'));
    expect(readReportStyle(folder)).toMatchObject({
      css: '',
      problem: { what: expect.stringContaining('cannot be read') },
    });
  });
});
