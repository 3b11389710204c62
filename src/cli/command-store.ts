/** The commands for stored reports: `clean`, `backup`, `restore`, `migrate-store`. */
import type { Command } from 'commander';
import { type Flags, guarded, settingFlags, text, withSettings } from './command.ts';

export function addStoreCommands(program: Command): void {
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
      .description(
        'move all reports from SQLite to PostgreSQL; the old data stays as it is, and a second call continues',
      )
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
}
