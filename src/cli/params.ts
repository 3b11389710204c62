/** `script-runner params SCRIPT`: the parameters as JSON Schema on standard output. Needs no Python. */
import { createScriptSource } from '../files/script-source.ts';
import { languages } from '../language/all.ts';
import { findScript } from './script-argument.ts';

/** Throws `not-found`, or `invalid` for a broken script. */
export async function params(argument: string): Promise<void> {
  const { config, name } = findScript(argument);
  const source = await createScriptSource({
    directory: config.project.published,
    languages: languages(),
    followLinks: config.followLinks,
    watch: false,
  });
  try {
    const { script } = await source.read(name);
    console.log(JSON.stringify(script.schema, null, 2));
  } finally {
    await source.close();
  }
}
