/** The commands for the key of the server: `key new`, `token`, `rotate`, `forget`. */
import type { Command } from 'commander';
import { type Flags, guarded, settingFlags, withSettings } from '../command.ts';

export function addKeyCommands(program: Command): void {
  const key = program
    .command('key')
    .description('the key that signs sessions and encrypts passwords of waiting runs: the setting server_key');
  key
    .command('new')
    .description('print a new key')
    .action(guarded(async () => (await import('../key/key.ts')).newKey()));
  withSettings(
    key
      .command('token')
      .argument('[folder]', 'project folder', '.')
      .description('print the operator’s token, which belongs to the newest key'),
    ['data'],
  ).action(
    guarded(async (folder: string, flags: Flags) =>
      (await import('../key/key.ts')).printToken(folder, settingFlags(flags)),
    ),
  );

  withSettings(
    key
      .command('rotate')
      .argument('<file>', 'the file of SCRIPT_RUNNER_SERVER_KEY_FILE')
      .argument('<step>', 'add, use or remove; all processes are restarted after each')
      .description('replace the key in its file in three steps, so that nobody is signed out')
      .option('--folder <folder>', 'project folder', '.')
      .option('--yes', 'remove a key although runs that wait need it'),
    ['data'],
  ).action(
    guarded(async (file: string, step: string, flags: Flags & { folder: string }) =>
      (await import('../key/key-rotate.ts')).rotateKey(file, step, settingFlags(flags), {
        folder: flags.folder,
        yes: flags['yes'] === true,
      }),
    ),
  );
  withSettings(
    key
      .command('forget')
      .argument('[folder]', 'project folder', '.')
      .description('let a PostgreSQL database forget a key that is lost; says what is lost with it, and asks first')
      .option('--yes', 'do not ask'),
    ['data'],
  ).action(
    guarded(async (folder: string, flags: Flags) =>
      (await import('../key/key-forget.ts')).forgetKey(folder, settingFlags(flags), { yes: flags['yes'] === true }),
    ),
  );
}
