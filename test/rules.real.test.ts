import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Cruised {
  summary: { violations: { from: string; rule: { name: string } }[] };
}
const { forbidden } = createRequire(import.meta.url)('../.dependency-cruiser.cjs') as { forbidden: { name: string }[] };

const cruise = spawnSync(
  process.execPath,
  [
    'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    'test/rules/src',
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'json',
  ],
  { encoding: 'utf8' },
);
const { violations } = (JSON.parse(cruise.stdout) as Cruised).summary;

describe('the dependency rules', () => {
  it.each(forbidden)('$name catches the fixture that breaks it', ({ name }) => {
    const caught = violations.filter(({ rule }) => rule.name === name).map(({ from }) => basename(from, '.ts'));
    expect(caught).toContain(name);
  });

  it('let every other fixture file pass', () => {
    const innocent = violations.filter(({ from }) => /\/(wire|row|route)\.ts$/.test(from));
    expect(innocent).toEqual([]);
  });
});

describe('the rules for Python', () => {
  const folder = 'test/rules/python';
  const { status, stdout } = spawnSync(process.execPath, ['setup/python-lint.js', folder], { encoding: 'utf8' });

  it.each([
    ['undefined-name.py:2', 'Undefined name `amount`'],
    ['unused-import.py:1', '`os` imported but unused'],
    ['newer-syntax.py:2', 'Cannot use `match` statement on Python 3.8'],
  ])('catch the fixture %s', (place, message) => {
    expect(
      stdout.split('\n').filter((line) => line.startsWith(`${folder}/${place} `) && line.includes(message)),
    ).toHaveLength(1);
    expect(status).toBe(1);
  });

  it('let what Python 3.8 understands pass', () => expect(stdout).not.toContain('innocent.py'));
});
