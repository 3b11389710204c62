/** What a bundle takes of the files beside a script, and the form of its manifest. */
import { expect, it } from 'vitest';
import { BUNDLE_FILES, chooseFiles, leftNotice, manifestText, readManifest } from '../../../src/domain/run/bundle.ts';

const hash = 'a'.repeat(64);
const files = (...sizes: number[]) => sizes.map((sizeBytes, index) => ({ path: `f${index}`, sizeBytes }));

it('takes the smallest files first, and no more than the limits', () => {
  const { files: taken, left } = chooseFiles(files(500, 10, 600, 490), 1000);
  expect(taken.map(({ path }) => path)).toEqual(['f0', 'f1', 'f3']);
  expect(left.map(({ path }) => path)).toEqual(['f2']);
  const many = chooseFiles(files(...Array.from({ length: BUNDLE_FILES + 2 }, () => 0)), 1);
  expect([many.files.length, many.left.length]).toEqual([BUNDLE_FILES, 2]);
});

it('has the same text for the same files, in whatever order they were found', () => {
  const rows = [
    { path: 'b/c.py', hash, sizeBytes: 2, isProgram: true as const },
    { path: 'a.csv', hash, sizeBytes: 1 },
  ];
  const text = manifestText({ folder: 'sales', files: rows, left: [{ path: 'x', why: 'y' }] });
  expect(manifestText({ folder: 'sales', files: [...rows].reverse(), left: [{ path: 'x', why: 'y' }] })).toBe(text);
  expect(readManifest(text)).toEqual({ folder: 'sales', files: [rows[1], rows[0]], left: [{ path: 'x', why: 'y' }] });
});

it.each([
  ['no JSON', '{'],
  ['another version', '{"version":2,"folder":"","files":[],"left":[]}'],
  ['a path that leaves the folder', `{"version":1,"folder":"","files":[["../x","${hash}",1,0]],"left":[]}`],
  ['an absolute path', `{"version":1,"folder":"","files":[["/x","${hash}",1,0]],"left":[]}`],
  ['a folder that leaves', '{"version":1,"folder":"a/../..","files":[],"left":[]}'],
  ['no hash', '{"version":1,"folder":"","files":[["x","../../etc",1,0]],"left":[]}'],
  ['a size that is none', `{"version":1,"folder":"","files":[["x","${hash}",-1,0]],"left":[]}`],
])('refuses %s', (_name, text) => {
  expect(readManifest(text)).toBeUndefined();
});

it('names some of what is left out, and lists a bounded number', () => {
  expect(leftNotice([])).toBeUndefined();
  const left = Array.from({ length: 300 }, (_, index) => ({ path: `f${index}`, why: 'it is large' }));
  expect(leftNotice(left)).toMatch(/^Files beside the script .*f4 \(it is large\) and 295 more\.$/);
  expect(readManifest(manifestText({ folder: '', files: [], left }))?.left).toHaveLength(101);
});
