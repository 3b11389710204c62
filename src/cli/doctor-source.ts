/** What `doctor` says about where scripts come from: the repository of the settings, or a folder that is watched. */
import type { Config } from '../config/config.ts';
import { defined } from '../domain/defined.ts';
import { shortCommit } from '../domain/script/script-origin.ts';
import { createScriptSource } from '../files/script-source.ts';
import { findCommit } from '../git/git-checkout.ts';
import { languages } from '../language/all.ts';
import type { DoctorFinding } from './doctor-check.ts';

const NAME = 'Repository';

/** Nothing without a repository. Only asks it for its newest commit. */
export async function checkSource({
  source,
  environment,
}: Pick<Config, 'source' | 'environment'>): Promise<readonly DoctorFinding[]> {
  if (source === undefined) return [];
  const { address, limitBytes } = source;
  try {
    const commit = await findCommit(address, { environment, limitBytes });
    return [{ name: NAME, state: 'ok', text: `${address.shown}, at ${shortCommit(commit)}` }];
  } catch (error) {
    return [
      {
        name: NAME,
        state: 'problem',
        text: `${address.shown} cannot be read. ${error instanceof Error ? error.message : String(error)}`,
        remedy: 'Check the address, and that git can read it as this user: git ls-remote ADDRESS.',
      },
    ];
  }
}

/** Whether the system reports saved files of the folder of scripts: watches it for a moment. */
export async function checkWatching({
  source,
  project,
  followLinks,
  polls,
}: Pick<Config, 'source' | 'project' | 'followLinks' | 'polls'>): Promise<readonly DoctorFinding[]> {
  if (source !== undefined) return [];
  const name = 'Saved scripts';
  if (polls) return [{ name, state: 'ok', text: 'noticed by polling (watch = "poll")' }];
  const scripts = await createScriptSource({ directory: project.published, languages: languages(), followLinks });
  const problem = scripts.watchProblem?.();
  await scripts.close();
  if (problem === undefined) return [{ name, state: 'ok', text: 'noticed at once' }];
  return [{ name, state: 'warning', text: problem.what, ...defined({ remedy: problem.remedy }) }];
}
