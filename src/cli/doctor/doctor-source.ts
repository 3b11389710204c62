/** What `doctor` says about where scripts come from: the repository of the settings, or a folder that is watched. */
import type { Config } from '../../config/config.ts';
import { defined } from '../../domain/defined.ts';
import { shortCommit } from '../../domain/script/script-origin.ts';
import { ageText } from '../../domain/text/duration.ts';
import { createScriptSource } from '../../files/script-source.ts';
import { findCommit } from '../../git/git-checkout.ts';
import { readNotes } from '../../git/git-note.ts';
import { originFolder } from '../../git/git-origin.ts';
import { languages } from '../../language/all.ts';
import type { DoctorFinding } from './doctor-check.ts';

const NAME = 'Repository';

/** Nothing without a repository. Asks it for its newest commit, and reads what a server has noted here. */
export async function checkSource({
  source,
  environment,
  data,
}: Pick<Config, 'source' | 'environment' | 'data'>): Promise<readonly DoctorFinding[]> {
  if (source === undefined) return [];
  const { address, limitBytes } = source;
  const {
    commit: published,
    publishedAtMs = 0,
    problem,
    problemAtMs = 0,
  } = await readNotes(originFolder(data, address));
  const age = (atMs: number) => ageText(atMs, Date.now(), 'en');
  const known =
    published === undefined
      ? 'No server has published a commit from this data folder yet.'
      : `${shortCommit(published)} is published, since ${age(publishedAtMs)}.`;
  const noted = [
    known,
    ...(problem === undefined ? [] : [`The last attempt of a server failed ${age(problemAtMs)}: ${problem}`]),
  ];
  try {
    const commit = await findCommit(address, { environment, limitBytes });
    const text = [`${address.shown}, whose newest commit is ${shortCommit(commit)}`, ...noted].join('\n');
    return [{ name: NAME, state: problem === undefined ? 'ok' : 'warning', text }];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      {
        name: NAME,
        state: 'problem',
        text: [`${address.shown} cannot be read. ${reason}`, ...noted].join('\n'),
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
