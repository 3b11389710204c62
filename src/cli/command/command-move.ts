/** The commands that move reports: `migrate-store`, `move-files`. */
import type { Command } from 'commander';
import { type Flags, guarded, settingFlags, text, withSettings } from '../command.ts';

export function addMoveCommands(program: Command): void {
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
      (await import('../move/migrate-store.ts')).migrateStore(folder, settingFlags(flags), {
        to: text(flags['to']),
        toData: text(flags['toData']),
        verify: flags['verify'] === true,
        withoutDamaged: flags['withoutDamaged'] === true,
      }),
    ),
  );

  withSettings(
    program
      .command('move-files')
      .argument('[folder]', 'project folder', '.')
      .description(
        'move the files of reports into a bucket, a folder, or back; the old place stays as it is, and a second call continues',
      )
      .requiredOption('--to <place>', 's3://bucket/prefix, a folder, or the word data: the data folder')
      .option('--without-damaged', 'finish although files are missing or damaged in the old place'),
    ['data'],
  ).action(
    guarded(async (folder: string, flags: Flags) =>
      (await import('../move/move-files.ts')).moveFiles(folder, settingFlags(flags), {
        to: text(flags['to']) ?? '',
        withoutDamaged: flags['withoutDamaged'] === true,
      }),
    ),
  );
}
