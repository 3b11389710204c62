import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { keepGeneration } from '../../setup/asset-generation.ts';

it('keeps the files of the build before for a server that is running, and no older ones', () => {
  const folder = mkdtempSync(join(tmpdir(), 'assets-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const there = () =>
    readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  const write = (...names: string[]) => {
    for (const name of names) writeFileSync(join(folder, name), name);
  };
  const build = (...names: string[]) => {
    write(...names, ...names.map((name) => `${name}.gz`), 'manifest.json');
    keepGeneration(folder, names);
    return there();
  };
  // of a build that left no list
  write('app-0.js', 'manifest.json', '.sources');
  expect(build('app-1.js', 'icon-1.svg')).toEqual([
    'app-0.js',
    'app-1.js',
    'app-1.js.gz',
    'icon-1.svg',
    'icon-1.svg.gz',
    'manifest.json',
  ]);
  expect(build('app-2.js', 'icon-1.svg')).toEqual([
    'app-1.js',
    'app-1.js.gz',
    'app-2.js',
    'app-2.js.gz',
    'icon-1.svg',
    'icon-1.svg.gz',
    'manifest.json',
  ]);
  const before = there();
  // the same files again are no new build: a server may still have the files of the one before
  expect(build('icon-1.svg', 'app-2.js')).toEqual(before);
  expect(build('app-3.js')).toEqual([
    'app-2.js',
    'app-2.js.gz',
    'app-3.js',
    'app-3.js.gz',
    'icon-1.svg',
    'icon-1.svg.gz',
    'manifest.json',
  ]);
  expect(readdirSync(folder)).toContain('.sources');
});
