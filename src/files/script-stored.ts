/** Scripts from stored bytes alone, where no folder of them is at hand: for the thread that makes reports. */
import { defined } from '../domain/defined.ts';
import type { Language } from '../domain/parameter/language.ts';
import type { ScriptSource } from '../domain/script/script.ts';
import { createScriptMemory } from './script-memory.ts';
import { parseScript } from './script-parse.ts';

/** What kind of file the bytes are is told from their look; its folder is not known. */
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
