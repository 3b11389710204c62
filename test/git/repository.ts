/** A git repository for tests, removed after each: a bare one, and a folder from which commits are pushed to it. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface Repository {
  /** Holds the repository, and whatever else a test puts there. */
  readonly folder: string;
  /** `git+file:///…/repository.git` */
  readonly address: string;
  /** The bare repository. */
  readonly bare: string;
  /** Commits and pushes these files, all others stay; returns the hash of the commit. */
  push(files: Readonly<Record<string, string>>, branch?: string): Promise<string>;
  git(...args: readonly string[]): string;
}

export async function createRepository(files: Readonly<Record<string, string>> = {}): Promise<Repository> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'repository-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [bare, work] = [join(folder, 'repository.git'), join(folder, 'work')];
  const settings = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'core.hooksPath=/dev/null'];
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-C', work, ...settings, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  await mkdir(work);
  execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare]);
  git('init', '--quiet', '--initial-branch=main');
  git('remote', 'add', 'origin', bare);
  const push = async (changed: Readonly<Record<string, string>>, branch = 'main') => {
    for (const [path, text] of Object.entries(changed)) {
      await mkdir(dirname(join(work, path)), { recursive: true });
      await writeFile(join(work, path), text);
    }
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', 'Change');
    git('push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
    return git('rev-parse', 'HEAD').trim();
  };
  if (Object.keys(files).length > 0) await push(files);
  return { folder, bare, address: `git+file://${bare}`, push, git };
}
