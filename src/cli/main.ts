/** The command line `script-runner`: one file per command; what a command needs is loaded when it is called. */
import { Command } from 'commander';
import { describeSetting, SETTING_NAMES } from '../config/setting.ts';
import type { SettingName } from '../config/setting.ts';
import { fail } from './exit.ts';

/** Formats that have an option of `run`. */
const RUN_EXPORTS = ['html', 'ipynb', 'pdf', 'docx'] as const;

type Flags = Record<string, string | boolean | string[] | undefined>;

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
    .argument('[folder]', 'project folder, folder of notebooks, or one notebook')
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

withSettings(
  program
    .command('run')
    .argument('<script>', 'a notebook, or the name of a script of the project in the current folder')
    .description('run a notebook without a server')
    .option('-p, --param <name=value>', 'a value; repeat the option for further values, and for lists', collect, [])
    .option('--params <file>', 'values in a JSON or YAML file')
    .option('--html <file>', 'write the report as one HTML file')
    .option('--ipynb <file>', 'write the executed notebook')
    .option('--pdf <file>', 'write the report as PDF; needs Chromium, Chrome or Edge')
    .option('--docx <file>', 'write the report for Word; needs pandoc')
    .option('--out <folder>', 'write the downloads into this folder')
    .option('--json', 'print the run as one JSON value')
    .option('--yes', 'install operating system packages without asking, if they are needed'),
  [
    'data',
    'python',
    'wall_limit',
    'cell_limit',
    'idle_limit',
    'end_limit',
    'memory_limit',
    'process_limit',
    'cpu_limit',
    'disk_limit',
    'file_limit',
    'output_limit',
    'output_count',
    'artifact_limit',
    'upload_limit',
    'tables',
    'table_rows',
    'table_limit',
    'table_time',
    'timezone',
  ],
).action(
  guarded(async (script: string, flags: Flags & { param: string[] }) =>
    (await import('./run.ts')).run(script, settingFlags(flags), {
      values: flags.param,
      valuesFile: text(flags['params']),
      exports: RUN_EXPORTS.flatMap((to) => (typeof flags[to] === 'string' ? [[to, flags[to]]] : [])),
      out: text(flags['out']),
      json: flags['json'] === true,
      yes: flags['yes'] === true,
    }),
  ),
);

program
  .command('render')
  .argument('<notebook>', 'a notebook with saved outputs')
  .description('write the saved outputs of a notebook as one HTML file; runs nothing')
  .option('-o, --output <file>', 'the HTML file; - for standard output')
  .action(
    guarded(async (notebook: string, flags: Flags) =>
      (await import('./render.ts')).render(notebook, text(flags['output'])),
    ),
  );

withSettings(
  program
    .command('export')
    .argument('<run>', 'the id of a run, or the address of its page')
    .description('write a stored report in another format; also while a server runs')
    .option(
      '--to <format>',
      'html, ipynb, slides, zip, pdf, docx, odt, epub, latex, markdown; default: by the extension of the file',
    )
    .option('--table <name>', 'a table that the report shows, in full; --to: csv, xlsx, json, parquet')
    .option('-o, --output <file>', 'the file; - for standard output; default: named by the title of the report')
    .option('--folder <folder>', 'project folder', '.'),
  ['data', 'browser', 'pdf_header', 'pdf_footer', 'pdf_paper', 'export_time', 'export_memory'],
).action(
  guarded(async (run: string, flags: Flags & { folder: string }) =>
    (await import('./export.ts')).exportRun(run, settingFlags(flags), {
      folder: flags.folder,
      to: text(flags['to']),
      out: text(flags['output']),
      table: text(flags['table']),
    }),
  ),
);

withSettings(
  program
    .command('convert')
    .argument('<script>', 'a notebook, or a text that is a script')
    .description(
      'write a script in another format: as a notebook, or as a text for an editor and for git; runs nothing',
    )
    .option('--to <format>', 'ipynb, py, md, md:markdown, Rmd, qmd, R, jl; default: by the extension of the file')
    .option('-o, --output <file>', 'the file; - for standard output; default: beside the script')
    .option('--force', 'replace the file if it is there'),
  ['python'],
).action(
  guarded(async (script: string, flags: Flags) =>
    (await import('./convert.ts')).convert(script, settingFlags(flags), {
      to: text(flags['to']),
      out: text(flags['output']),
      force: flags['force'] === true,
    }),
  ),
);

program
  .command('params')
  .argument('<script>', 'a notebook, or the name of a script of the project in the current folder')
  .description('print the parameters of a script as JSON Schema')
  .action(guarded(async (script: string) => (await import('./params.ts')).params(script)));

program
  .command('check')
  .argument('[folder]', 'project folder', '.')
  .description('list the scripts that cannot be published, and why')
  .option('--json', 'print one JSON value')
  .action(
    guarded(async (folder: string, flags: Flags) => (await import('./check.ts')).check(folder, flags['json'] === true)),
  );

withSettings(
  program
    .command('doctor')
    .argument('[folder]', 'project folder', '.')
    .description('show what works on this machine, and how to fix what does not')
    .option('--role <role>', 'what this machine is to run: serve, web or worker', 'serve')
    .option('--json', 'print one JSON value'),
  ['data', 'python'],
).action(
  guarded(async (folder: string, flags: Flags) =>
    (await import('./doctor.ts')).doctor(folder, settingFlags(flags), {
      role: text(flags['role']) ?? 'serve',
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

withSettings(
  program
    .command('clean')
    .argument('[folder]', 'project folder', '.')
    .description('delete old reports now, as the server does by itself; only while no server runs')
    .option('--dry-run', 'list what would be deleted, and delete nothing')
    .option('--trust-clock', 'trust the clock, although it went forward by days since the last time')
    .option('--json', 'print one JSON value'),
  ['data', 'retain_days', 'retain_count', 'retain_bytes', 'retain'],
).action(
  guarded(async (folder: string, flags: Flags) =>
    (await import('./clean.ts')).clean(folder, settingFlags(flags), {
      dryRun: flags['dryRun'] === true,
      trustClock: flags['trustClock'] === true,
      json: flags['json'] === true,
    }),
  ),
);

withSettings(
  program
    .command('backup')
    .argument('<target>', 'the folder to create')
    .description('copy all reports to a folder, also while a server runs')
    .option('--folder <folder>', 'project folder', '.'),
  ['data'],
).action(
  guarded(async (target: string, flags: Flags & { folder: string }) =>
    (await import('./backup.ts')).backup(target, flags.folder, settingFlags(flags)),
  ),
);

withSettings(
  program
    .command('restore')
    .argument('<backup>', 'the folder that backup created')
    .description('check a backup and create the data folder from it; never overwrites one')
    .option('--folder <folder>', 'project folder', '.'),
  ['data'],
).action(
  guarded(async (from: string, flags: Flags & { folder: string }) =>
    (await import('./backup.ts')).restoreBackup(from, flags.folder, settingFlags(flags)),
  ),
);

withSettings(
  program
    .command('migrate-store')
    .argument('[folder]', 'project folder', '.')
    .description('move all reports from SQLite to PostgreSQL; the old data stays as it is, and a second call continues')
    .option('--to <address>', 'the new database; a password only in SCRIPT_RUNNER_DATABASE or its _FILE')
    .option('--to-data <folder>', 'the new data folder; default: the old one’s name with -postgres')
    .option('--verify', 'compare the old data with what was moved, and change nothing')
    .option('--without-damaged', 'finish although files are missing or damaged in the old data'),
  ['data', 'artifacts'],
).action(
  guarded(async (folder: string, flags: Flags) =>
    (await import('./migrate-store.ts')).migrateStore(folder, settingFlags(flags), {
      to: text(flags['to']),
      toData: text(flags['toData']),
      verify: flags['verify'] === true,
      withoutDamaged: flags['withoutDamaged'] === true,
    }),
  ),
);

program
  .command('init')
  .argument('[folder]', 'where to create it', '.')
  .description('create a small project to start from')
  .action(guarded(async (folder: string) => (await import('./init.ts')).init(folder)));

program
  .command('password')
  .description('print the line for the setting password_hash; asks for the password, or reads it from standard input')
  .action(guarded(async () => (await import('./password.ts')).password()));

const key = program
  .command('key')
  .description('the key that signs sessions and encrypts passwords of waiting runs: the setting server_key');
key
  .command('new')
  .description('print a new key')
  .action(guarded(async () => (await import('./key.ts')).newKey()));
withSettings(
  key
    .command('token')
    .argument('[folder]', 'project folder', '.')
    .description('print the operator’s token, which belongs to the newest key'),
  ['data'],
).action(
  guarded(async (folder: string, flags: Flags) => (await import('./key.ts')).printToken(folder, settingFlags(flags))),
);

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
    (await import('./secret.ts')).setSecret(folder, name),
  ),
);
secretCommand('list', 'print the names').action(
  guarded(async ({ folder }: { folder: string }) => (await import('./secret.ts')).listSecrets(folder)),
);
secretCommand('remove <name>', 'remove a value').action(
  guarded(async (name: string, { folder }: { folder: string }) =>
    (await import('./secret.ts')).removeSecret(folder, name),
  ),
);

await program.parseAsync();

/** Every setting is a flag with the same name. */
function withSettings(command: Command, names: readonly SettingName[]): Command {
  for (const name of names) {
    command.option(`--${name.replaceAll('_', '-')} <value>`, describeSetting(name).description);
  }
  return command;
}

function settingFlags(flags: Flags): Partial<Record<SettingName, string | undefined>> {
  const camel = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(SETTING_NAMES.map((name) => [name, text(flags[camel(name)])]));
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function text(value: Flags[string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A thrown error becomes a message and an exit code, never a stack. */
function guarded<Args extends unknown[]>(action: (...args: Args) => Promise<void>): (...args: Args) => Promise<void> {
  return (...args) => action(...args).catch(fail);
}
