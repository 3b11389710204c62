/** Reviews the Bash code of a script: what asks for input, is lost, or names places and secrets of others. */
import { type Command, forEachChild, parse, type Redirection, type SyntaxNode, type Word } from 'unbash';
import type { ReviewedInputs, ReviewFinding } from '../../domain/parameter/language.ts';
import { type CodeMark, reviewedSources, withLines } from './code-review.ts';
import { fileMentions, lostFileMark } from './file-mention.ts';
import { type Overwriting, overwrittenMark, overwrittenUnused, SHELL_WORD } from './name-mention.ts';
import { PATH_REMEDY, pathProblem } from './path-text.ts';
import { isSecret, SECRET_REMEDY, secretForm } from './secret-text.ts';

const MOST_DEPTH = 100;
const NO_INPUTS: ReviewedInputs = { names: [], cell: undefined };
/** Code behind which a variable may be used without being named. */
const OPEN = /(?<![\w-])(?:eval|source|export|declare|set|env|printenv)(?![\w-])|^[ \t]*\.\s|\$\{!/m;
/** Parts of paths and of values that only a run can tell. */
const COMPUTED = /[$`*?]/;

/** By cell, in the order of the code; at most 20 of each kind. Never throws. */
export function reviewBash(written: readonly string[], inputs = NO_INPUTS): ReviewFinding[] {
  const sources = reviewedSources(written);
  const marks: CodeMark[] = [];
  const places: Overwriting[] = [];
  const names = new Set(inputs.names);
  const isMoved = sources.some((source) => /\bSCRIPT_RUNNER_OUTPUT_DIR\b|^[ \t]*(?:cd|pushd)\b/m.test(source));
  const mentions = fileMentions(sources);
  for (const [cell, source] of sources.entries()) {
    const add = (from: number, mark: Omit<CodeMark, 'cell' | 'from'>) => marks.push({ ...mark, cell, from });
    // what is nested in brackets is parsed within what is around it
    if (hasDeepBrackets(source)) continue;
    const script = parse(source);
    if (inputs.cell !== undefined && cell > inputs.cell) places.push(...assignmentsOf(script, cell, names));
    // a program whose whole input is a file gives it to each command
    const hasInput = /^[ \t]*exec\b[^\n]*</m.test(source);
    visit(script, hasInput, (node, isGiven) => {
      if (node.type === 'Select' && !isGiven) add(node.pos, asking('select'));
      if (node.type === 'Command' && asks(node) && !isGiven) add(node.pos, asking('read'));
      for (const { from, path } of isMoved ? [] : writtenFiles(node)) {
        const lost = lostFileMark(path, () => ', write it to');
        if (lost === undefined || mentions(lost.name) > 1) continue;
        const { name: _, ...mark } = lost;
        add(from, mark);
      }
      for (const { from, ...mark } of textMarks(node)) add(from, mark);
    });
  }
  if (inputs.cell !== undefined && !/\b(?:export|declare|set)\b/.test(sources[inputs.cell] ?? ''))
    for (const found of overwrittenUnused(places, sources, { at: inputs.cell, open: OPEN, words: SHELL_WORD }))
      marks.push(overwrittenMark(found));
  return withLines(marks, sources);
}

function asking(what: string) {
  return {
    code: 'asks-for-input' as const,
    what: `${what} waits for somebody to type, and nobody can in a run.`,
    remedy: 'Make it an input: assign a default in the cell tagged parameters, or declare an argument in the block.',
  };
}

/** `isGiven`: its standard input comes from a file, a text or another command, or may do so. */
function visit(node: SyntaxNode, isGiven: boolean, look: (node: SyntaxNode, isGiven: boolean) => void): void {
  const own = isGiven || (node.type === 'Redirected' && node.redirects.some(givesInput)) || node.type === 'Function';
  look(node, own);
  let isPiped = false;
  forEachChild(node, (child) => {
    visit(child, own || isPiped, look);
    isPiped ||= node.type === 'Pipeline';
  });
}

function givesInput(redirect: Redirection): boolean {
  return redirect.operator.startsWith('<');
}

/** `read` from the standard input, which no option or redirection replaces. */
function asks({ name, args, redirects }: Command): boolean {
  if (name?.value !== 'read' || redirects.some(givesInput)) return false;
  return !args.some((word) => word.type === 'Word' && /^-[a-zA-Z]*[ut]/.test(word.value));
}

interface Written {
  readonly from: number;
  readonly path: string;
}

/** Files that redirections, `tee`, `curl -o` and `wget -O` write. */
function writtenFiles(node: SyntaxNode): Written[] {
  if (node.type === 'Redirect')
    return node.target !== undefined && /^(?:&?>{1,2}|>\|)$/.test(node.operator) ? pathOf(node.target) : [];
  if (node.type !== 'Command') return [];
  const words = node.args.filter((word) => word.type === 'Word');
  const name = node.name?.value;
  if (name === 'tee') return words.filter(({ value }) => !value.startsWith('-')).flatMap(pathOf);
  const option = name === 'curl' ? /^(?:-o|--output)$/ : name === 'wget' ? /^(?:-O|--output-document)$/ : undefined;
  const at = option === undefined ? -1 : words.findIndex(({ value }) => option.test(value));
  const target = at < 0 ? undefined : words[at + 1];
  return target === undefined ? [] : pathOf(target);
}

function pathOf(word: Word): Written[] {
  return COMPUTED.test(word.text) ? [] : [{ from: word.pos, path: word.value }];
}

function textMarks(node: SyntaxNode): Omit<CodeMark, 'cell'>[] {
  if (node.type === 'Assignment') {
    const { name, value, pos } = node;
    return value.type === 'Word' && !COMPUTED.test(value.text) && isSecret(name, value.value)
      ? [secret(pos, `The code contains a secret: the text of “${name}”.`)]
      : [];
  }
  if (node.type === 'HereDocBody') {
    const form = secretForm(node.text);
    return form === undefined ? [] : [secret(node.pos, `The code contains ${form}.`)];
  }
  if (node.type === 'Command') return optionMarks(node);
  return node.type === 'Word' ? wordMarks(node) : [];
}

function wordMarks({ value, text, pos }: Word): Omit<CodeMark, 'cell'>[] {
  const form = secretForm(value);
  if (form !== undefined) return [secret(pos, `The code contains ${form}.`)];
  // `--in=/home/ana/x.csv`
  const [, path = value] = /^--?[\w-]+=([\s\S]*)$/.exec(value) ?? [];
  const what = pathProblem(path) ?? (text.startsWith('"') ? pathProblem(path.split(/[$`]/)[0] ?? '') : undefined);
  return what === undefined ? [] : [{ from: pos, code: 'absolute-path', what, remedy: PATH_REMEDY }];
}

/** `--password=secret` and `--password secret`. */
function optionMarks({ args }: Command): Omit<CodeMark, 'cell'>[] {
  return args.flatMap((word, at) => {
    const [, option = '', joined] = /^--([\w-]+)(?:=([\s\S]*))?$/.exec(word.type === 'Word' ? word.value : '') ?? [];
    const next = args[at + 1];
    const text = joined ?? (next?.type === 'Word' && !COMPUTED.test(next.text) ? next.value : '');
    const isLiteral = word.type === 'Word' && !COMPUTED.test(word.text) && !text.startsWith('-');
    return isLiteral && isSecret(option.replaceAll('-', '_'), text)
      ? [secret(word.pos, `The code contains a secret: the text of “--${option}”.`)]
      : [];
  });
}

function secret(from: number, what: string): Omit<CodeMark, 'cell'> {
  return { from, code: 'secret-in-source', what, remedy: SECRET_REMEDY };
}

/** Assignments at top level, which are all that a line does. */
function assignmentsOf(script: ReturnType<typeof parse>, cell: number, names: ReadonlySet<string>): Overwriting[] {
  return script.commands.flatMap(({ command }) => {
    if (command.type !== 'Command' || command.name !== undefined) return [];
    return command.prefix.flatMap((one) =>
      one.type === 'Assignment' && one.append !== true && one.index === undefined && names.has(one.name)
        ? [{ name: one.name, cell, from: one.pos, value: one.text.slice(one.name.length + 1) }]
        : [],
    );
  });
}

function hasDeepBrackets(source: string): boolean {
  let depth = 0;
  for (const [sign] of source.matchAll(/[()[\]{}]/g)) {
    depth = Math.max(0, depth + (/[([{]/.test(sign) ? 1 : -1));
    if (depth > MOST_DEPTH) return true;
  }
  return false;
}
