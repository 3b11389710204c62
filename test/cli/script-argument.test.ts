import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findScript, speaksPython } from '../../src/cli/script-argument.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'script-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function notebook(...path: string[]): string {
  const file = join(folder, ...path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '{}');
  return file;
}

describe('speaksPython', () => {
  it('waits for no pipe', () => {
    execFileSync('mkfifo', [join(folder, 'pipe.ipynb')]);
    expect(speaksPython(join(folder, 'pipe.ipynb'))).toBe(false);
  });
});

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
    expect(findScript(path)).toMatchObject({
      name: 'weekly',
      config: { project: { folder: join(folder, 'here'), published: path } },
    });
  });
});

describe('a glance at a script', () => {
  const kernel = (name: string, language: string) =>
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { name, language, display_name: name } },
      cells: [],
    });

  it.each([
    ['a.ipynb', kernel('python3', 'python'), true],
    ['a.ipynb', kernel('ir', 'R'), false],
    ['a.py', '# %%\n1', true],
    ['a.ipynb', '{', false],
    ['a.ipynb', kernel('python3', 'python') + ' '.repeat(17_000_000), false],
  ])('tells Python from other languages: %s', (file, content, expected) => {
    const path = notebook(file);
    writeFileSync(path, content);
    expect(speaksPython(path)).toBe(expected);
  });

  it('is told the file of a name, and nothing of a name without one', () => {
    notebook('scripts/weekly.ipynb');
    const here = process.cwd();
    process.chdir(folder);
    expect([findScript('weekly').path, findScript('monthly').path]).toEqual([
      join(process.cwd(), 'scripts/weekly.ipynb'),
      undefined,
    ]);
    process.chdir(here);
  });
});
