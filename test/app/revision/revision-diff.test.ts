/** The differences between two revisions of a script. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DIFF_LIMITS, diffRevisions, type DiffRow } from '../../../src/app/revision/revision-diff.ts';
import { revisionText, type RevisionSection } from '../../../src/app/revision/revision-text.ts';
import type { Cell } from '../../../src/domain/notebook/notebook.ts';

const cell = (source: string, more: Partial<Cell> = {}): Cell => ({
  id: 'x',
  type: 'code',
  source,
  tags: [],
  metadata: {},
  attachments: {},
  outputs: [],
  executionCount: null,
  ...more,
});
const text = (cells: readonly Cell[], metadata = {}, sidecar?: string) =>
  revisionText({
    notebook: { cells, metadata, kernelName: undefined, language: 'python' },
    ...(sidecar === undefined ? {} : { sidecar: { file: 'a.params.json', bytes: new TextEncoder().encode(sidecar) } }),
  });
const SIGNS = { same: ' ', added: '+', removed: '-' };
const shown = (row: DiffRow) =>
  row.type === 'gap'
    ? `… ${row.lines}`
    : row.type === 'line'
      ? `${SIGNS[row.mark]} ${row.text}`
      : `${SIGNS[row.mark]}[${row.section.type} ${row.section.number ?? ''}${row.section.tags.join()}]`;
const diff = (before: RevisionSection[], after: RevisionSection[], limits = DIFF_LIMITS) => {
  const found = diffRevisions(before, after, limits);
  return found.type === 'rows' ? found.rows.map(shown) : found.type;
};

test('names the cell of each change, and leaves unchanged lines out', () => {
  const long = 'a\nb\nc\nd\ne\nf';
  expect(diff(text([cell(long), cell('x = 1')]), text([cell(long), cell('x = 2\ny')]))).toEqual([
    '… 4',
    ' [code 1]',
    '  e',
    '  f',
    ' [code 2]',
    '- x = 1',
    '+ x = 2',
    '+ y',
  ]);
});

test('shows cells that were added, removed or tagged', () => {
  const intro = cell('# Title', { type: 'markdown' });
  const [one, two] = [text([intro, cell('b\n\n')]), text([intro, cell('a\n\n'), cell('b\n\n')])];
  const added = ['  # Title', '+[code 2]', '+ a', '+ ', ' [code 3]', '  b', '  '];
  expect(diff(one, two)).toEqual([' [markdown 1]', ...added]);
  const removed = ['  # Title', '-[code 2]', '- a', '- ', ' [code 2]', '  b', '  '];
  expect(diff(two, one)).toEqual([' [markdown 1]', ...removed]);
  expect(diff(text([cell('a')]), text([cell('a', { tags: ['parameters'] })]))).toEqual([
    '-[code 1]',
    '+[code 1parameters]',
    '  a',
  ]);
});

test('compares what a script says of itself, and its parameter file', () => {
  const before = text([cell('a')], { script_runner: { publish: true } }, '{"n": 1}');
  const after = text([cell('a')], { script_runner: { publish: false } }, '{"n": 2}');
  expect(diff(before, after)).toEqual(
    expect.arrayContaining([' [options ]', '-   "publish": true', '+   "publish": false', '- {"n": 1}', '+ {"n": 2}']),
  );
});

test('ignores outputs, ids and ends of lines', () => {
  const output = { output_type: 'stream', name: 'stdout', text: 'secret' };
  const after = text([cell('a\r\nb\n', { id: 'y', outputs: [output], executionCount: 3 })]);
  expect(diff(text([cell('a\nb')]), after)).toBe('same');
});

test('says that revisions are too long or too different, and cuts what is shown', () => {
  const lines = (word: string) => text([cell(Array.from({ length: 50 }, (_, at) => `${word} ${at}`).join('\n'))]);
  expect(diff(lines('a'), lines('b'), { ...DIFF_LIMITS, edits: 20 })).toBe('far');
  expect(diff(lines('a'), lines('b'), { ...DIFF_LIMITS, lines: 50 })).toBe('far');
  expect(diff(lines('a'), lines('b'), { ...DIFF_LIMITS, chars: 100 })).toBe('far');
  const found = diffRevisions(lines('a'), lines('b'), { ...DIFF_LIMITS, shownChars: 500 });
  expect(found).toMatchObject({ type: 'rows', added: 50, removed: 50, isCut: true });
  const row = diffRevisions(text([cell('a')]), text([cell('x'.repeat(10_000))]));
  expect(JSON.stringify(row).length).toBeLessThan(30_000);
  expect(row).toMatchObject({
    rows: expect.arrayContaining([{ type: 'line', mark: 'added', text: `${'x'.repeat(2000)}…` }]),
  });
});

test('shows every changed line exactly once, and none that is not there', () => {
  const sources = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', '#["code",[]]', ''), { maxLength: 8 }), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(sources, sources, (one, other) => {
      const [before, after] = [one, other].map((cells) => text(cells.map((lines) => cell(lines.join('\n'))))) as [
        RevisionSection[],
        RevisionSection[],
      ];
      const found = diffRevisions(before, after);
      const all = (sections: RevisionSection[]) => sections.flatMap(({ lines }) => lines).length;
      if (found.type === 'same') {
        expect(before.map(({ lines }) => lines)).toEqual(after.map(({ lines }) => lines));
        return;
      }
      if (found.type === 'far') throw new Error('too far');
      const count = (wanted: string) => found.rows.filter((row) => row.type === 'line' && row.mark === wanted).length;
      const left = found.rows.reduce((sum, row) => sum + (row.type === 'gap' ? row.lines : 0), 0);
      expect([found.added, found.removed]).toEqual([count('added'), count('removed')]);
      expect(count('same') + left + found.removed).toBe(all(before));
      expect(count('same') + left + found.added).toBe(all(after));
    }),
  );
});
