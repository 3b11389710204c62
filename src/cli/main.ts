/** The command line `script-runner`: one file per command; what a command needs is loaded when it is called. */
import { Command } from 'commander';
import { SETTING_NAMES } from '../config/setting.ts';
import { type Flags, guarded, settingFlags, text, withSettings } from './command.ts';
import { addScriptCommands } from './command/command-script.ts';
import { addSecretCommands } from './command/command-secret.ts';
import { addAccessCommands } from './command/command-access.ts';
import { addAuditCommands } from './command/command-audit.ts';
import { addKeyCommands } from './command/command-key.ts';
import { addPeopleCommands } from './command/command-people.ts';
import { addMoveCommands } from './command/command-move.ts';
import { addTokenCommands } from './command/command-tokens.ts';
import { addStoreCommands } from './command/command-store.ts';

const program = new Command('script-runner')
  .description('Publishes Jupyter notebooks as read-only, parameterised web apps.')
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  })
  .showHelpAfterError('Add --help to see the commands and options.');

const ROLES = {
  serve: 'publish a folder of notebooks (or one notebook) on this machine',
  web: 'serve the pages of a project whose runs workers execute; needs the setting database',
  worker: 'execute the runs of a project whose pages others serve; needs the setting database',
} as const;

for (const role of ['serve', 'web', 'worker'] as const) {
  const command = program
    .command(role)
    .argument('[folder]', 'project folder, folder of notebooks, one notebook, or git+https://…#branch')
    .description(ROLES[role])
    .option('--yes', 'install operating system packages without asking, if they are needed')
    .option('--fallback <folder>')
    .action(
      guarded(async (folder: string | undefined, flags: Flags) =>
        (await import('./serve.ts')).serve(folder ?? text(flags['fallback']) ?? '.', settingFlags(flags), {
          role,
          yes: flags['yes'] === true,
        }),
      ),
    );
  for (const option of command.options) if (option.long === '--fallback') option.hideHelp();
  withSettings(command, SETTING_NAMES);
}

addScriptCommands(program);

withSettings(
  program
    .command('doctor')
    .argument('[folder]', 'project folder', '.')
    .description('show what works on this machine, and how to fix what does not')
    .option('--role <role>', 'what this machine is to run: serve, web or worker', 'serve')
    .option('--files', 'read all files of reports, and name those that are missing or damaged')
    .option('--json', 'print one JSON value'),
  ['data', 'python'],
).action(
  guarded(async (folder: string, flags: Flags) =>
    (await import('./doctor/doctor.ts')).doctor(folder, settingFlags(flags), {
      role: text(flags['role']) ?? 'serve',
      files: flags['files'] === true,
      json: flags['json'] === true,
    }),
  ),
);

withSettings(
  program
    .command('prepare')
    .argument('[folder]', 'project folder', '.')
    .description('prepare the Python environment now and print its interpreter')
    .option('--yes', 'install operating system packages without asking, if they are needed'),
  ['python'],
).action(
  guarded(async (folder: string, flags: Flags) =>
    (await import('./prepare.ts')).prepare(folder, settingFlags(flags), flags['yes'] === true),
  ),
);

addStoreCommands(program);
addMoveCommands(program);

program
  .command('init')
  .argument('[folder]', 'where to create it', '.')
  .description('create a small project to start from')
  .action(guarded(async (folder: string) => (await import('./init.ts')).init(folder)));

addKeyCommands(program);
addAccessCommands(program);
addAuditCommands(program);
addTokenCommands(program);
addPeopleCommands(program);
addSecretCommands(program);

await program.parseAsync();
