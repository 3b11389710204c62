/** Files that are written beside the script: they are thrown away when the run ends. */
import { fileMentions, lostFileMark } from './file-mention.ts';
import { nodesOf, readCall, type Call, type Reviewer, stringOf } from './reviewer.ts';
import type { Node } from '../syntax-tree.ts';

const CALLS = new Set(['CallExpression']);
/** Methods that write the file named first. */
const WRITING =
  /^(?:to_(?:csv|excel|parquet|json|html|pickle|feather|stata|hdf|latex|markdown|file|xml)|savefig|write_(?:image|html|csv|parquet|excel)|imsave|savetxt|save_as)$/;
/** Methods of the path before them: `Path("a.txt").write_text(…)`. */
const PATH_WRITING = /^write_(?:text|bytes)$/;

/** A file that the code names a second time is probably read back, or offered for download: it is no finding. */
export const lostFile: Reviewer = function* (code) {
  const all = code.written.join('\n');
  if (/\bSCRIPT_RUNNER_OUTPUT_DIR\b|\bchdir\s*\(/.test(all)) return;
  const mentions = fileMentions(code.written);
  for (const { cell, node, source } of nodesOf(code, CALLS)) {
    const path = writtenPath(readCall(node, source), node, source);
    const found =
      path === undefined
        ? undefined
        : lostFileMark(path, (name) => `: script_runner.download(…, "${name}"), or write it to`);
    if (found === undefined || mentions(found.name) > 1) continue;
    const { name: _, ...mark } = found;
    yield { ...mark, cell, from: node.from };
  }
};

function writtenPath(call: Call, node: Node, source: string): string | undefined {
  const { name, method, positional, named } = call;
  const first = positional[0] ?? named.get('path_or_buf') ?? named.get('path') ?? named.get('fname');
  if (name === 'open' || name === 'io.open') {
    const mode = stringOf(positional[1] ?? named.get('mode'), source) ?? 'r';
    return /[wax]/.test(mode) ? stringOf(first, source) : undefined;
  }
  if (WRITING.test(method)) return stringOf(first, source);
  if (!PATH_WRITING.test(method)) return undefined;
  const before = node.firstChild?.firstChild;
  if (before?.name !== 'CallExpression') return undefined;
  const made = readCall(before, source);
  return made.method === 'Path' ? stringOf(made.positional[0], source) : undefined;
}
