/** The repository as the origin of the scripts: asked regularly, each new commit in a folder of its own. */
import { hash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFolder } from '../disk/folder-removal.ts';
import { AppError } from '../domain/error.ts';
import type { GitAddress, OriginState, ScriptOrigin } from '../domain/script/script-origin.ts';
import { noteProblem, COMMIT_FILE } from './git-note.ts';
import { type CheckoutOptions, checkOut, findCommit, UNFINISHED_PREFIX } from './git-checkout.ts';

export interface GitOriginOptions extends Omit<CheckoutOptions, 'signal'> {
  readonly address: GitAddress;
  /** Folder for the commits; made if it is missing. */
  readonly folder: string;
  readonly intervalMs: number;
  /** Commits whose files are still needed. */
  readonly inUse: () => Promise<ReadonlySet<string>>;
  /** Called before the commit counts as published; if it rejects, the one before stays. */
  readonly onCommit: (place: string, commit: string) => Promise<void>;
  readonly onProblem: (problem: string) => void;
}

export interface GitOrigin extends ScriptOrigin {
  /** Settles when the first attempt to reach the repository has ended. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Longest wait after failures. */
const MOST_WAIT_MS = 900_000;
/** Folders of earlier commits that are kept in any case. */
const KEPT = 3;
const LEFT_OVER_MS = 3_600_000;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
/** The link to the published commit. */
export const CURRENT = 'current';

/** A folder for each address, so that a changed setting publishes nothing of the old one. */
export function originFolder(data: string, { url, folder = '', ref = '' }: GitAddress): string {
  return join(data, 'source', hash('sha256', `${url}\n${ref}\n${folder}`).slice(0, 16));
}

/** `start` publishes the last commit of an earlier process at once, if there is one. */
export function createGitOrigin(options: GitOriginOptions): GitOrigin {
  const { address, folder } = options;
  const closing = new AbortController();
  let state: OriginState = { shown: address.shown };
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isWanted = false;

  async function publish(commit: string, place: string): Promise<void> {
    await options.onCommit(place, commit);
    await utimes(place, new Date(), new Date());
    await pointTo(folder, commit);
    state = { ...withoutProblem(state), commit, publishedAtMs: Date.now() };
  }

  async function attempt(): Promise<void> {
    try {
      const checkout = { ...options, signal: closing.signal };
      const commit = await findCommit(address, checkout);
      if (commit !== state.commit) await publish(commit, await placeOf(commit, checkout));
      failures = 0;
      await noteProblem(folder, undefined);
      state = { ...withoutProblem(state), checkedAtMs: Date.now() };
      await collect(folder, commit, options.inUse);
    } catch (error) {
      if (closing.signal.aborted) return;
      failures += 1;
      const problem = error instanceof AppError ? error.message : `The files cannot be written: ${String(error)}`;
      if (problem !== state.problem) options.onProblem(problem);
      await noteProblem(folder, problem).catch(() => undefined);
      state = { ...state, problem, problemAtMs: Date.now() };
    }
  }

  async function placeOf(commit: string, checkout: CheckoutOptions): Promise<string> {
    const place = join(folder, commit);
    return (await isFolder(place)) ? place : checkOut(address, commit, folder, checkout);
  }

  function run(): Promise<void> {
    isWanted = false;
    clearTimeout(timer);
    running = attempt().finally(() => {
      running = undefined;
      if (closing.signal.aborted) return;
      if (isWanted) void run();
      else timer = setTimeout(() => void run(), waitMs(options.intervalMs, failures)).unref();
    });
    return running;
  }

  return {
    state: () => state,
    refresh: () => {
      if (closing.signal.aborted) return;
      if (running === undefined) void run();
      else isWanted = true;
    },
    async start() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const commit = await readFile(join(folder, COMMIT_FILE), 'utf8').catch(() => '');
      const isKnown = COMMIT.test(commit) && (await isFolder(join(folder, commit)));
      if (isKnown) await publish(commit, join(folder, commit)).catch(() => undefined);
      // what is published already need not wait for the network
      const first = run();
      if (state.commit === undefined) await first;
    },
    async close() {
      closing.abort(new AppError('unavailable', 'The server stops.'));
      clearTimeout(timer);
      await running;
    },
  };
}

function withoutProblem({ problem: _problem, problemAtMs: _atMs, ...rest }: OriginState): OriginState {
  return rest;
}

/** Servers that started together do not ask together; after failures the wait doubles. */
function waitMs(intervalMs: number, failures: number): number {
  const backedOffMs = Math.min(intervalMs * 2 ** Math.min(failures, 10), Math.max(MOST_WAIT_MS, intervalMs));
  return backedOffMs * (0.9 + 0.2 * Math.random());
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Both are replaced, never changed: a process that ends meanwhile leaves the old or the new. */
async function pointTo(folder: string, commit: string): Promise<void> {
  const next = join(folder, `.next-${String(process.pid)}`);
  await removeFolder(next);
  await mkdir(next);
  await symlink(commit, join(next, CURRENT));
  await writeFile(join(next, COMMIT_FILE), commit, { flush: true });
  for (const name of [CURRENT, COMMIT_FILE]) await rename(join(next, name), join(folder, name));
  await removeFolder(next);
}

/** Removes folders of commits that are no longer needed, and what stopped processes have left. */
async function collect(folder: string, current: string, inUse: GitOriginOptions['inUse']): Promise<void> {
  const found = await Promise.all(
    (await readdir(folder)).map(async (name) => ({
      name,
      atMs: await stat(join(folder, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => Date.now(),
      ),
    })),
  );
  const commits = found.filter(({ name }) => COMMIT.test(name)).sort((one, other) => other.atMs - one.atMs);
  const left = found.filter(({ name, atMs }) => name.startsWith(UNFINISHED_PREFIX) && atMs < Date.now() - LEFT_OVER_MS);
  const old = commits.slice(KEPT).filter(({ name }) => name !== current);
  const used = old.length === 0 ? new Set<string>() : await inUse();
  for (const { name } of [...left, ...old.filter(({ name: commit }) => !used.has(commit))])
    await removeFolder(join(folder, name));
}
