/** The commands about people who sign in: `sessions` and `accounts`. */
import type { Command } from 'commander';
import { defined } from '../../domain/defined.ts';
import { collect, type Flags, guarded, settingFlags, text, withSettings } from '../command.ts';

type PeopleFlags = Flags & { folder: string };

export function addPeopleCommands(program: Command): void {
  addSessions(program);
  addAccounts(program);
}

function addSessions(program: Command): void {
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
      (await import('../sessions.ts')).listSessions(person, settingFlags(flags), {
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
      (await import('../sessions.ts')).endSessions(person, settingFlags(flags), flags.folder),
    ),
  );
}

function addAccounts(program: Command): void {
  const accounts = program.command('accounts').description('people whose passwords this server keeps');
  const command = (name: string, description: string) =>
    withSettings(accounts.command(name).description(description).option('--folder <folder>', 'project folder', '.'), [
      'data',
    ]);
  const inGroups = (one: Command) => one.option('--group <name>', 'a group; may be given several times', collect, []);
  inGroups(command('add', 'add an account, and print the link with which the person chooses a password'))
    .argument('<name>', 'small letters, digits and . _ @ + -')
    .option('--email <address>', 'e-mail address')
    .option('--shown-name <name>', 'name as people write it')
    .action(
      guarded(async (name: string, flags: PeopleFlags & { group: string[] }) => {
        const [email, shownName] = [text(flags['email']), text(flags['shownName'])];
        const given = { name, groups: flags.group, ...defined({ email, shownName }) };
        await (await import('../accounts.ts')).add(given, settingFlags(flags), flags.folder);
      }),
    );
  command('list', 'list the accounts')
    .option('--json', 'for programs')
    .action(
      guarded(async (flags: PeopleFlags) =>
        (await import('../accounts.ts')).list(settingFlags(flags), flags.folder, flags['json'] === true),
      ),
    );
  command('reset', 'print a new link for a password, forget the second factor, and sign the person out')
    .argument('<name>')
    .action(
      guarded(async (name: string, flags: PeopleFlags) =>
        (await import('../accounts.ts')).reset(name, settingFlags(flags), flags.folder),
      ),
    );
  inGroups(command('groups', 'set the groups of an account; without --group, none'))
    .argument('<name>')
    .action(
      guarded(async (name: string, flags: PeopleFlags & { group: string[] }) =>
        (await import('../accounts.ts')).setGroups(name, flags.group, settingFlags(flags), flags.folder),
      ),
    );
  const changes = {
    disable: 'refuse the sign-in of an account, and sign the person out',
    enable: 'allow the sign-in again',
    'drop-second-factor': 'let the password be enough, for somebody who has lost the app, and sign the person out',
    remove: 'remove an account, and sign the person out; reports stay',
  } as const;
  for (const what of ['disable', 'enable', 'drop-second-factor', 'remove'] as const)
    command(what, changes[what])
      .argument('<name>')
      .action(
        guarded(async (name: string, flags: PeopleFlags) =>
          (await import('../accounts.ts')).change(what, name, settingFlags(flags), flags.folder),
        ),
      );
}
