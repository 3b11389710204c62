/** Plain programs in Bash: their arguments as inputs, and how the kernel runs them: in a shell of their own. */
import { passwordVariable } from '../../domain/parameter/password-variable.ts';
import type { RunValues } from '../../domain/parameter/language.ts';
import { quoteBash } from './bash-string.ts';
import { calledBy, findProgram, reviewOf } from '../program/program.ts';
import type { ProgramArgument, ProgramReading } from '../program/program-argument.ts';
import { programWords, type ProgramWord } from '../program/program-word.ts';

const find = (cells: readonly string[]) => findProgram(cells, readGetopts);

export const readBashProgram = (cells: readonly string[]) => calledBy(find(cells));
export const reviewBashProgram = (cells: readonly string[]) => reviewOf(find(cells));

/** What is executed in place of the program. */
export const RUN_BASH_PROGRAM = 'script_runner_program';

const GETOPTS = /^[ \t]*(?:while[ \t]+)?getopts[ \t]+(["']?)(:?(?:[A-Za-z0-9]:?)+)\1[ \t]/gm;

/** `getopts "n:v"`: the letters are the inputs, but for help; more than one of them is not read. */
function readGetopts(source: string): ProgramReading {
  const [first, second] = [...source.matchAll(GETOPTS)];
  if (first === undefined) return { arguments: [], findings: [] };
  if (second !== undefined) {
    const line = source.slice(0, second.index).split('\n').length;
    const what = 'The program uses getopts more than once; its options are no inputs.';
    const remedy = 'Declare them in its block: arguments = [{option = "-n"}].';
    return { arguments: [], findings: [{ line, what, remedy }] };
  }
  const letters = [...(first[2] ?? '').replace(/^:/, '').matchAll(/([A-Za-z0-9])(:?)/g)];
  return { arguments: letters.flatMap(([, letter = '', sign]) => readLetter(letter, sign === ':')), findings: [] };
}

function readLetter(letter: string, hasValue: boolean): ProgramArgument[] {
  const base = { name: letter, option: `-${letter}`, required: false, call: `getopts “${letter}”` };
  if (hasValue) return [{ ...base, form: 'value', schema: { type: ['string', 'null'] } }];
  return letter === 'h' ? [] : [{ ...base, form: 'flag', schema: { type: 'boolean', default: false } }];
}

/** Characters of one line of the source: the kernel types it into a terminal. */
const LINE_CHARS = 300;

/**
 * Defines the function that runs the program. It runs the file beside it, or a copy of the text where the file is
 * another one now or is missing, so that `$0` and `BASH_SOURCE` are what the program knows.
 */
export function bashProgramSource(cells: readonly string[], run: RunValues): string | undefined {
  const found = find(cells);
  if (found === undefined) return undefined;
  const { passwords } = run;
  const words = programWords(found.arguments, run.values, { joins: false, passwords });
  return [
    'script_runner_text= script_runner_words=()',
    ...piecesOf(found.source).map((piece) => `script_runner_text+=${quoteBash(piece)}`),
    ...words.map((word) => `script_runner_words+=(${writeWord(word)})`),
    `script_runner_name=${quoteBash(found.name)}`,
    [
      `${RUN_BASH_PROGRAM}() {`,
      'local file="./$script_runner_name" folder= code;',
      'if [ "$(cat -- "$file" 2>/dev/null; echo x)" != "${script_runner_text}x" ]; then',
      'folder=$(mktemp -d) && file="$folder/$script_runner_name" && printf %s "$script_runner_text" > "$file"; fi;',
      'bash "$file" "${script_runner_words[@]}" < /dev/null; code=$?;',
      'if [ -n "$folder" ]; then rm -rf "$folder"; fi; return $code; }',
    ].join(' '),
  ].join('\n');
}

function piecesOf(text: string): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${LINE_CHARS}}`, 'gu')) ?? [];
}

function writeWord({ text, password }: ProgramWord): string {
  const plain = text === '' && password !== undefined ? '' : quoteBash(text);
  return password === undefined ? plain : `${plain}"$${passwordVariable(password)}"`;
}
