/** What a bundle takes of the files beside a script, and the form of its manifest. */
import { expect, it } from 'vitest';
import {
  BUNDLE_FILES,
  chooseFiles,
  furtherPath,
  leftNotice,
  manifestText,
  readManifest,
} from '../../../src/domain/run/bundle.ts';

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
  const text = manifestText({ folder: 'sales', files: rows, further: rows, left: [{ path: 'x', why: 'y' }] });
  expect(
    manifestText({ folder: 'sales', files: [...rows].reverse(), further: rows, left: [{ path: 'x', why: 'y' }] }),
  ).toBe(text);
  const sorted = [rows[1], rows[0]];
  const left = [{ path: 'x', why: 'y' }];
  expect(readManifest(text)).toEqual({ folder: 'sales', files: sorted, further: sorted, left });
  // as workers of earlier versions read it
  const plain = manifestText({ folder: 'sales', files: rows, further: [], left });
  expect(Object.keys(JSON.parse(plain) as object)).toEqual(['version', 'folder', 'files', 'left']);
  expect([plain, text].map((each) => (JSON.parse(each) as { version: number }).version)).toEqual([1, 2]);
});

it.each([
  ['no JSON', '{'],
  ['another version', '{"version":3,"folder":"","files":[],"further":[],"left":[]}'],
  ['a further path that leaves', `{"version":2,"folder":"","files":[],"further":[["../x","${hash}",1,0]],"left":[]}`],
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
  expect(readManifest(manifestText({ folder: '', files: [], further: [], left }))?.left).toHaveLength(101);
});

it.each([
  ['a/b.ipynb', '../shared', 'shared'],
  ['a/b.ipynb', './c/../d.csv', 'a/d.csv'],
  ['a/b.ipynb', '../shared/', 'shared'],
  ['b.ipynb', 'data', 'data'],
  ['a/b.ipynb', '..', undefined],
  ['a/b.ipynb', '../..', undefined],
  ['a/b.ipynb', '../../a/x', undefined],
  ['a/b.ipynb', '/etc', undefined],
  ['a/b.ipynb', '', undefined],
  ['a/b.ipynb', 'x//y', undefined],
  ['a/b.ipynb', 'x\0', undefined],
])('%s names %j: %j below the scripts folder', (file, named, path) => {
  expect(furtherPath(file, named)).toBe(path);
});
