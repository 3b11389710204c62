/** Reviews JavaScript and TypeScript: what asks for input, is lost, or names places and secrets of others. */
import type { ReviewedInputs, ReviewFinding } from '../../domain/parameter/language.ts';
import { readJavascriptLiteral } from '../javascript/javascript-literal.ts';
import { javascriptRecoveryOf, parseJavascript } from '../javascript/javascript-tree.ts';
import { childrenOf, type Node, textOf } from '../syntax-tree.ts';
import { type CodeMark, reviewedSources, withLines } from './code-review.ts';
import { fileMentions, lostFileMark } from './file-mention.ts';
import { JAVASCRIPT_WORD, type Overwriting, overwrittenMark, overwrittenUnused } from './name-mention.ts';
import { PATH_REMEDY, pathProblem } from './path-text.ts';
import { isSecret, SECRET_REMEDY, secretForm } from './secret-text.ts';

const NO_INPUTS: ReviewedInputs = { names: [], cell: undefined };

const ASKING = /^(?:prompt|confirm|alert)$/;
const READING = /^(?:Deno\.stdin\.\w+|process\.stdin\.(?:on|once|read|setRawMode))$/;
const WRITING = /^(?:(?:writeTextFile|writeFile|appendFile|writeJson)(?:Sync)?|createWriteStream)$/;
const MOVING = /\bSCRIPT_RUNNER_OUTPUT_DIR\b|\bchdir\s*\(/;
const OPEN = /\b(?:eval|Function)\s*\(|\bglobalThis\b/;

type Mark = Omit<CodeMark, 'cell'>;

/** By cell, in the order of the code; at most 20 of each kind. Never throws. */
export function reviewJavascript(written: readonly string[], inputs = NO_INPUTS): ReviewFinding[] {
  const sources = reviewedSources(written, javascriptRecoveryOf);
  const marks: CodeMark[] = [];
  const places: Overwriting[] = [];
  const names = new Set(inputs.names);
  const isMoved = sources.some((source) => MOVING.test(source));
  const own = new Set(
    sources.flatMap((source) => [...source.matchAll(/\bfunction\s+(\w{1,100})/g)].map(([, name]) => name)),
  );
  const mentions = fileMentions(sources);
  for (const [cell, source] of sources.entries()) {
    const { topNode } = parseJavascript(source);
    topNode.cursor().iterate(({ node }) => {
      for (const mark of marksOf(node, source, own)) marks.push({ ...mark, cell });
      const path = isMoved ? undefined : writtenPath(node, source);
      const lost = path === undefined ? undefined : lostFileMark(path, () => ', write it to');
      if (lost === undefined || mentions(lost.name) > 1) return;
      const { name: _, ...mark } = lost;
      marks.push({ ...mark, cell, from: node.from });
    });
    if (inputs.cell !== undefined && cell > inputs.cell)
      places.push(...assignmentsOf(topNode, { source, cell }, names));
  }
  if (inputs.cell !== undefined)
    for (const found of overwrittenUnused(places, sources, { at: inputs.cell, open: OPEN, words: JAVASCRIPT_WORD }))
      marks.push(overwrittenMark(found));
  return withLines(marks, sources);
}

function marksOf(node: Node, source: string, own: ReadonlySet<string | undefined>): Mark[] {
  switch (node.name) {
    case 'CallExpression': {
      const name = node.firstChild === null ? '' : textOf(node.firstChild, source).replace(/\s/g, '').slice(0, 200);
      const asks = (ASKING.test(name) && !own.has(name)) || READING.test(name);
      return asks ? [asking(node.from, name)] : [];
    }
    case 'String':
    case 'TemplateString':
      return textMarks(node, source);
    case 'VariableDeclaration':
    case 'AssignmentExpression':
    case 'Property':
    case 'PropertyDeclaration':
      return secretsOf(node, source);
    default:
      return [];
  }
}

function asking(from: number, name: string): Mark {
  const what = `${name}() waits for somebody to type, and nobody can in a run.`;
  return {
    from,
    code: 'asks-for-input',
    what,
    remedy: 'Make it an input: let name = "…" in the cell tagged parameters.',
  };
}

function secret(from: number, what: string): Mark {
  return { from, code: 'secret-in-source', what, remedy: SECRET_REMEDY };
}

function textMarks(node: Node, source: string): Mark[] {
  const text =
    literalOf(node, source) ??
    textOf(node, source)
      .slice(1)
      .replace(/\$\{[\s\S]*$/, '…');
  const form = secretForm(text);
  if (form !== undefined) return [secret(node.from, `The code contains ${form}.`)];
  const what = pathProblem(text);
  return what === undefined ? [] : [{ from: node.from, code: 'absolute-path', what, remedy: PATH_REMEDY }];
}

function literalOf(node: Node | null | undefined, source: string): string | undefined {
  if (node?.name !== 'String' && node?.name !== 'TemplateString') return undefined;
  const value = readJavascriptLiteral(node, source)?.value;
  return typeof value === 'string' ? value : undefined;
}

/** `let name = "text"`, `a.name = "text"`, `{name: "text"}`. */
function secretsOf(node: Node, source: string): Mark[] {
  const children = childrenOf(node).filter(({ name }) => name !== 'TypeAnnotation');
  return children.flatMap((value, at) => {
    const [key, sign] = [children[at - 2], children[at - 1]];
    const text = sign?.name === 'Equals' || sign?.name === ':' ? literalOf(value, source) : undefined;
    const name = key === undefined ? '' : nameOf(key, source);
    return text !== undefined && isSecret(snakeCase(name), text)
      ? [secret(value.from, `The code contains a secret: the text of “${name}”.`)]
      : [];
  });
}

function nameOf(key: Node, source: string): string {
  const last =
    key.name === 'MemberExpression'
      ? childrenOf(key).findLast(({ name }) => /^(?:PropertyName|String)$/.test(name))
      : key;
  if (last === undefined) return '';
  return literalOf(last, source) ?? textOf(last, source).slice(0, 200);
}

/** `apiKey` is `api_key` elsewhere. */
function snakeCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '_');
}

function writtenPath(node: Node, source: string): string | undefined {
  if (node.name !== 'CallExpression') return undefined;
  const called = node.firstChild?.name === 'MemberExpression' ? node.firstChild.lastChild : node.firstChild;
  if (called === null || !WRITING.test(textOf(called, source))) return undefined;
  return literalOf(node.getChild('ArgList')?.firstChild?.nextSibling, source);
}

/** Assignments at top level, and declarations that replace the input. */
function assignmentsOf(
  top: Node,
  { source, cell }: { readonly source: string; readonly cell: number },
  names: ReadonlySet<string>,
): Overwriting[] {
  const found: Overwriting[] = [];
  for (const statement of childrenOf(top)) {
    const node = statement.name === 'ExpressionStatement' ? statement.firstChild : statement;
    if (node?.name !== 'AssignmentExpression' && node?.name !== 'VariableDeclaration') continue;
    const children = childrenOf(node).filter(({ name }) => name !== 'TypeAnnotation');
    for (const [at, target] of children.entries()) {
      const [sign, value] = [children[at + 1], children[at + 2]];
      if (!/^Variable(?:Name|Definition)$/.test(target.name) || sign?.name !== 'Equals' || value === undefined)
        continue;
      const name = textOf(target, source);
      if (names.has(name)) found.push({ name, cell, from: target.from, value: textOf(value, source) });
    }
  }
  return found;
}
