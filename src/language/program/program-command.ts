/**
 * Commands of a program (`tool db migrate --steps 2`): the command is one input, and the arguments of each command are
 * inputs that appear when it is chosen.
 */
import { labelOf } from '../../domain/parameter/form.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import type { CommandWord, ProgramArgument, ProgramFinding, ProgramReading } from './program-argument.ts';

export interface ProgramCommand {
  /** The word on the command line; empty for the program itself. */
  readonly word: string;
  /** Where versions of the parser of arguments use another word: the older one. */
  readonly oldWord?: string;
  readonly help?: string;
  /** Where it is declared, from 1. */
  readonly at: { readonly line: number };
  /** False: one of its commands must follow. */
  readonly isComplete: boolean;
  readonly arguments: readonly ProgramArgument[];
  readonly commands: readonly ProgramCommand[];
}

const WORD = /^\S{1,200}$/;
const MOST_COMMANDS = 100;
const MOST_DEPTH = 5;
const MOST_LABEL_CHARS = 100;
const MOST_ARGUMENTS = 1000;
/** Of one kind. */
const MOST_FINDINGS = 20;

interface Placed {
  readonly command: ProgramCommand;
  /** The commands from the program to this one, without the program. */
  readonly path: readonly ProgramCommand[];
}

/**
 * The program's arguments, with those of its commands; `input`: the name that the program itself has for its command. A
 * program without commands has its arguments alone.
 */
export function readingOf(
  program: ProgramCommand,
  findings: readonly ProgramFinding[],
  input = 'command',
): ProgramReading {
  if (program.commands.length === 0) return { arguments: program.arguments, findings };
  const all = placesOf({ command: program, path: [] });
  const placed = all.slice(0, MOST_COMMANDS);
  const choices = placed.filter(({ command, path }) => path.length > 0 && command.isComplete);
  if (choices.length === 0) return { arguments: program.arguments, findings };
  const name = freeName(input, program.arguments);
  const unclear = new Set(placed.flatMap(({ command }) => command.arguments.filter((one) => isUnclear(one, command))));
  const arguments_ = [
    choiceOf(name, choices, program),
    ...placed.flatMap(({ command, path }) =>
      command.arguments
        .filter((one) => !unclear.has(one))
        .map((one) => (path.length === 0 ? one : within(one, { path, input: name, choices }))),
    ),
  ];
  return {
    arguments: arguments_.slice(0, MOST_ARGUMENTS),
    findings: [
      ...findings,
      ...boundFindings(all, placed, arguments_.length),
      ...[...unclear].slice(0, MOST_FINDINGS).map(({ call, at }) => ({
        line: (at ?? program.at).line,
        what: `${call} is no input: nothing on the command line says where its values end and the command begins.`,
        remedy: 'Move it to the commands, or give it one value.',
      })),
    ],
    commands: { input: name, words: Object.fromEntries(choices.map(({ path }) => [choiceText(path), wordsOf(path)])) },
  };
}

/** Each command comes after the one that it belongs to. */
function placesOf({ command, path }: Placed): Placed[] {
  const below = path.length < MOST_DEPTH ? command.commands : [];
  // of two with the same name the later one counts, as for the parsers of arguments
  const byWord = new Map(below.filter(({ word }) => WORD.test(word)).map((each) => [each.word, each]));
  return [
    { command, path },
    ...[...byWord.values()].flatMap((each) => placesOf({ command: each, path: [...path, each] })),
  ];
}

function boundFindings(all: readonly Placed[], placed: readonly Placed[], count: number): ProgramFinding[] {
  const remedy = 'Make several programs of it.';
  const after = all[placed.length];
  const deep = placed.find(({ command, path }) => path.length === MOST_DEPTH && command.commands.length > 0);
  const odd = placed.flatMap(({ command }) => command.commands).find(({ word }) => !WORD.test(word));
  return [
    ...(after === undefined
      ? []
      : [
          {
            line: after.command.at.line,
            what: `The program has more than ${MOST_COMMANDS} commands; those from “${after.command.word}” on are no choices.`,
            remedy,
          },
        ]),
    ...(deep === undefined
      ? []
      : [
          {
            line: deep.command.at.line,
            what: `Commands are nested more than ${MOST_DEPTH} levels deep; those of “${choiceText(deep.path)}” are no choices.`,
            remedy,
          },
        ]),
    ...(odd === undefined
      ? []
      : [
          {
            line: odd.at.line,
            what: `The command “${odd.word.slice(0, 200)}” is no choice.`,
            remedy: 'Give it a name without blanks, of at most 200 characters.',
          },
        ]),
    ...(count <= MOST_ARGUMENTS
      ? []
      : [
          {
            line: 1,
            what: `The program has ${count} arguments; the first ${MOST_ARGUMENTS} are inputs.`,
            remedy,
          },
        ]),
  ];
}

/** Of a command that is followed by another one: values without a fixed number would take its name. */
function isUnclear({ form, schema, option, required }: ProgramArgument, { commands }: ProgramCommand): boolean {
  if (commands.length === 0) return false;
  if (form === 'values') return schema.minItems === undefined || schema.minItems !== schema.maxItems;
  return option === undefined && !required && schema.default === undefined;
}

function freeName(wanted: string, others: readonly ProgramArgument[]): string {
  const isFree = (name: string) => !others.some((other) => other.name === name);
  const numbered = others.map((_, at) => `${wanted}_${at + 2}`);
  return [wanted, ...numbered].find(isFree) ?? wanted;
}

function choiceOf(name: string, choices: readonly Placed[], program: ProgramCommand): ProgramArgument {
  const texts = choices.map(({ path }) => choiceText(path));
  const labels = choices.map(({ command: { help = '' } }, at) =>
    help === '' ? texts[at] : labelWith(texts[at], help),
  );
  const isOptional = program.isComplete;
  const schema: ParameterSchema = {
    type: isOptional ? ['string', 'null'] : 'string',
    enum: isOptional ? [...texts, null] : texts,
    ...(labels.every((label, at) => label === texts[at]) ? {} : { 'x-labels': labels as string[] }),
  };
  return { name, schema, required: !isOptional, form: 'value', isCommand: true, call: 'the commands of the program' };
}

function labelWith(text = '', help: string): string {
  const first = help.trim().split(/\n\s*\n|(?<=[.!?])\s/)[0] ?? '';
  const whole = `${text}: ${first.replace(/\s+/g, ' ').replace(/\.$/, '')}`;
  return whole.length > MOST_LABEL_CHARS ? `${whole.slice(0, MOST_LABEL_CHARS - 1)}…` : whole;
}

/** The same name in two commands is two inputs; a name stays the same when other commands come and go. */
function within(
  argument: ProgramArgument,
  { path, input, choices }: { path: readonly ProgramCommand[]; input: string; choices: readonly Placed[] },
): ProgramArgument {
  const { schema, name } = argument;
  const group = schema['x-group'];
  const text = choiceText(path);
  const chosen = choices.filter(({ path: other }) => path.every((each, at) => other[at] === each));
  return {
    ...argument,
    name: `${path.map(({ word }) => word).join('.')}.${name}`,
    command: path.map(({ word }) => word),
    schema: {
      title: labelOf(name),
      ...schema,
      'x-group': group === undefined ? text : `${text}: ${group}`,
      'x-visible-when': { [input]: chosen.map(({ path: other }) => choiceText(other)) },
    },
  };
}

function choiceText(path: readonly ProgramCommand[]): string {
  return path.map(({ word }) => word).join(' ');
}

function wordsOf(path: readonly ProgramCommand[]): CommandWord[] {
  return path.map(({ word, oldWord }) => (oldWord === undefined ? word : { word, old: oldWord }));
}
