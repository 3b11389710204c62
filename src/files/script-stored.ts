/** Scripts from stored bytes only, where there is no scripts folder: for the rendering thread. */
import { defined } from '../domain/defined.ts';
import type { Language } from '../domain/parameter/language.ts';
import type { ScriptSource } from '../domain/script/script.ts';
import { parseScript } from './script-parse.ts';

/** The type of the file is detected from its bytes; its folder is unknown. */
export function readStoredScript(languages: ReadonlyMap<string, Language>): Pick<ScriptSource, 'parse'> {
  return {
    async parse(name, bytes, sidecar) {
      const beside = sidecar === undefined ? undefined : { ...sidecar, modifiedAtMs: 0 };
      const { script, notebook } = parseScript(name, { file: name, bytes, modifiedAtMs: 0 }, beside, languages);
      return { script, notebook, bytes, directory: '', ...defined({ sidecar }) };
    },
  };
}
