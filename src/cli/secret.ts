/** `script-runner secret set|list|remove`: the encrypted store of the project's connection passwords. */
import { resolve } from 'node:path';
import { openProjectSecrets } from '../connection/secret-store.ts';
import { AppError } from '../domain/error.ts';
import { secretProblem } from '../domain/mask/secret.ts';
import { readConfig } from '../config/config.ts';
import { askHidden } from './ask.ts';

function open(folder: string) {
  const { project, environment } = readConfig({ target: resolve(folder) });
  return openProjectSecrets(project.link, environment);
}

/** Throws `invalid` for a value that cannot be hidden in reports, and without the key. */
export async function setSecret(folder: string, name: string): Promise<void> {
  const store = open(folder);
  const value = await askHidden(`Value of ${name}: `);
  const problem = secretProblem(value);
  if (problem !== undefined) throw new AppError('invalid', `This value cannot be hidden in reports: it ${problem}.`);
  store.set(name, value);
  console.error(`Stored. Write {"secret": ${JSON.stringify(name)}} in place of the value in link.config.`);
}

export async function listSecrets(folder: string): Promise<void> {
  for (const name of open(folder).names()) console.log(name);
}

/** Throws `not-found`. */
export async function removeSecret(folder: string, name: string): Promise<void> {
  if (!open(folder).remove(name)) throw new AppError('not-found', `There is no secret ${name}.`);
}
