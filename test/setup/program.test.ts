import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isBuilt } from '../../setup/build.js';
import { findProgram } from '../../setup/program.js';

const root = mkdtempSync(join(tmpdir(), 'program-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Creates the file with this time of change, in seconds. */
function put(path: string, seconds: number): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), '');
  utimesSync(join(root, path), seconds, seconds);
}

it('runs what was built until a source, a name or a package has changed since', () => {
  const built = join(root, 'dist/program/main.js');
  const source = join(root, 'src/cli/main.ts');
  put('src/cli/main.ts', 10);
  put('package-lock.json', 10);
  for (const folder of ['src/cli', 'src']) utimesSync(join(root, folder), 10, 10);
  expect(findProgram(root)).toBe(source);
  put('dist/program/.sources', 20);
  expect(findProgram(root)).toBe(built);
  utimesSync(join(root, 'src/cli'), 30, 30);
  expect(findProgram(root)).toBe(source);
  utimesSync(join(root, 'src/cli'), 10, 10);
  put('package-lock.json', 30);
  expect(findProgram(root)).toBe(source);
  put('package-lock.json', 10);
  utimesSync(source, 30, 30);
  expect(findProgram(root)).toBe(source);
});

it('runs what was built after a build that found nothing to do', () => {
  put('package-lock.json', 10);
  put('src/cli/main.ts', 30);
  put('dist/program/.sources', 20);
  for (const folder of ['src/cli', 'src']) utimesSync(join(root, folder), 10, 10);
  const stamp = join(root, 'dist/program/.sources');
  expect(isBuilt(stamp, 'other', new Date(40_000))).toBe(false);
  expect(findProgram(root)).toBe(join(root, 'src/cli/main.ts'));
  expect(isBuilt(stamp, '', new Date(40_000))).toBe(true);
  expect(findProgram(root)).toBe(join(root, 'dist/program/main.js'));
});
