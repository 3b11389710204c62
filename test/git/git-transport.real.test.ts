/** Repositories that let in only who has a key or a password: git's own settings and helpers have these. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readGitAddress } from '../../src/domain/script/script-origin.ts';
import { createGitOrigin } from '../../src/git/git-origin.ts';
import { serveHttps } from './https-server.ts';
import { createRepository, type Repository } from './repository.ts';
import { serveSsh, SSHD } from './ssh-server.ts';

/** What a server with these settings of git has published, or why it has published nothing. */
async function publish(repository: Repository, address: string, settings: string, more: NodeJS.ProcessEnv = {}) {
  const config = join(repository.folder, 'gitconfig');
  await writeFile(config, settings);
  const folder = await mkdtemp(join(repository.folder, 'source-'));
  const origin = createGitOrigin({
    address: readGitAddress(address)!,
    folder,
    intervalMs: 3_600_000,
    limitBytes: 1_000_000,
    environment: { ...process.env, GIT_CONFIG_GLOBAL: config, GIT_CONFIG_SYSTEM: '/dev/null', ...more },
    inUse: async () => new Set(),
    onCommit: async () => undefined,
    onProblem: () => undefined,
  });
  onTestFinished(() => origin.close());
  await origin.start();
  const { problem } = origin.state();
  return problem ?? readFile(join(folder, 'current/a.py'), 'utf8');
}

const repositoryWith = (text: string) => createRepository({ 'a.py': text });

it.skipIf(SSHD === undefined)(
  'are read by ssh, with the key of core.sshCommand, or of an agent (needs sshd)',
  async () => {
    const repository = await repositoryWith('by ssh');
    const { address, command, commandOfAgent, startAgent } = await serveSsh(repository.folder);
    const at = `git+${address}${repository.bare}`;
    expect(await publish(repository, at, '')).toMatch(/^Git says: .*(Host key verification failed|Permission denied)/);
    expect(await publish(repository, at, `[core]\n  sshCommand = ${command}\n`)).toBe('by ssh');
    const settings = `[core]\n  sshCommand = ${commandOfAgent}\n`;
    expect(await publish(repository, at, settings, { SSH_AUTH_SOCK: '' })).toMatch(
      /^Git says: .*(Permission denied|Could not read)/,
    );
    expect(await publish(repository, at, settings, { SSH_AUTH_SOCK: startAgent() })).toBe('by ssh');
  },
);

it('are read by https, with the password of a credential helper', async () => {
  const repository = await repositoryWith('by https');
  const place = { folder: repository.folder, user: 'reports', password: 's3cret-token' };
  const address = `git+${await serveHttps(place)}/repository.git`;
  const trust = { GIT_SSL_CAINFO: join(place.folder, 'crt') };
  const helper = (password: string) =>
    `[credential]\n  helper = "!f() { test \\"$1\\" = get && printf 'username=${place.user}\\\\npassword=${password}\\\\n'; }; f"\n`;
  expect(await publish(repository, address, helper(place.password))).toMatch(/^Git says: fatal: .*certificate/);
  expect(await publish(repository, address, '', trust)).toMatch(/^Git says: fatal: could not read Username/);
  const refused = await publish(repository, address, helper('wrong'), trust);
  expect(refused).toMatch(/^Git says: .*Authentication failed/);
  expect(refused).not.toContain('wrong');
  expect(await publish(repository, address, helper(place.password), trust)).toBe('by https');
  const moved = await publish(repository, address.replace('repository', 'moved'), helper(place.password), trust);
  expect(moved).toMatch(/^The server of the repository leads to another address, .* Git says: fatal: .* 301$/);
});
