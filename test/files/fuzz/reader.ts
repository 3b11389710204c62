/** Every reader of files that authors write, as one function: what the fuzz tests call with anything. */
import { parseLinkConfig } from '../../../src/connection/link-config.ts';
import { readConnectionConfig } from '../../../src/domain/connection/connection-config.ts';
import { AppError } from '../../../src/domain/error.ts';
import { problemOf } from '../../../src/domain/problem.ts';
import { formFields } from '../../../src/domain/parameter/form.ts';
import { toNotebookFile } from '../../../src/files/script-convert.ts';
import { parseScript } from '../../../src/files/script-parse.ts';
import { codeOf, type SourceFile } from '../../../src/files/source-file.ts';
import { languageFor } from '../../../src/domain/parameter/language.ts';
import { languages } from '../../../src/language/all.ts';
import { importsOf } from '../../../src/worker/kernel-prepare.ts';

export type Reading = 'a script' | 'no script' | 'a problem';

export const LINK_CONFIG = 'link.config';
const known = languages();

/**
 * Reads a file by its name, and for a script everything that the server asks of it: its hints, its form, what its calls
 * need, its imports. Throws whatever is not a problem for the author.
 */
export function readFile(file: string, bytes: Uint8Array, beside?: Pick<SourceFile, 'file' | 'bytes'>): Reading {
  if (file === LINK_CONFIG) {
    const { config, locate, problems } = parseLinkConfig(new TextDecoder().decode(bytes));
    const found = [...problems, ...readConnectionConfig(config, locate).problems];
    return found.length > 0 ? 'a problem' : 'a script';
  }
  try {
    // what is read may be freed
    const source = toNotebookFile({ file, bytes: Uint8Array.from(bytes), modifiedAtMs: 0 });
    if (source === undefined) return 'no script';
    const sidecar = beside === undefined ? undefined : { ...beside, modifiedAtMs: 0 };
    const { script, notebook } = parseScript('a', source, sidecar, known);
    const code = codeOf(notebook.cells);
    const language = languageFor(known, notebook.language);
    script.findings?.();
    formFields(script.schema, {});
    language.callSource?.(code, { values: {}, passwords: [] });
    importsOf(notebook.cells, language);
    return 'a script';
  } catch (error) {
    // what cannot be written in a language is refused when it is run
    const isRefusal = error instanceof AppError && error.code === 'invalid';
    if (problemOf(error) === undefined && !isRefusal) throw error;
    return 'a problem';
  }
}
