import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { notebook } from '../http/live-site.ts';

const root = join(import.meta.dirname, '../..');

describe('a clone that was not built', () => {
  let clone: string;
  beforeAll(() => {
    clone = mkdtempSync(join(tmpdir(), 'clone-'));
    for (const part of ['bin', 'package.json', 'python', 'setup', 'src'])
      cpSync(join(root, part), join(clone, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'));
    writeFileSync(join(clone, 'sales.ipynb'), notebook(['# Sales', 'open("ran", "w")']));
  });
  afterAll(() => rmSync(clone, { recursive: true }));

  it.each([
    ['run', 'sales.ipynb', '--html', 'out.html'],
    ['render', 'sales.ipynb', '-o', 'out.html'],
  ])('says so before %s does anything', (...args) => {
    const { status, stderr } = spawnSync(process.execPath, ['bin/script-runner.js', ...args], { cwd: clone });
    expect(String(stderr)).toContain('npm run build');
    expect(status).not.toBe(0);
    expect(['out.html', 'ran'].filter((file) => existsSync(join(clone, file)))).toEqual([]);
  });
});
