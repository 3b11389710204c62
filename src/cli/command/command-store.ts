/** The commands for stored reports: `clean`, `backup`, `restore`. */
import type { Command } from 'commander';
import { type Flags, guarded, settingFlags, withSettings } from '../command.ts';

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
      (await import('../clean.ts')).clean(folder, settingFlags(flags), {
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
      (await import('../backup.ts')).backup(target, flags.folder, settingFlags(flags)),
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
      (await import('../backup.ts')).restoreBackup(from, flags.folder, settingFlags(flags)),
    ),
  );
}
