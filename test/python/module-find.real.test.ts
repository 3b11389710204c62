import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findMissingModules } from '../../src/python/module-find.ts';
import { testPython } from '../python.ts';

it('answers what many scripts ask at once with one process', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'modules-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const python = join(folder, 'python');
  writeFileSync(python, `#!/bin/sh\necho started >> "${folder}/log"\nexec "${testPython()}" "$@"\n`);
  chmodSync(python, 0o755);
  const names = ['json', 'no_such_one', 'os', 'no_such_two'];
  const asked = names.map((name) => findMissingModules(python, [name], process.env));
  expect(await Promise.all(asked)).toEqual([[], ['no_such_one'], [], ['no_such_two']]);
  expect(await findMissingModules(python, names, process.env)).toEqual(['no_such_one', 'no_such_two']);
  expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('started\n');
});
