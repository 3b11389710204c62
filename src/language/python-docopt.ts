/**
 * Arguments that docopt reads from the docstring of a program. Source: http://docopt.org. Only what is clear is read:
 * one usage pattern of options and positions; commands and alternatives are named.
 */
import type { ParameterSchema } from '../domain/parameter/parameter.ts';
import { listOf, longOption, nameOfOption, type ProgramArgument, type ProgramReading } from './program-argument.ts';
import { plainSchema } from './plain-schema.ts';
import { docstringOf } from './python-docstring.ts';

interface Option {
  readonly names: readonly string[];
  readonly hasValue: boolean;
  readonly help: string;
  readonly start: string | undefined;
}

/** Options of the usage text that are given anyway, and what stands there. */
interface Usage {
  readonly words: readonly string[];
  /** From 1. */
  readonly line: number;
}

const OWN = new Set(['--help', '-h', '--version']);
const REMEDY = 'Make a program of each, or use one pattern of options and positions.';
const NOTHING: ProgramReading = { arguments: [], findings: [] };

export function readDocopt(source: string): ProgramReading {
  const doc = docstringOf(source);
  const usage = doc === undefined ? undefined : usageOf(doc.text, doc.line);
  if (doc === undefined || usage === undefined) return NOTHING;
  if (typeof usage === 'number')
    return unclear(usage, 'The usage text has more than one pattern; its arguments are no inputs.');
  const options = optionsOf(doc.text);
  const read = readWords(usage.words, options);
  return typeof read === 'string' ? unclear(usage.line, read) : { arguments: read, findings: [] };
}

function unclear(line: number, what: string): ProgramReading {
  return { arguments: [], findings: [{ line, what, remedy: REMEDY }] };
}

/** The words of the only pattern; a line for the second of several. */
function usageOf(doc: string, from: number): Usage | number | undefined {
  const lines = doc.split('\n');
  const at = lines.findIndex((line) => /^\s*usage:/i.test(line));
  if (at < 0) return undefined;
  const behind = (lines[at] ?? '').replace(/^\s*usage:/i, '');
  const section = [behind, ...lines.slice(at + 1)];
  const end = section.findIndex((line, index) => index > 0 && line.trim() === '');
  const words = (end < 0 ? section : section.slice(0, end)).map((line) => wordsOf(line));
  const first = words.findIndex((line) => line.length > 0);
  const program = words[first]?.[0];
  if (program === undefined) return undefined;
  const second = words.findIndex((line, index) => index > first && line[0] === program);
  return second < 0 ? { words: words.flat().slice(1), line: from + at + first } : from + at + second;
}

function wordsOf(line: string): string[] {
  return line.match(/\[options\]|<[^<>]*>|\.\.\.|[[\]()|]|(?:(?!\.\.\.)[^\s[\]()|<>])+(?:<[^<>]*>)?|\S/g) ?? [];
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
    else if (word === '[options]') for (const option of options) add(found, optionArgument(option));
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
      add(found, position(word, depth === 0, isMany));
    } else if (!['(', ')', '...', '[', ']', '-', '--'].includes(word))
      return `The usage text has the command “${word}”, which is no input.`;
  }
  return [...found.values()];
}

function add(found: Map<string, ProgramArgument>, one: ProgramArgument | undefined): void {
  if (one !== undefined && !found.has(one.name)) found.set(one.name, one);
}

function isPosition(word: string | undefined): boolean {
  return word !== undefined && (/^<[^<>]+>$/.test(word) || /^[\p{Lu}][\p{Lu}\p{N}_-]*$/u.test(word));
}

function position(word: string, isRequired: boolean, isMany: boolean): ProgramArgument {
  const name = nameOfOption(word.replace(/[<>]/g, '').replace(/\s+/g, '_')).toLowerCase();
  return {
    name,
    required: isRequired,
    form: isMany ? 'values' : 'value',
    schema: isMany
      ? listOf({ type: 'string' }, isRequired ? 1 : 0)
      : { type: isRequired ? 'string' : ['string', 'null'] },
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
  if (option === undefined || names.some((name) => OWN.has(name))) return undefined;
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
