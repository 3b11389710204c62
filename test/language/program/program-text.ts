/** Plain Python programs of tests as scripts: their inputs, and what a kernel is told about their arguments. */
import { markedSource } from '../../../src/domain/notebook/program-cell.ts';
import { toNotebookFile } from '../../../src/files/script-convert.ts';
import { parseScript } from '../../../src/files/script-parse.ts';
import { languages } from '../../../src/language/all.ts';
import { python } from '../../../src/language/python/python.ts';

export const PROGRAM_HEAD = '# /// script\n# [tool.script-runner]\n# title = "T"\n# ///\n';

/** Undefined: the text is no program. */
export function readProgramText(text: string, head = PROGRAM_HEAD) {
  const source = toNotebookFile({
    file: 'tools/prog.py',
    bytes: new TextEncoder().encode(head + text),
    modifiedAtMs: 0,
  });
  if (source === undefined) return undefined;
  const { script, notebook } = parseScript('tools/prog', source, undefined, languages());
  const code = notebook.cells.map(markedSource);
  const { schema } = script;
  const [, json] = /install\((".*")\)$/.exec(python.callSource?.(code, { values: {}, passwords: [] }) ?? '') ?? [];
  const known = json === undefined ? undefined : JSON.parse(JSON.parse(json) as string);
  return {
    script,
    notebook,
    schema,
    properties: schema.properties,
    required: schema.required,
    known,
    hints: script.findings?.() ?? [],
  };
}
