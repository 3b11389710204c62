/** Scripts from stored bytes only, where there is no scripts folder: for the rendering thread. */
import { defined } from '../domain/defined.ts';
import type { Language } from '../domain/parameter/language.ts';
import type { ScriptSource } from '../domain/script/script.ts';
import { createScriptMemory } from './script-memory.ts';
import { parseScript } from './script-parse.ts';

/** The type of the file is detected from its bytes; its folder is unknown. */
export function readStoredScript(languages: ReadonlyMap<string, Language>): Pick<ScriptSource, 'parse'> {
  const parse = createScriptMemory(async (name, source, sidecar) => parseScript(name, source, sidecar, languages));
  return {
    async parse(name, bytes, sidecar) {
      const beside = sidecar === undefined ? undefined : { ...sidecar, modifiedAtMs: 0 };
      const { script, notebook } = await parse(name, { file: name, bytes, modifiedAtMs: 0 }, beside);
      return { script, notebook, bytes, directory: '', ...defined({ sidecar }) };
    },
  };
}
