/** `script-runner check [folder]`: which scripts cannot be published, and why. Needs no Python. */
import { readConfig } from '../config.ts';
import type { Script } from '../domain/script.ts';
import { createScriptSource } from '../files/script-source.ts';
import { languages } from '../language/all.ts';

/** Exit code 1 when a script is broken. */
export async function check(folder: string, json: boolean): Promise<void> {
  const { project, followLinks } = readConfig({ target: folder });
  const source = await createScriptSource({ directory: project.published, languages: languages(), followLinks, watch: false });
  const scripts = await source.list();
  await source.close();
  if (json) console.log(JSON.stringify(scripts.map(({ name, file, title, state, problem }) => ({ name, file, title, state, problem })), null, 2));
  else for (const line of scripts.length === 0 ? [`${project.scripts} holds no notebooks.`] : scripts.map(lineOf)) console.log(line);
  if (scripts.some(({ state }) => state === 'broken')) process.exitCode = 1;
}

function lineOf({ file, state, problem, schema }: Script): string {
  const count = Object.keys(schema.properties).length;
  if (state === 'ready') return `ok        ${file} (${count === 1 ? '1 parameter' : `${count} parameters`})`;
  return [`${state.padEnd(9)} ${file}`, problem?.what, problem?.where, problem?.remedy].filter((part) => part !== undefined).join('\n          ');
}
