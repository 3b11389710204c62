/** A Python is probed once, and again as soon as its answer may have changed. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { recallPython } from '../../src/python/probe-memory.ts';
import { testPython } from '../python.ts';

let folder: string;
let python: string;
let site: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'probe-'));
  mkdirSync(join(folder, 'kept'));
  const base = spawnSync(testPython(), ['-c', 'import sys; print(sys._base_executable)'], {
    encoding: 'utf8',
  }).stdout.trim();
  spawnSync(base, ['-m', 'venv', '--without-pip', join(folder, 'venv')]);
  python = join(folder, 'venv/bin/python');
  const lib = join(folder, 'venv/lib');
  site = join(lib, readdirSync(lib)[0] ?? '', 'site-packages');
  mkdirSync(join(site, 'ipykernel'));
  writeFileSync(join(site, 'ipykernel/__init__.py'), '');
  mkdirSync(join(site, 'ipykernel-1.0.dist-info'));
  writeFileSync(
    join(site, 'ipykernel-1.0.dist-info/METADATA'),
    'Metadata-Version: 2.1\nName: ipykernel\nVersion: 1.0\n',
  );
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const ask = async (command = python, more: Record<string, string> = {}) =>
  (
    await recallPython(
      command,
      { environment: { HOME: folder, PATH: '/usr/bin:/bin', ...more }, signal: AbortSignal.timeout(50_000) },
      join(folder, 'kept'),
    )
  )?.ipykernel;
const kept = () => readdirSync(join(folder, 'kept'));

/** The cached answer. */
function mark(): void {
  const file = join(folder, 'kept', kept()[0] ?? '');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"1.0"', '"remembered"'));
}

it('answers from memory while nothing has changed', async () => {
  expect(await ask()).toBe('1.0');
  mark();
  expect(await ask()).toBe('remembered');
  expect(await ask(python, { PYTHONPATH: folder })).toBe('1.0');
});

it.each([
  [
    'a package is upgraded',
    '2.0',
    () => {
      writeFileSync(
        join(site, 'ipykernel-1.0.dist-info/METADATA'),
        'Metadata-Version: 2.1\nName: ipykernel\nVersion: 2.0\n',
      );
      renameSync(join(site, 'ipykernel-1.0.dist-info'), join(site, 'ipykernel-2.0.dist-info'));
    },
  ],
  [
    'a package is removed',
    null,
    () => {
      rmSync(join(site, 'ipykernel'), { recursive: true });
    },
  ],
  [
    'its interpreter is gone',
    undefined,
    () => {
      rmSync(python);
    },
  ],
  [
    'what is kept is damaged',
    '1.0',
    () => {
      writeFileSync(join(folder, 'kept', kept()[0] ?? ''), '{"state": 1}');
    },
  ],
])('asks again when %s', async (_what, expected, change) => {
  await ask();
  mark();
  change();
  expect(await ask()).toBe(expected);
});

it('remembers nothing of a program that chooses a Python, or where nothing can be kept', async () => {
  const shim = join(folder, 'shim');
  writeFileSync(shim, `#!/bin/sh\nexec ${python} "$@"\n`);
  chmodSync(shim, 0o755);
  expect(await ask(shim)).toBe('1.0');
  expect(kept()).toEqual([]);
  rmSync(join(folder, 'kept'), { recursive: true });
  expect(await ask()).toBe('1.0');
});
