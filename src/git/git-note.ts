/** What is known of a repository, in the folder of its commits: for other processes, such as `doctor`. */
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OriginState } from '../domain/script/script-origin.ts';

/** Holds the hash of the published commit. */
export const COMMIT_FILE = 'commit';
/** Holds why the last attempt to read the repository failed. */
const PROBLEM_FILE = 'problem';

/** Undefined: the last attempt has succeeded. */
export async function noteProblem(folder: string, problem: string | undefined): Promise<void> {
  const path = join(folder, PROBLEM_FILE);
  if (problem === undefined) await rm(path, { force: true });
  else await writeFile(path, problem, { mode: 0o600 });
}

/** What a server has noted; empty if none has published from this repository. */
export async function readNotes(folder: string): Promise<Omit<OriginState, 'shown' | 'checkedAtMs'>> {
  const [commit, problem] = await Promise.all([COMMIT_FILE, PROBLEM_FILE].map((name) => readNote(join(folder, name))));
  return {
    ...(commit === undefined ? {} : { commit: commit.text, publishedAtMs: commit.atMs }),
    ...(problem === undefined ? {} : { problem: problem.text, problemAtMs: problem.atMs }),
  };
}

async function readNote(path: string) {
  try {
    return { text: await readFile(path, 'utf8'), atMs: (await stat(path)).mtimeMs };
  } catch {
    return undefined;
  }
}
