/** YAML text to a JSON value, with the place of what is wrong. */
import { parseDocument } from 'yaml';
import type { Json } from '../domain/text/json.ts';
import { problemError } from '../domain/problem.ts';

/** `line`: of the file, where the text begins. Throws `invalid` that carries a `ScriptProblem`. */
export function readYaml(text: string, { file, line }: { readonly file: string; readonly line: number }): Json {
  const document = parseDocument(text, { logLevel: 'silent' });
  const [mistake] = document.errors;
  if (mistake === undefined) return document.toJS({ maxAliasCount: 100 }) as Json;
  const at = (mistake.linePos?.[0].line ?? 1) + line - 1;
  const what = `This is not valid YAML: ${mistake.message.split('\n')[0]?.replace(/ at line.*/, '') ?? ''}.`;
  throw problemError({ what, where: `${file}, line ${at}`, remedy: 'Mend that line and save.' });
}
