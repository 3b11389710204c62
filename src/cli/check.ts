/** `script-runner check [folder]`: which scripts cannot be published and what in them is too old to run. Needs no Python. */
import { readConfig } from '../config.ts';
import type { Script, ScriptProblem } from '../domain/script.ts';
import { createScriptSource } from '../files/script-source.ts';
import { languages } from '../language/all.ts';
import { reviewTemplates } from '../page/template-review.ts';

/** Exit code 1 when a script is broken. */
export async function check(folder: string, json: boolean): Promise<void> {
  const { project, followLinks } = readConfig({ target: folder });
  const source = await createScriptSource({ directory: project.published, languages: languages(), followLinks, watch: false });
  const scripts = await source.list();
  await source.close();
  const templates = await reviewTemplates(project.templates);
  if (json) {
    const known = scripts.map(({ name, file, title, state, problem, hints = [] }) => ({ name, file, title, state, problem, hints }));
    console.log(JSON.stringify([...known, ...templates.map(({ file, problem }) => ({ file, state: 'unused', problem }))], null, 2));
  } else {
    if (scripts.length === 0) console.log(`${project.scripts} holds no notebooks.`);
    for (const script of scripts) console.log(lineOf(script));
    for (const { file, problem } of templates) console.log(paragraph(`unused    ${file}`, problem));
  }
  if (scripts.some(({ state }) => state === 'broken')) process.exitCode = 1;
}

function lineOf({ file, state, problem, schema, hints = [] }: Script): string {
  const count = Object.keys(schema.properties).length;
  if (state !== 'ready') return paragraph(`${state.padEnd(9)} ${file}`, problem);
  const line = `${hints.length === 0 ? 'ok       ' : 'old      '} ${file} (${count === 1 ? '1 parameter' : `${count} parameters`})`;
  return [line, ...hints.map(({ what, where, remedy }) => `          ${where}: ${what} ${remedy}`)].join('\n');
}

function paragraph(first: string, problem: ScriptProblem | undefined): string {
  return [first, problem?.what, problem?.where, problem?.remedy].filter((part) => part !== undefined).join('\n          ');
}
