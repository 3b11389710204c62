/** Options, arguments and commands of Python's click. Source: https://click.palletsprojects.com/en/stable/commands/ */
import type { ProgramArgument, ProgramFinding, ProgramReading } from '../program/program-argument.ts';
import { type ProgramCommand, readingOf } from '../program/program-command.ts';
import { argument, type Call, callsOf, type Constants, constantsOf, textArgument } from './python-call.ts';
import { readClickArgument } from './python-click-argument.ts';
import { type DecoratedFunction, decoratedFunctions } from './python-decorated.ts';
import { docstringIn } from './python-docstring.ts';
import { parsePython } from './python-tree.ts';
import { childrenOf, textOf } from '../syntax-tree.ts';

const DECLARED = /(?:^|\bclick\.|@)(?:option|argument|password_option)(?:\s*\(|$)/;
const ADD_COMMAND = /\.add_command(?:\s*\(|$)/;
const OWN = /^(?:click\.)?(option|argument|password_option|command|group)$/;
/** What decorators of click add that is no input. */
const OTHER = /^(?:click\.)?(?:pass_\w+|version_option|help_option|confirmation_option)$/;
/** More commands than are choices, so that `readingOf` can say so. */
const MOST_COMMANDS = 200;
const MOST_DEPTH = 6;

interface Group {
  /** Each with the word by which it was added, if any. */
  readonly commands: { readonly name: string; readonly word?: string | undefined; readonly at: Call }[];
}

interface Reading {
  readonly functions: ReadonlyMap<string, DecoratedFunction>;
  readonly groups: ReadonlyMap<string, Group>;
  readonly constants: Constants;
  /** The options that a decorator of the program's own adds, by its name. */
  readonly shared: (name: string) => readonly ProgramArgument[];
  readonly findings: ProgramFinding[];
  /** Commands that may still be read. */
  left: number;
}

export function readClick(source: string, mostChars: number): ProgramReading {
  // a decorator is no call: without its sign it is one
  const plain = source.replace(/^([ \t]*)@(?=(?:click\.)?(?:option|argument|password_option)\s*\()/gm, '$1');
  const constants = constantsOf([plain], mostChars);
  const functions = new Map(decoratedFunctions(source).map((each) => [each.name, each]));
  const groups = groupsOf(functions, callsOf([source], ADD_COMMAND, mostChars), constants);
  const program = programOf(groups, source);
  if (program === undefined) {
    const calls = callsOf([plain], DECLARED, mostChars);
    return { arguments: calls.flatMap((call) => readClickArgument(call, constants) ?? []), findings: [] };
  }
  const shared = sharedOptions(plain, constants);
  const reading: Reading = { functions, groups, constants, shared, findings: [], left: MOST_COMMANDS };
  const command = commandOf(program, { word: '', depth: 0 }, reading);
  return command === undefined ? { arguments: [], findings: [] } : readingOf(command, reading.findings);
}

/** The commands of each group, by the name of its function. */
function groupsOf(
  functions: ReadonlyMap<string, DecoratedFunction>,
  added: readonly Call[],
  constants: Constants,
): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const { name, decorators } of functions.values())
    if (decorators.some(({ called }) => /(?:^|\.)group$/.test(called))) groups.set(name, { commands: [] });
  for (const { name, decorators } of functions.values())
    for (const decorator of decorators) {
      const [, owner = ''] = /^(\w+)\.(?:command|group)$/.exec(decorator.called) ?? [];
      if (owner !== 'click') groups.get(owner)?.commands.push({ name, at: decorator });
    }
  for (const call of added) {
    const [node] = call.values;
    const name = node?.name === 'VariableName' ? textOf(node, call.source) : '';
    const word = textArgument(call, 1, 'name', constants);
    groups.get(call.called.replace(ADD_COMMAND, ''))?.commands.push({ name, word, at: call });
  }
  return groups;
}

/** The group that the program calls; of several that belong to no other. */
function programOf(groups: ReadonlyMap<string, Group>, source: string): string | undefined {
  const inner = new Set([...groups.values()].flatMap(({ commands }) => commands.map(({ name }) => name)));
  const roots = [...groups.keys()].filter((name) => !inner.has(name));
  const called = new Set([...source.matchAll(/^[ \t]*(?:sys\.exit\()?(\w{1,200})\(/gm)].map(([, name]) => name));
  return roots.find((name) => called.has(name)) ?? roots[0] ?? [...groups.keys()][0];
}

/** Undefined for one that cannot be read, which is named. `word`: empty for the program, undefined for its own. */
function commandOf(
  name: string,
  { word, depth, at }: { readonly word: string | undefined; readonly depth: number; readonly at?: Call },
  reading: Reading,
): ProgramCommand | undefined {
  const { functions, groups, constants, findings } = reading;
  const found = functions.get(name);
  const declared = found?.decorators.find(({ called }) => /(?:^|\.)(?:command|group)$/.test(called));
  reading.left -= 1;
  if (reading.left < 0 || depth > MOST_DEPTH) return undefined;
  if (found === undefined || declared === undefined) {
    const what = `The command “${name}” is no choice: it is not a function of this file that click makes a command.`;
    findings.push({ line: at?.line ?? 1, what, remedy: 'Define it in this file with @click.command().' });
    return undefined;
  }
  const help = textArgument(declared, -1, 'help', constants) ?? docstringIn(found.node, declared.source);
  const commands = groups.get(name)?.commands ?? [];
  return {
    ...(word === undefined ? wordsOf(name, textArgument(declared, 0, 'name', constants)) : { word }),
    help: (help ?? '').split('\f')[0] ?? '',
    at: declared,
    isComplete: !groups.has(name) || argument(declared, -1, 'invoke_without_command', constants)?.value === true,
    arguments: found.decorators.flatMap((decorator) => argumentsOf(decorator, reading)),
    commands: commands.flatMap(
      (each) => commandOf(each.name, { word: each.word, depth: depth + 1, at: each.at }, reading) ?? [],
    ),
  };
}

function argumentsOf(decorator: Call, { constants, shared }: Reading): readonly ProgramArgument[] {
  const { called, values, source } = decorator;
  const [, own] = OWN.exec(called) ?? [];
  if (own !== undefined)
    return /^(?:command|group)$/.test(own) ? [] : [readClickArgument(decorator, constants) ?? []].flat();
  if (OTHER.test(called) || /\.(?:command|group)$/.test(called)) return [];
  return [called, ...values.map((node) => textOf(node, source))].flatMap((name) => shared(name));
}

/** Since 8.2 the end of a function's name is left out; an explicit name is always used. */
function wordsOf(name: string, given: string | undefined): Pick<ProgramCommand, 'word' | 'oldWord'> {
  if (given !== undefined) return { word: given };
  const word = name.toLowerCase().replaceAll('_', '-');
  const short = word.replace(/-(?:command|cmd|group|grp)$/, '');
  return short === word ? { word } : { word: short, oldWord: word };
}

/** What top-level functions and variables of these names declare: `@common`, `options = [click.option(…), …]`. */
function sharedOptions(plain: string, constants: Constants): Reading['shared'] {
  const places = new Map<string, string>();
  for (const node of childrenOf(parsePython(plain).topNode)) {
    const name = node.name === 'FunctionDefinition' ? node.getChild('VariableName') : node.firstChild;
    if ((node.name === 'FunctionDefinition' || node.name === 'AssignStatement') && name !== null)
      places.set(textOf(name, plain), textOf(node, plain));
  }
  const known = new Map<string, readonly ProgramArgument[]>();
  return (name) => {
    const text = places.get(name);
    const found =
      known.get(name) ??
      (text === undefined ? [] : callsOf([text], DECLARED, text.length)).flatMap(
        (call) => readClickArgument(call, constants) ?? [],
      );
    known.set(name, found);
    return found;
  };
}
