/**
 * Plain programs that ask to be scripts: their block `# /// script` has a table `[tool.script-runner]`, which says what
 * a notebook's metadata would. Source: https://packaging.python.org/en/latest/specifications/inline-script-metadata/
 */
import { parse } from 'smol-toml';
import { programMetadata } from '../../domain/notebook/program-cell.ts';
import { isJsonObject, type Json, type JsonObject } from '../../domain/text/json.ts';
import { type Format, kernelOf, linesOf } from './format.ts';

export const pythonProgram = programFormat('Python program', ['.py'], 'python');
export const rProgram = programFormat('R program', ['.R', '.r'], 'r');
export const bashProgram = programFormat('Bash program', ['.sh'], 'bash');

const TABLE = /^# \[tool\.(?:script-runner|"script-runner")[\].]/m;
const BLOCK = /^# \/\/\/ script[ \t]*\n((?:#(?: [^\n]*)?\n)+?)# \/\/\/[ \t]*$/m;
/** The block stands at the top. */
const MOST_HEAD_CHARS = 50_000;
const DOCSTRING = /^(?:[ \t]*(?:#[^\n]*)?\n)*[rRuU]?("""|''')([\s\S]{1,4000}?)\1/;

/** True for the bytes of a file that may be one: the table alone decides. */
export function isProgram(bytes: Uint8Array): boolean {
  return TABLE.test(
    Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, MOST_HEAD_CHARS)).toString('latin1'),
  );
}

function programFormat(name: string, extensions: readonly string[], language: string): Format {
  return { name, extensions, read: (text, file = `program${extensions[0]}`) => read(text, file, language) };
}

function read(text: string, file: string, language: string) {
  const source = linesOf(text).join('\n');
  const own = readTable(source.slice(0, MOST_HEAD_CHARS));
  if (own === undefined) return undefined;
  // the language reads them in the source
  const { arguments: _, ...settings } = own;
  const about = language === 'python' ? docstringOf(source) : '';
  return {
    metadata: {
      ...kernelOf(language),
      ...(about === '' ? {} : { description: about }),
      script_runner: settings,
    },
    cells: [{ type: 'code', source, metadata: programMetadata(file) }] as const,
  };
}

/** Its first paragraph. */
function docstringOf(source: string): string {
  const about = DOCSTRING.exec(source.slice(0, MOST_HEAD_CHARS))?.[2] ?? '';
  return (about.trim().split(/\n\s*\n/)[0] ?? '').replace(/\s+/g, ' ');
}

/** A block that is no TOML is one for `readInlineEnvironment` to complain about. */
function readTable(head: string): JsonObject | undefined {
  if (!TABLE.test(head)) return undefined;
  const [, block] = BLOCK.exec(head) ?? [];
  if (block === undefined) return undefined;
  try {
    // dates become texts
    const value = JSON.parse(JSON.stringify(parse(block.replace(/^# ?/gm, '')))) as Json;
    const tool = isJsonObject(value) && isJsonObject(value.tool) ? value.tool['script-runner'] : undefined;
    return isJsonObject(tool) ? tool : undefined;
  } catch {
    return {};
  }
}
