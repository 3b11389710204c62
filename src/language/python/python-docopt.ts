/**
 * Arguments that docopt reads from the docstring of a program. Source: http://docopt.org. Only what is clear is read:
 * one usage pattern of options and positions, or patterns that begin with commands; alternatives are named.
 */
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import {
  listOf,
  longOption,
  nameOfOption,
  type ProgramArgument,
  type ProgramFinding,
  type ProgramReading,
} from '../program/program-argument.ts';
import { type ProgramCommand, readingOf } from '../program/program-command.ts';
import { plainSchema } from '../plain-schema.ts';
import { commandsOf, isPosition, OWN_OPTIONS, type Pattern, patternsOf } from './python-docopt-usage.ts';
import { docstringOf } from './python-docstring.ts';

interface Option {
  readonly names: readonly string[];
  readonly hasValue: boolean;
  readonly help: string;
  readonly start: string | undefined;
  /** By name in a pattern: then `[options]` does not stand for it, in any pattern. */
  readonly isMentioned?: boolean;
}

const REMEDY = 'Make a program of each, or use one pattern of options and positions.';
const COMMAND_REMEDY = 'Let commands come first in a pattern, and give each command one pattern.';
/** Of one program. */
const MOST_FINDINGS = 20;
const NOTHING: ProgramReading = { arguments: [], findings: [] };

export function readDocopt(source: string): ProgramReading {
  const doc = docstringOf(source);
  const patterns = doc === undefined ? [] : patternsOf(doc.text, doc.line);
  const [pattern, second] = patterns;
  if (doc === undefined || pattern === undefined) return NOTHING;
  const mentioned = new Set(patterns.flatMap(({ words }) => words.map((word) => word.split('=')[0])));
  const options = optionsOf(doc.text).map((option) => ({
    ...option,
    isMentioned: option.names.some((name) => mentioned.has(name)),
  }));
  if (patterns.some(({ words }) => commandsOf(words).paths.some(({ length }) => length > 0)))
    return readCommands(patterns, options);
  if (second !== undefined)
    return unclear(second.line, 'The usage text has more than one pattern; its arguments are no inputs.');
  const read = readWords(pattern.words, options);
  return typeof read === 'string' ? unclear(pattern.line, read) : { arguments: read, findings: [] };
}

function unclear(line: number, what: string): ProgramReading {
  return { arguments: [], findings: [{ line, what, remedy: REMEDY }] };
}

/** One command for each path of commands; a pattern that is not clear is no choice. */
function readCommands(patterns: readonly Pattern[], options: readonly Option[]): ProgramReading {
  const findings: ProgramFinding[] = [];
  const read = patterns.flatMap((pattern) => {
    const { paths, rest } = commandsOf(pattern.words);
    const found = readWords(rest, options);
    if (typeof found !== 'string') return paths.map((path) => ({ path, found, line: pattern.line }));
    findings.push({ line: pattern.line, what: `${found} The pattern is no choice.`, remedy: COMMAND_REMEDY });
    return [];
  });
  const root = newCommand('', patterns[0]?.line ?? 1);
  for (const { path, found, line } of read) {
    const mixed = mixedWith(path, found, read);
    const command = mixed === undefined ? commandAt(root, path, line) : undefined;
    if (command === undefined || command.isComplete) {
      const what = `The usage text has ${mixed ?? `two patterns of “${path.join(' ')}”`}; this one is no choice.`;
      findings.push({ line, what, remedy: COMMAND_REMEDY });
    } else Object.assign(command, { isComplete: true, arguments: found });
  }
  return readingOf(root, findings.slice(0, MOST_FINDINGS));
}

interface OpenCommand extends ProgramCommand {
  readonly commands: OpenCommand[];
}

function newCommand(word: string, line: number): OpenCommand {
  return { word, at: { line }, isComplete: false, arguments: [], commands: [] };
}

function commandAt(root: OpenCommand, path: readonly string[], line: number): OpenCommand {
  return path.reduce((command, word) => {
    const known = command.commands.find((each) => each.word === word);
    const next = known ?? newCommand(word, line);
    if (known === undefined) command.commands.push(next);
    return next;
  }, root);
}

/** Arguments of a command count for those below it, which in docopt have only their own. */
function mixedWith(
  path: readonly string[],
  found: readonly ProgramArgument[],
  all: readonly { readonly path: readonly string[] }[],
): string | undefined {
  const isAbove = all.some(
    ({ path: other }) => other.length > path.length && path.every((word, at) => other[at] === word),
  );
  if (found.length === 0 || !isAbove) return undefined;
  return path.length === 0 ? 'patterns with and without commands' : `commands below “${path.join(' ')}”`;
}

/** The lines that begin with a dash, and what follows them. */
function optionsOf(doc: string): Option[] {
  const parts = doc.split(/\n(?=[ \t]*-)/).slice(/^[ \t]*-/.test(doc) ? 0 : 1);
  return parts.map((part) => {
    const paragraph = (part.split(/\n[ \t]*\n/)[0] ?? '').trim();
    const [head = '', ...rest] = paragraph.split(/ {2,}|\n|\t/);
    const help = rest.join(' ').replace(/\s+/g, ' ').trim();
    const words = head.split(/[\s,=]+/).filter((word) => word !== '');
    return {
      names: words.filter((word) => word.startsWith('-')),
      hasValue: words.some((word) => !word.startsWith('-')),
      help: help.replace(/\s*\[default: [^\]]{0,200}\]/i, '').trim(),
      start: /\[default: ([^\]]{0,200})\]/i.exec(help)?.[1],
    };
  });
}

/** A text says why the pattern is not read. */
function readWords(words: readonly string[], options: readonly Option[]): ProgramArgument[] | string {
  const found = new Map<string, ProgramArgument>();
  let depth = 0;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const next = words[at + 1];
    if (word === '|') return 'The usage text has alternatives (|), which are no inputs.';
    if (word === '[' || word === ']') depth += word === '[' ? 1 : -1;
    else if (word === '[options]')
      for (const option of options.filter(({ isMentioned }) => !isMentioned)) add(found, optionArgument(option));
    else if (/^--?[\p{L}\p{N}]/u.test(word)) {
      const [name = '', value] = word.split('=');
      if (!name.startsWith('--') && name.length > 2)
        return `The usage text has short options in one word (${name}), which are no inputs.`;
      const known = options.find(({ names }) => names.includes(name));
      const isValue = value === undefined && known?.hasValue === true && isPosition(next);
      const option = known ?? { names: [name], hasValue: value !== undefined, help: '', start: undefined };
      add(found, optionArgument(option, depth === 0));
      if (isValue) at += 1;
    } else if (isPosition(word)) {
      const isMany = next === '...' || (next === ']' && words[at + 2] === '...');
      add(found, position(word, { isRequired: depth === 0, isMany, mayBeDashed: words.includes('--') }));
    } else if (!['(', ')', '...', '[', ']', '-', '--'].includes(word))
      return `The usage text has the command “${word}”, which is no input.`;
  }
  return [...found.values()];
}

function add(found: Map<string, ProgramArgument>, one: ProgramArgument | undefined): void {
  if (one !== undefined && !found.has(one.name)) found.set(one.name, one);
}

/** Where the pattern has no `[--]`, docopt takes what begins with a dash for an option, and `--` for a value. */
const UNDASHED: ParameterSchema = {
  pattern: '^(-?$|[^-])',
  'x-pattern-message': 'It must not begin with a dash: the usage text of the program has no [--].',
};

interface PositionTraits {
  readonly isRequired: boolean;
  readonly isMany: boolean;
  readonly mayBeDashed: boolean;
}

function position(word: string, { isRequired, isMany, mayBeDashed }: PositionTraits): ProgramArgument {
  const rule = mayBeDashed ? {} : UNDASHED;
  const name = nameOfOption(word.replace(/[<>]/g, '').replace(/\s+/g, '_')).toLowerCase();
  return {
    name,
    required: isRequired,
    form: isMany ? 'values' : 'value',
    schema: isMany
      ? listOf({ type: 'string', ...rule }, isRequired ? 1 : 0)
      : { type: isRequired ? 'string' : ['string', 'null'], ...rule },
    call: `the usage text’s ${word}`,
  };
}

/** Whole numbers are numbers, too: docopt gives the program a text, which it may read as either. */
function startOf(text: string): ParameterSchema {
  const { type, default: start } = plainSchema(text);
  return (type === 'integer' || type === 'number') && start !== undefined
    ? { type: 'number', default: start }
    : { type: 'string', default: text };
}

/** Undefined for what prints something and ends. */
function optionArgument({ names, hasValue, help, start }: Option, isRequired = false): ProgramArgument | undefined {
  const option = longOption(names);
  if (option === undefined || names.some((name) => OWN_OPTIONS.has(name))) return undefined;
  const description: ParameterSchema = help === '' ? {} : { description: help };
  const base = { name: nameOfOption(option), option, call: `the usage text’s ${option}` };
  if (!hasValue)
    return { ...base, required: false, form: 'flag', schema: { type: 'boolean', default: false, ...description } };
  const schema = start === undefined ? { type: 'string' as const } : startOf(start);
  const isOpen = start === undefined && !isRequired;
  return {
    ...base,
    required: isRequired && start === undefined,
    form: 'value',
    schema: { ...schema, ...(isOpen ? { type: ['string', 'null'] as const } : {}), ...description },
  };
}
