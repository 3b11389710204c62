/**
 * `script-runner backup FOLDER` and `restore FOLDER`: copies all reports of a project, also while a server runs, and
 * restores them.
 */
import { resolve } from 'node:path';
import { serverVersion } from '../compose/compose.ts';
import { readConfig } from '../config/config.ts';
import type { ConfigSources } from '../config/config.ts';
import { backUp, restore } from '../store/backup.ts';

type Flags = NonNullable<ConfigSources['flags']>;

/** Throws as `backUp`. */
export async function backup(target: string, folder: string, flags: Flags): Promise<void> {
  const { data, database, blobs: place } = readConfig({ target: folder, flags });
  const options = { blobs: place, serverVersion: serverVersion(), progress: meter('Copied') };
  const { runs, blobs } = await (database === undefined
    ? backUp(data, resolve(target), options)
    : (await import('../store/backup-shared.ts')).backUpShared(database, resolve(target), options));
  console.log(`${runs} reports and ${blobs} files were copied to ${resolve(target)}.`);
  console.log(
    "Not included: secret.key (the passwords of waiting reports), the operator's token, and the project folder with its .link.",
  );
}

/** Throws as `restore`. */
export async function restoreBackup(from: string, folder: string, flags: Flags): Promise<void> {
  const { data, database, serverKeys } = readConfig({ target: folder, flags });
  const progress = meter('Checked and copied');
  const restoring =
    database === undefined
      ? restore(resolve(from), data, { progress })
      : (await import('../store/backup-shared.ts')).restoreShared(resolve(from), database, data, {
          progress,
          serverKeys,
        });
  const { runs, blobs, madeAt } = await restoring;
  const where = database === undefined ? data : `${database.shown} and ${data}`;
  console.log(`${runs} reports and ${blobs} files from ${madeAt} were restored to ${where}.`);
}

/** One line that is updated, on a terminal. */
function meter(verb: string): (done: number, total: number) => void {
  const { stderr } = process;
  return (done, total) => {
    if (stderr.isTTY) stderr.write(`\r\u001b[2K${verb} ${done} of ${total} files${done === total ? '\n' : ' …'}`);
  };
}
