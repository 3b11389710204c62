/**
 * What notebooks for Voilà read from the address, as inputs: `parse_qs(get_query_string())["user"]`. Source:
 * https://voila.readthedocs.io/en/stable/customize.html
 */
import type { CalledParameter } from '../../domain/parameter/language.ts';
import { callsOf } from './python-call.ts';
import { readLiteral } from './python-literal.ts';
import { parsePython, partsOf, pythonOf } from './python-tree.ts';
import { type Node, textOf } from '../syntax-tree.ts';

const VOILA = /\bget_query_string\s*\(|\bwait_for_request\s*\(|\bQUERY_STRING\b/;
const MOST_CHARS = 20_000;

export function isVoila(cells: readonly string[]): boolean {
  return cells.some((source) => VOILA.test(source));
}

/** Names that are looked up in the parsed query: `q.get("user", ["Alice"])[0]`, `q["user"]`. All are texts. */
export function readVoila(cells: readonly string[]): CalledParameter[] {
  if (!isVoila(cells)) return [];
  const queries = new Set(callsOf(cells, /\bparse_qs\b|\bparse_qsl\b|^dict$/).flatMap(({ target }) => target ?? []));
  const found = new Map<string, CalledParameter>();
  for (const [cell, written] of cells.entries()) {
    if (queries.size === 0 || written.length > MOST_CHARS) continue;
    const source = pythonOf(written);
    parsePython(source).iterate({
      enter: ({ name: kind, node }) => {
        const read = kind === 'CallExpression' ? readGet(node, source, queries) : readItem(node, source, queries);
        if (read !== undefined && !found.has(read.name))
          found.set(read.name, {
            name: read.name,
            schema: { type: 'string', ...(read.start === undefined ? {} : { default: read.start }) },
            required: read.start === undefined,
            call: 'get_query_string()',
            cell,
          });
      },
    });
  }
  return [...found.values()];
}

interface Read {
  readonly name: string;
  readonly start: string | undefined;
}

function readGet(node: Node, source: string, queries: ReadonlySet<string>): Read | undefined {
  const called = node.firstChild;
  const list = node.getChild('ArgList');
  if (called?.name !== 'MemberExpression' || list === null || !textOf(called, source).endsWith('.get'))
    return undefined;
  if (called.firstChild === null || !queries.has(textOf(called.firstChild, source))) return undefined;
  const [first, second] = partsOf(list).map(([part]) => part && readLiteral(part, source)?.value);
  const start = Array.isArray(second) ? second[0] : second;
  if (typeof first !== 'string' || first === '') return undefined;
  return { name: first, start: typeof start === 'string' ? start : '' };
}

function readItem(node: Node, source: string, queries: ReadonlySet<string>): Read | undefined {
  if (node.name !== 'MemberExpression' || node.getChild('[') === null || node.firstChild === null) return undefined;
  if (!queries.has(textOf(node.firstChild, source))) return undefined;
  const [, part] = partsOf(node).flat();
  const value = part === undefined ? undefined : readLiteral(part, source)?.value;
  return typeof value === 'string' && value !== '' ? { name: value, start: undefined } : undefined;
}

/** The query of the run: its values by name, as `get_query_string()` and the variable `QUERY_STRING` give it. */
export function voilaSource(cells: readonly string[]): string | undefined {
  return isVoila(cells) ? 'from script_runner import _voila; _voila.install()' : undefined;
}
