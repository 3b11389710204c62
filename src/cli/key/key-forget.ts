/** `script-runner key forget [folder]`: the database forgets a key that is lost, after saying what is lost with it. */
import { readConfig, type ConfigSources } from '../../config/config.ts';
import { AppError } from '../../domain/error.ts';
import { openKeyMemory } from '../../store/key-forget.ts';
import { confirm } from '../ask.ts';

const WORD = 'forget';

/** `yes`: it is not asked. Throws a sentence for what prevents it; without the word, nothing is changed. */
export async function forgetKey(
  folder: string,
  flags: NonNullable<ConfigSources['flags']>,
  { yes }: { readonly yes: boolean },
): Promise<void> {
  const { data, database } = readConfig({ target: folder, flags });
  if (database === undefined)
    throw new AppError(
      'invalid',
      `On SQLite no database knows the key. If secret.key and operator-token in ${data} are lost or damaged, remove both: the next start makes new ones, people sign in again, and runs that wait with a password end and say so.`,
    );
  const memory = await openKeyMemory(database);
  try {
    const { isKnown, runs } = memory.known;
    if (!isKnown) return console.log(`${database.shown} knows no key: start a process with a new one.`);
    console.error(
      [
        `${database.shown} will forget the key of its processes. With it these are lost:`,
        '  every session: everybody signs in again',
        '  API tokens, sign-in links and the operator’s token of that key, and uploads that were not submitted yet',
        runs === 0
          ? '  no password: no run waits with one'
          : `  the passwords of ${String(runs)} waiting or running run(s): these end and say so`,
        'Reports and their files stay. If you still have the key, give it to all processes instead.',
      ].join('\n'),
    );
    if (!yes) await confirm(WORD);
    await memory.forget();
    console.log(
      'Forgotten. Put a new key (script-runner key new) where the processes find it, remove secret.key and operator-token from a shared data folder if they are damaged, and start the processes.',
    );
  } finally {
    await memory.close();
  }
}
