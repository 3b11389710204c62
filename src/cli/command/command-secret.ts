/** The commands for passwords: `password`, `secret`. */
import type { Command } from 'commander';
import { guarded } from '../command.ts';

export function addSecretCommands(program: Command): void {
  program
    .command('password')
    .description('print the line for the setting password_hash; asks for the password, or reads it from standard input')
    .action(guarded(async () => (await import('../password.ts')).password()));

  const secret = program
    .command('secret')
    .description(
      'keep passwords of connections encrypted in .link/secrets.json, with the key in SCRIPT_RUNNER_SECRET_KEY or the file that SCRIPT_RUNNER_SECRET_KEY_FILE names',
    );
  const secretCommand = (name: string, description: string) =>
    secret.command(name).description(description).option('--folder <folder>', 'project folder', '.');
  secretCommand(
    'set <name>',
    'store a value for {"secret": "<name>"} in link.config; asks for it, or reads it from standard input',
  ).action(
    guarded(async (name: string, { folder }: { folder: string }) =>
      (await import('../secret.ts')).setSecret(folder, name),
    ),
  );
  secretCommand('list', 'print the names').action(
    guarded(async ({ folder }: { folder: string }) => (await import('../secret.ts')).listSecrets(folder)),
  );
  secretCommand('remove <name>', 'remove a value').action(
    guarded(async (name: string, { folder }: { folder: string }) =>
      (await import('../secret.ts')).removeSecret(folder, name),
    ),
  );
}
