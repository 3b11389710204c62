import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findScript } from '../../src/cli/script-argument.ts';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'script-')); });
afterEach(() => { rmSync(folder, { recursive: true }); });

function notebook(...path: string[]): string {
  const file = join(folder, ...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '{}');
  return file;
}

describe('findScript', () => {
  it('finds the project of a file below its scripts', () => {
    const { config, name } = findScript(notebook('shop/scripts/sales/weekly.ipynb'));
    expect(config.project.folder).toBe(join(folder, 'shop'));
    expect(name).toBe('sales/weekly');
  });

  it('finds the project of a folder with settings', () => {
    writeFileSync(join(folder, 'script-runner.toml'), 'concurrency = 7');
    const { config, name } = findScript(notebook('reports/weekly.ipynb'));
    expect(config.limits.concurrency).toBe(7);
    expect(name).toBe('reports/weekly');
  });

  it('takes any other notebook for a project of its own', () => {
    const path = notebook('here/weekly.ipynb');
    expect(findScript(path)).toMatchObject({ name: 'weekly', config: { project: { folder: join(folder, 'here'), published: path } } });
  });
});
