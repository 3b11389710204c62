/** Arguments and commands of Python's argparse. Source: https://docs.python.org/3/library/argparse.html */
import type { ProgramArgument, ProgramFinding, ProgramReading } from '../program/program-argument.ts';
import { type ProgramCommand, readingOf } from '../program/program-command.ts';
import { readArgument } from './python-argparse-argument.ts';
import { type Declared, type Parser, readParsers } from './python-argparse-parser.ts';
import { type Call, constantsOf } from './python-call.ts';

interface Read {
  readonly declared: Declared;
  readonly argument: ProgramArgument | string | undefined;
}

/** Deeper ones are named by `readingOf`. */
const MOST_DEPTH = 6;

interface Reading {
  /** A text says why it is no input. */
  readonly read: (declared: Declared) => ProgramArgument | string | undefined;
  readonly findings: Map<string, ProgramFinding>;
}

export function readArgparse(source: string, mostChars: number): ProgramReading {
  if (!source.includes('add_')) return { arguments: [], findings: [] };
  const constants = constantsOf([source], mostChars);
  const { program, isWhole } = readParsers(source, constants);
  const known = new Map<Call, ProgramArgument | string | undefined>();
  const read = ({ call }: Declared) => {
    if (!known.has(call)) known.set(call, readArgument(call, constants));
    return known.get(call);
  };
  const reading: Reading = { read, findings: new Map() };
  const command = commandOf(program, reading, 0);
  if (!isWhole)
    addFinding(reading, 1, 'The program is too long: not all of its arguments are read.', 'Make it shorter.');
  const findings = [...reading.findings.values()].sort((a, b) => a.line - b.line);
  return readingOf(command, findings, program.subparsers[0]?.name);
}

function commandOf(parser: Parser, reading: Reading, depth: number): ProgramCommand {
  const { word = '', help, at, declared, subparsers } = parser;
  const all = declared.map((each): Read => ({ declared: each, argument: reading.read(each) }));
  for (const { declared: each, argument } of all)
    if (typeof argument === 'string') addFinding(reading, each.call.line, `This argument is no input: ${argument}.`);
  const parsers = subparsers.flatMap((each) => each.parsers);
  for (const each of parsers)
    if (each.word === undefined) addFinding(reading, each.at.line, 'This command is no choice: its name is computed.');
  const named = depth < MOST_DEPTH ? parsers.filter((each) => each.word !== undefined) : [];
  return {
    ...{ word, help, at },
    isComplete: parsers.length === 0 || !subparsers.some(({ isRequired }) => isRequired),
    arguments: all.flatMap((one) => withGroup(one, all)),
    commands: named.map((each) => commandOf(each, reading, depth + 1)),
  };
}

/** Code that is followed twice is named once. */
function addFinding({ findings }: Reading, line: number, what: string, remedy = 'Write it as a literal.'): void {
  findings.set(`${line} ${what}`, { line, what, remedy });
}

function withGroup({ declared, argument }: Read, all: readonly Read[]): ProgramArgument[] {
  if (typeof argument !== 'object') return [];
  const { group, rivalry } = declared;
  const rivals = all.flatMap(({ declared: other, argument: one }) =>
    rivalry !== undefined && other.rivalry === rivalry && typeof one === 'object' ? [one.name] : [],
  );
  const only = rivals.length === 0 ? [] : [`Give only one of ${rivals.join(', ')}.`];
  const description = [argument.schema.description ?? '', ...only].join(' ').trim();
  const schema = {
    ...argument.schema,
    ...(group === undefined ? {} : { 'x-group': group }),
    ...(description === '' ? {} : { description }),
  };
  return [{ ...argument, schema }];
}
