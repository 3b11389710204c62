/** `script-runner params SCRIPT`: the parameters on standard output, as JSON Schema or for people. Needs no Python. */
import { createScriptSource } from '../files/script-source.ts';
import { languages } from '../language/all.ts';
import { parameterList } from './params-list.ts';
import { findScript } from './script-argument.ts';

/** Throws `not-found`, or `invalid` for a broken script. */
export async function params(argument: string, isList: boolean): Promise<void> {
  const { config, name } = findScript(argument);
  const source = await createScriptSource({
    directory: config.project.published,
    languages: languages(),
    followLinks: config.followLinks,
    watch: false,
  });
  try {
    const { script } = await source.read(name);
    console.log(isList ? parameterList(script.schema) : JSON.stringify(script.schema, null, 2));
  } finally {
    await source.close();
  }
}
