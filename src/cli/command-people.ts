/** The commands about people who sign in: `sessions list`, `sessions end`. */
import type { Command } from 'commander';
import { type Flags, guarded, settingFlags, withSettings } from './command.ts';

type PeopleFlags = Flags & { folder: string };

export function addPeopleCommands(program: Command): void {
  const sessions = program.command('sessions').description('who is signed in');
  withSettings(
    sessions
      .command('list')
      .argument('[person]', 'only the sessions of this person, by name; or operator')
      .description('list who is signed in with a name, or the sessions of one person')
      .option('--folder <folder>', 'project folder', '.')
      .option('--json', 'for programs'),
    ['data'],
  ).action(
    guarded(async (person: string | undefined, flags: PeopleFlags) =>
      (await import('./sessions.ts')).listSessions(person, settingFlags(flags), {
        folder: flags.folder,
        json: flags['json'] === true,
      }),
    ),
  );
  withSettings(
    sessions
      .command('end')
      .argument('<person>', 'name of the person; or operator, for whoever used the operator’s link')
      .description('sign somebody out everywhere')
      .option('--folder <folder>', 'project folder', '.'),
    ['data'],
  ).action(
    guarded(async (person: string, flags: PeopleFlags) =>
      (await import('./sessions.ts')).endSessions(person, settingFlags(flags), flags.folder),
    ),
  );
}
