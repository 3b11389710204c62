import { lstat, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readGitAddress } from '../../src/domain/script/script-origin.ts';
import { createGitOrigin, type GitOrigin, type GitOriginOptions } from '../../src/git/git-origin.ts';
import { readNotes } from '../../src/git/git-note.ts';
import { createRepository, type Repository } from './repository.ts';

interface Served {
  readonly origin: GitOrigin;
  /** Folders and commits in the order in which they were published. */
  readonly published: { readonly place: string; readonly commit: string }[];
  readonly problems: string[];
  readonly folder: string;
  /** Asks again, and settles when that has ended. */
  ask(): Promise<void>;
}

async function serve(
  repository: Repository,
  fragment = '',
  more: Partial<GitOriginOptions> = {},
  start = true,
): Promise<Served> {
  const published: Served['published'] = [];
  const problems: string[] = [];
  const folder = more.folder ?? join(repository.folder, 'source');
  const origin = createGitOrigin({
    address: readGitAddress(repository.address + fragment)!,
    folder,
    intervalMs: 3_600_000,
    limitBytes: 1_000_000,
    environment: process.env,
    inUse: async () => new Set(),
    onCommit: async (place, commit) => void published.push({ place, commit }),
    onProblem: (problem) => problems.push(problem),
    ...more,
  });
  onTestFinished(() => origin.close());
  if (start) await origin.start();
  const ask = async () => {
    const before = origin.state();
    origin.refresh();
    await expect.poll(() => origin.state() !== before, { timeout: 30_000 }).toBe(true);
  };
  return { origin, published, problems, folder, ask };
}

describe('a repository', () => {
  it('is published commit by commit, each in a folder of its own', async () => {
    const repository = await createRepository({ 'scripts/a.py': 'one', '.gitattributes': '* export-ignore\n' });
    const { origin, published, ask } = await serve(repository);
    const second = await repository.push({ 'scripts/a.py': 'two' });
    await ask();
    expect(origin.state()).toMatchObject({ shown: repository.address, commit: second });
    const [first, next] = published.map(({ place }) => place);
    expect(await readFile(join(first!, 'scripts/a.py'), 'utf8')).toBe('one');
    expect(await readFile(join(next!, 'scripts/a.py'), 'utf8')).toBe('two');
    expect(await readFile(join(next!, '../current/scripts/a.py'), 'utf8')).toBe('two');
    expect(await readdir(next!)).toEqual(['.gitattributes', 'scripts']);
  });

  it('may name a branch, a tag or a commit, and a folder', async () => {
    const repository = await createRepository({ 'teams/sales/scripts/a.py': 'main' });
    const main = repository.git('rev-parse', 'HEAD').trim();
    repository.git('tag', '--annotate', '--message', 'One', 'v1');
    repository.git('push', '--quiet', 'origin', 'v1');
    const draft = await repository.push({ 'teams/sales/scripts/a.py': 'draft' }, 'feature/draft');
    for (const [fragment, commit, text] of [
      ['#:teams/sales', main, 'main'],
      ['#v1:teams/sales', main, 'main'],
      ['#feature/draft:teams/sales', draft, 'draft'],
      [`#${main}:teams/sales`, main, 'main'],
    ] as const) {
      const folder = join(repository.folder, fragment.replaceAll('/', '-'));
      const { published, problems } = await serve(repository, fragment, { folder });
      expect([problems, published.map((one) => one.commit)]).toEqual([[], [commit]]);
      expect(await readFile(join(published[0]!.place, 'scripts/a.py'), 'utf8')).toBe(text);
    }
  });

  it.each([
    ['#none', 'The repository has no branch or tag “none”.'],
    ['#main:none', 'The repository has no folder “none” in this commit.'],
    ['#main:a.py', 'The repository has no folder “a.py” in this commit.'],
  ])('that has no %s is a problem', async (fragment, problem) => {
    const { origin, published, problems } = await serve(await createRepository({ 'a.py': 'one' }), fragment);
    expect(problems).toEqual([problem]);
    expect(published).toEqual([]);
    expect(origin.state()).toMatchObject({ problem });
    expect(origin.state().commit).toBeUndefined();
  });

  it('keeps the last good commit while the repository is away or too large, and says so once', async () => {
    const repository = await createRepository({ 'a.py': 'one' });
    const served = await serve(repository);
    const { commit } = served.origin.state();
    await rename(repository.bare, `${repository.bare}.away`);
    await served.ask();
    await served.ask();
    expect(served.problems).toEqual([expect.stringMatching(/^Git says: fatal: /)]);
    expect(served.origin.state()).toMatchObject({ commit, problem: served.problems[0] });
    expect(await readNotes(served.folder)).toMatchObject({ commit, problem: served.problems[0] });
    await rename(`${repository.bare}.away`, repository.bare);
    await repository.push({ 'large.csv': 'x'.repeat(1_000_001) });
    await served.ask();
    expect(served.origin.state()).toMatchObject({
      commit,
      problem: 'The files of the commit take more than 1 MB, the limit (source_limit).',
    });
    repository.git('rm', '--quiet', 'large.csv');
    const good = await repository.push({ 'a.py': 'two' });
    await served.ask();
    expect(served.origin.state()).toMatchObject({ commit: good });
    expect(served.origin.state().problem).toBeUndefined();
    const noted = await readNotes(served.folder);
    expect([noted.commit, noted.problem]).toEqual([good, undefined]);
    expect((await readdir(served.folder)).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('keeps the commit before if the new one cannot be read as scripts', async () => {
    const repository = await createRepository({ 'a.py': 'one' });
    let refuses = false;
    const { origin, ask } = await serve(repository, '', {
      onCommit: async () => {
        if (refuses) throw new Error('no');
      },
    });
    const { commit } = origin.state();
    refuses = true;
    await repository.push({ 'a.py': 'two' });
    await ask();
    expect(origin.state()).toMatchObject({ commit, problem: expect.stringContaining('no') });
  });

  it('publishes what an earlier process had, without the repository', async () => {
    const repository = await createRepository({ 'a.py': 'one' });
    const first = await serve(repository);
    await first.origin.close();
    await rename(repository.bare, `${repository.bare}.away`);
    const second = await serve(repository);
    expect(second.published).toEqual(first.published);
    await expect.poll(() => second.problems.length, { timeout: 30_000 }).toBe(1);
    expect(second.origin.state()).toMatchObject({ commit: first.origin.state().commit });
  });

  it('removes old commits, unless runs need them', async () => {
    const repository = await createRepository({ 'a.py': '0' });
    const used = new Set<string>();
    const served = await serve(repository, '', { inUse: async () => used });
    used.add(served.origin.state().commit!);
    const pushed: string[] = [];
    for (const text of ['1', '2', '3', '4']) {
      pushed.push(await repository.push({ 'a.py': text }));
      await served.ask();
    }
    const kept = async () => (await readdir(served.folder)).filter((name) => name.length === 40).sort();
    await expect.poll(kept, { timeout: 30_000 }).toEqual([...used, ...pushed.slice(1)].sort());
  });

  it('runs no hook, and takes neither submodules nor what a filter of the repository would make', async () => {
    const repository = await createRepository({
      'a.py': 'one',
      '.gitattributes': '*.py filter=evil\n',
      '.lfsconfig': '[lfs]\n url = https://example.invalid\n',
    });
    repository.git('update-index', '--add', '--cacheinfo', `160000,${repository.git('rev-parse', 'HEAD').trim()},sub`);
    await repository.push({ '.gitmodules': '[submodule "sub"]\n path = sub\n url = ext::touch /tmp/evil\n' });
    const marker = join(repository.folder, 'marker');
    for (const hook of ['post-checkout', 'reference-transaction', 'pre-auto-gc']) {
      await mkdir(join(repository.bare, 'hooks'), { recursive: true });
      await writeFile(join(repository.bare, 'hooks', hook), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    }
    const { published, problems } = await serve(repository);
    expect(problems).toEqual([]);
    expect(await readFile(join(published[0]!.place, 'a.py'), 'utf8')).toBe('one');
    await expect(lstat(marker)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(published[0]!.place)).not.toContain('.git');
  });
});
