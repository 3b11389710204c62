/** The commands about tokens of people: `tokens list`, `tokens revoke`. */
import type { Command } from 'commander';
import { type Flags, guarded, settingFlags, text, withSettings } from '../command.ts';

type TokenFlags = Flags & { folder: string };

export function addTokenCommands(program: Command): void {
  const tokens = program.command('tokens').description('tokens of people for their programs');
  withSettings(
    tokens
      .command('list')
      .description('list the tokens of everybody, the newest first')
      .option('--person <name>', 'only those of this person')
      .option('--folder <folder>', 'project folder', '.')
      .option('--json', 'for programs'),
    ['data'],
  ).action(
    guarded(async (flags: TokenFlags) =>
      (await import('../tokens.ts')).listTokens(settingFlags(flags), {
        ...optionsOf(flags),
        json: flags['json'] === true,
      }),
    ),
  );
  withSettings(
    tokens
      .command('revoke')
      .argument('[id]', 'of a token, as the list shows it')
      .description('revoke a token, or all of a person; also while a server runs')
      .option('--person <name>', 'all tokens of this person')
      .option('--folder <folder>', 'project folder', '.'),
    ['data'],
  ).action(
    guarded(async (id: string | undefined, flags: TokenFlags) =>
      (await import('../tokens.ts')).revokeTokens(id, settingFlags(flags), optionsOf(flags)),
    ),
  );
}

function optionsOf(flags: TokenFlags) {
  return { folder: flags.folder, person: text(flags['person']) };
}
