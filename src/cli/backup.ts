/**
 * `script-runner backup FOLDER` and `restore FOLDER`: copies all reports of a project, also while a server runs, and
 * restores them.
 */
import { resolve } from 'node:path';
import { serverVersion } from '../compose/compose.ts';
import { readConfig } from '../config/config.ts';
import type { ConfigSources } from '../config/config.ts';
import { AppError } from '../domain/error.ts';
import { backUp, restore } from '../store/backup.ts';

type Flags = NonNullable<ConfigSources['flags']>;

/** Throws as `backUp`. */
export async function backup(target: string, folder: string, flags: Flags): Promise<void> {
  const { data, database, blobs: place } = readConfig({ target: folder, flags });
  if (database !== undefined) throw elsewhere(database.shown, data);
  const { runs, blobs } = await backUp(data, resolve(target), {
    blobs: place,
    serverVersion: serverVersion(),
    progress: meter('Copied'),
  });
  console.log(`${runs} reports and ${blobs} files were copied to ${resolve(target)}.`);
  console.log(
    "Not included: secret.key (the passwords of waiting reports), the operator's token, and the project folder with its .link.",
  );
}

/** Throws as `restore`. */
export async function restoreBackup(from: string, folder: string, flags: Flags): Promise<void> {
  const { data, database } = readConfig({ target: folder, flags });
  if (database !== undefined) throw elsewhere(database.shown, data);
  const { runs, blobs, madeAt } = await restore(resolve(from), data, { progress: meter('Checked and copied') });
  console.log(`${runs} reports and ${blobs} files from ${madeAt} were restored to ${data}.`);
}

/** What PostgreSQL's own programs do better. */
function elsewhere(shown: string, data: string): AppError {
  return new AppError(
    'conflict',
    `The reports are in ${shown}, which PostgreSQL’s programs back up. First the database, then the folder with the files:
  pg_dump --format=custom --file=reports.dump "$SCRIPT_RUNNER_DATABASE"
  cp -a ${data} reports-files
To restore, while no Script Runner runs, put the folder back and restore into a new database:
  pg_restore --exit-on-error --no-owner --dbname="$SCRIPT_RUNNER_DATABASE" reports.dump`,
  );
}

/** One line that is updated, on a terminal. */
function meter(verb: string): (done: number, total: number) => void {
  const { stderr } = process;
  return (done, total) => {
    if (stderr.isTTY) stderr.write(`\r\u001b[2K${verb} ${done} of ${total} files${done === total ? '\n' : ' …'}`);
  };
}
