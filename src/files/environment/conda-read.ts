/**
 * Reads `environment.yml`. Source:
 * https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html
 */
import { problemError } from '../../domain/problem.ts';
import type { CondaPackages } from '../../domain/script/script-environment.ts';
import { isJsonObject, type Json } from '../../domain/text/json.ts';
import { readYaml } from '../yaml-text.ts';

const MOST = 1000;
/** A package with its version and build, and its channel: `conda-forge::numpy>=1.2`. */
const SPEC = /^[\w./:-]+(?:\s*[\s=<>!~*|,\w.+[\]"'()-]*)$/;
const CHANNEL = /^(?:(?:https?|file):\/\/[^\s"']{1,500}|[\w./-]{1,200})$/;

/** `readPip`: for the lines under `pip:`. Throws `invalid` with a `ScriptProblem`. */
export async function readConda(
  text: string,
  file: string,
  readPip: (lines: string) => Promise<string>,
): Promise<CondaPackages> {
  const value = readYaml(text, { file, line: 1 });
  const listed = isJsonObject(value) ? value['dependencies'] : undefined;
  if (!isJsonObject(value) || !Array.isArray(listed))
    throw problemError({ what: 'It has no list of dependencies.', where: file, remedy: 'Write "dependencies:".' });
  if (listed.length > MOST)
    throw problemError({ what: `It has ${listed.length} dependencies; the limit is ${MOST}.`, where: file });
  const channels = (value['channels'] ?? []) as Json;
  if (!Array.isArray(channels) || !channels.every((each) => typeof each === 'string' && CHANNEL.test(each)))
    throw problemError({
      what: 'Its channels are not a list of names and addresses.',
      where: file,
      remedy: 'Write "channels: [conda-forge]".',
    });
  if (channels.length === 0)
    throw problemError({ what: 'It names no channels.', where: file, remedy: 'Write "channels: [conda-forge]".' });
  const all = listed as readonly Json[];
  const dependencies = all.filter((each) => typeof each === 'string');
  const wrong = all.find((each) => (typeof each === 'string' ? !SPEC.test(each) : pipOf(each) === undefined));
  if (wrong !== undefined)
    throw problemError({
      what: `“${typeof wrong === 'string' ? wrong : JSON.stringify(wrong)}” is not a package.`,
      where: file,
      remedy: 'Write packages such as "numpy>=1.2", and a list under "pip:".',
    });
  const pip = all.flatMap((each) => pipOf(each) ?? []);
  return {
    channels: channels as readonly string[],
    dependencies,
    pip: pip.length === 0 ? '' : await readPip(pip.map((line) => `${line}\n`).join('')),
  };
}

function pipOf(value: Json): readonly string[] | undefined {
  const lines = isJsonObject(value) && Object.keys(value).length === 1 ? value['pip'] : undefined;
  return Array.isArray(lines) && lines.every((line) => typeof line === 'string') ? lines : undefined;
}
