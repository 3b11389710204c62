/**
 * The packages that a script declares in itself: the block `# /// script` at the top of its code, or `dependencies` of
 * its settings. Source of the block: https://packaging.python.org/en/latest/specifications/inline-script-metadata/
 */
import { parse } from 'smol-toml';
import { defined } from '../../domain/defined.ts';
import type { Cell } from '../../domain/notebook/notebook.ts';
import { problemError } from '../../domain/problem.ts';
import type { ScriptEnvironment } from '../../domain/script/script-environment.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import { refuseVariables } from './requirements-read.ts';
import { readUvTable } from './uv-read.ts';

/** A block is at the top of a cell. */
const MOST_CODE_CHARS = 50_000;
const MOST_DEPENDENCIES = 500;
const BLOCK = 'the block “# /// script”';

/** `own`: what the author sets for the script as a whole. Throws `invalid` with a `ScriptProblem`. */
export function readInlineEnvironment(
  cells: readonly Cell[],
  own: { readonly values: JsonObject; place(name: string): string },
): ScriptEnvironment | undefined {
  const first = cells.find(({ type, source }) => type === 'code' && source.trim() !== '');
  const block = first === undefined ? undefined : readBlock(first.source.slice(0, MOST_CODE_CHARS));
  // a block may be there for our own table only
  const isOwn = block?.['dependencies'] === undefined && isTable(block?.['tool']) && 'script-runner' in block['tool'];
  if (block !== undefined && !isOwn) {
    const found = environmentOf(block['dependencies'] ?? [], block['requires-python'], BLOCK);
    const uv = isTable(block['tool']) && 'uv' in block['tool'] ? readUvTable(block['tool'].uv, BLOCK) : undefined;
    return uv === undefined ? found : { ...found, uv };
  }
  const { dependencies, requires_python: requiresPython } = own.values;
  if (dependencies === undefined) return undefined;
  return environmentOf(dependencies, requiresPython, `dependencies in ${own.place('dependencies')}`);
}

function isTable(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function readBlock(source: string): Record<string, unknown> | undefined {
  const texts = findBlocks(source.replaceAll('\r\n', '\n').split('\n'));
  if (texts.length === 0) return undefined;
  if (texts.length > 1)
    throw problemError({ what: 'There are two blocks “# /// script”.', where: BLOCK, remedy: 'Keep one of them.' });
  try {
    return parse(texts[0] ?? '');
  } catch (error) {
    const [reason = ''] = String((error as Error).message).split('\n');
    throw problemError({ what: `This is not valid TOML: ${reason}.`, where: BLOCK, remedy: 'Correct it and save.' });
  }
}

/** The content of each block, without the signs of comments; one that is not closed is a comment. */
function findBlocks(lines: readonly string[]): string[] {
  const blocks: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    if (!/^# \/\/\/ script\s*$/.test(lines[at] ?? '')) continue;
    const content: string[] = [];
    let end = at + 1;
    while (end < lines.length && /^#( |$)/.test(lines[end] ?? '') && !/^# \/\/\/\s*$/.test(lines[end] ?? '')) {
      content.push((lines[end] ?? '').slice(2));
      end += 1;
    }
    if (/^# \/\/\/\s*$/.test(lines[end] ?? '')) blocks.push(content.join('\n'));
    at = end;
  }
  return blocks;
}

function environmentOf(dependencies: unknown, requiresPython: unknown, where: string): ScriptEnvironment {
  const lines = Array.isArray(dependencies) ? (dependencies as unknown[]) : [undefined];
  const wrong = lines.find((line) => typeof line !== 'string' || !/^[A-Za-z0-9][^\r\n]*$/.test(line.trim()));
  if (lines.length > MOST_DEPENDENCIES || wrong !== undefined || lines.some((line) => line === undefined)) {
    const what =
      lines.length > MOST_DEPENDENCIES
        ? `There are ${lines.length} dependencies; the limit is ${MOST_DEPENDENCIES}.`
        : `The dependencies are ${JSON.stringify(wrong ?? dependencies)}, which is not a list of packages.`;
    throw problemError({ what, where, remedy: 'Write them as ["pandas>=2", "requests"].' });
  }
  refuseVariables(lines.join('\n'), where);
  if (requiresPython !== undefined && !isVersion(requiresPython)) {
    const what = `The Python that it requires is ${JSON.stringify(requiresPython)}.`;
    throw problemError({ what, where, remedy: 'Write a version such as ">=3.11".' });
  }
  return {
    kind: 'python',
    file: where,
    requirements: (lines as string[]).map((line) => `${line.trim()}\n`).join(''),
    ...defined({ requiresPython: requiresPython as string | undefined }),
  };
}

/** Version specifiers as packages write them: `>=3.10,<4`. */
export function isVersion(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 200 && /^\s*(?:[<>=!~]{1,3}\s*[\w.*]+\s*,?\s*)+$/.test(value);
}
