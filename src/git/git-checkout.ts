/** Asks a repository for its newest commit, and writes the files of a commit into a folder of their own. */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder } from '../disk/folder-removal.ts';
import { syncPath, syncTree } from '../disk/folder-sync.ts';
import type { GitAddress } from '../domain/script/script-origin.ts';
import { type GitOptions, runGit, unavailable } from './git-command.ts';

export interface CheckoutOptions {
  readonly environment: GitOptions['environment'];
  /** Of the files of one commit, and of what git fetches for them. */
  readonly limitBytes: number;
  readonly signal?: AbortSignal;
}

const LOOK_MS = 30_000;
const FETCH_MS = 600_000;
const LOCAL_MS = 120_000;
const MOST_FILES = 100_000;
/** A line of `ls-tree` has a path of 4,096 bytes at most. */
const TREE_BYTES = 50_000_000;
const MEASURE_MS = 500;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
/** Folders that a stopped process may have left. */
export const UNFINISHED_PREFIX = '.fetching-';

/** The hash of the commit that is to be published. Throws `unavailable`. */
export async function findCommit(address: GitAddress, options: CheckoutOptions): Promise<string> {
  const { ref, url } = address;
  if (ref !== undefined && COMMIT.test(ref)) return ref;
  const names = ref === undefined ? ['HEAD'] : [`refs/heads/${ref}`, `refs/tags/${ref}^{}`, `refs/tags/${ref}`];
  const printed = await runGit(['ls-remote', '--', url, ...names.map((name) => name.replace('^{}', '*'))], {
    ...commandOptions(address, options),
    timeoutMs: LOOK_MS,
  });
  const found = new Map(
    printed
      .toString('utf8')
      .split('\n')
      .map((line) => line.split('\t'))
      .map(([hash = '', name = '']): [string, string] => [name, hash]),
  );
  const commit = names.map((name) => found.get(name)).find((hash) => hash !== undefined && COMMIT.test(hash));
  if (commit !== undefined) return commit;
  throw unavailable(ref === undefined ? 'The repository is empty.' : `The repository has no branch or tag “${ref}”.`);
}

/**
 * The files of the commit as `base/COMMIT`; there is nothing by this name before they are complete and on the disk.
 * Throws `unavailable`.
 */
export async function checkOut(
  address: GitAddress,
  commit: string,
  base: string,
  options: CheckoutOptions,
): Promise<string> {
  const place = join(base, commit);
  const work = join(base, `${UNFINISHED_PREFIX}${randomBytes(8).toString('hex')}`);
  const [repository, tree] = [join(work, 'git'), join(work, 'tree')];
  const local = { ...commandOptions(address, options), timeoutMs: LOCAL_MS };
  const git = (args: readonly string[], more: Partial<GitOptions> = {}) =>
    runGit([`--git-dir=${repository}`, `--work-tree=${tree}`, ...args], { ...local, ...more });
  try {
    await mkdir(tree, { recursive: true });
    await runGit(['init', '--quiet', '--bare', repository], local);
    await fetchCommit(address, commit, repository, options);
    const root = await findRoot(address, commit, git);
    const listed = await git(['ls-tree', '-r', '-l', '-z', '--full-tree', root], { maxBytes: TREE_BYTES });
    checkSize(listed.toString('latin1'), options.limitBytes);
    const index = join(work, 'index');
    await git(['read-tree', root], { index });
    await git(['checkout-index', '--all', '--force', '--quiet'], { index });
    await syncTree(tree);
    await rename(tree, place).catch((error: NodeJS.ErrnoException) => {
      // another process of the same folder was quicker
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    await syncPath(base);
    return place;
  } finally {
    await removeFolder(work);
  }
}

/** The hash of the folder to be published. */
async function findRoot(
  { folder }: GitAddress,
  commit: string,
  git: (args: readonly string[]) => Promise<Buffer>,
): Promise<string> {
  const name = folder === undefined ? `${commit}^{tree}` : `${commit}:${folder}`;
  const ask = async (...args: readonly string[]) => (await git(args)).toString('utf8').trim();
  const root = await ask('rev-parse', '--verify', '--quiet', name).catch(() => '');
  if (root !== '' && (await ask('cat-file', '-t', root)) === 'tree') return root;
  throw unavailable(`The repository has no folder “${folder ?? ''}” in this commit.`);
}

function commandOptions({ protocol }: GitAddress, { environment, signal }: CheckoutOptions) {
  return { protocol, environment, ...(signal === undefined ? {} : { signal }) };
}

/** Git itself has no limit for what it fetches: it is ended when it has written too much. */
async function fetchCommit(
  address: GitAddress,
  commit: string,
  repository: string,
  options: CheckoutOptions,
): Promise<void> {
  const tooLarge = new AbortController();
  let measuring = Promise.resolve();
  const timer = setInterval(() => {
    measuring = packBytes(repository).then((bytes) => {
      if (bytes > options.limitBytes) tooLarge.abort(largeError('What git fetches', options.limitBytes));
    });
  }, MEASURE_MS);
  try {
    const { ref = 'HEAD' } = address;
    const signals = [tooLarge.signal, ...(options.signal === undefined ? [] : [options.signal])];
    const fetching = (what: string) =>
      runGit([`--git-dir=${repository}`, 'fetch', '--quiet', '--depth=1', '--no-tags', '--', address.url, what], {
        ...commandOptions(address, options),
        timeoutMs: FETCH_MS,
        signal: AbortSignal.any(signals),
      });
    // not every server gives a commit by its hash
    await fetching(commit).catch((error: unknown) => {
      if (tooLarge.signal.aborted || options.signal?.aborted === true || ref === commit) throw error;
      return fetching(ref);
    });
  } finally {
    clearInterval(timer);
    await measuring;
  }
}

async function packBytes(repository: string): Promise<number> {
  const folder = join(repository, 'objects/pack');
  const names = await readdir(folder).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** `listed`: lines `mode type hash size\tpath`; a submodule has the size `-`, and is left out. */
function checkSize(listed: string, limitBytes: number): void {
  const files = listed.split('\0').filter((line) => line.slice(7, 11) === 'blob');
  if (files.length > MOST_FILES)
    throw unavailable(`The commit has ${files.length} files; the limit is ${MOST_FILES}. Name a folder of it.`);
  const bytes = files.reduce((sum, line) => sum + Number(/^\S+ \S+ \S+ +(\d+)/.exec(line)?.[1] ?? 0), 0);
  if (bytes > limitBytes) throw largeError('The files of the commit', limitBytes);
}

function largeError(what: string, limitBytes: number): Error {
  return unavailable(`${what} take more than ${Math.round(limitBytes / 1e6)} MB, the limit (source_limit).`);
}
