/** What `doctor` says about the git repository of the settings. */
import type { Config } from '../config/config.ts';
import { shortCommit } from '../domain/script/script-origin.ts';
import { findCommit } from '../git/git-checkout.ts';
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
