/** The functions that Python's typer runs: one, or several commands. Source: https://typer.tiangolo.com/tutorial/ */
import type { ProgramFinding, ProgramReading } from '../program/program-argument.ts';
import { type ProgramCommand, readingOf } from '../program/program-command.ts';
import { argument, type Call, callsOf, textArgument } from './python-call.ts';
import { type DecoratedFunction, decoratedFunctions } from './python-decorated.ts';
import { docstringIn } from './python-docstring.ts';
import { readEnums } from './python-enum.ts';
import type { Scope } from './python-scope.ts';
import { parsePython } from './python-tree.ts';
import { typerArguments } from './python-typer-argument.ts';
import { textOf } from '../syntax-tree.ts';

const RUN = /\btyper\.run(?:\s*\(|$)/;
const APP = /(?:^|\.)Typer(?:\s*\(|$)/;
const ADD = /\.add_typer(?:\s*\(|$)/;
const NO_CONSTANTS = new Map();
/** More commands than are choices, so that `readingOf` can say so. */
const MOST_COMMANDS = 200;
const MOST_DEPTH = 6;

interface App {
  /** `typer.Typer(…)` */
  made: Call | undefined;
  /** `@app.callback(…)`, and its function. */
  callback: { readonly decorator: Call; readonly own: DecoratedFunction } | undefined;
  readonly commands: { readonly decorator: Call; readonly own: DecoratedFunction }[];
  readonly added: { readonly name: string; readonly call: Call }[];
}

interface Reading {
  readonly apps: ReadonlyMap<string, App>;
  readonly scope: Scope;
  readonly findings: ProgramFinding[];
  /** Commands that may still be read. */
  left: number;
}

export function readTyper(source: string, mostChars: number): ProgramReading {
  const scope = readEnums([source]);
  const [run] = callsOf([source], RUN, mostChars).flatMap(({ values: [name] }) => (name ? [textOf(name, source)] : []));
  const definition = run === undefined ? undefined : functionNamed(run, source);
  if (definition !== undefined) return { arguments: typerArguments(definition, source, scope), findings: [] };
  const apps = appsOf(source, mostChars);
  const program = programOf(apps, source);
  if (program === undefined) return { arguments: [], findings: [] };
  const { callback, commands, added } = program;
  const [only, second] = commands;
  if (only !== undefined && second === undefined && callback === undefined && added.length === 0)
    return { arguments: typerArguments(only.own.node, source, scope), findings: [] };
  const reading: Reading = { apps, scope, findings: [], left: MOST_COMMANDS };
  const command = appCommand(program, { word: '', depth: 0 }, reading);
  return readingOf(command, reading.findings);
}

function functionNamed(name: string, source: string) {
  const all = parsePython(source).topNode.getChildren('FunctionDefinition');
  return all.findLast((node) => {
    const own = node.getChild('VariableName');
    return own !== null && textOf(own, source) === name;
  });
}

/** By the names of their variables. */
function appsOf(source: string, mostChars: number): Map<string, App> {
  const apps = new Map<string, App>();
  const appNamed = (name: string): App => {
    const app = apps.get(name) ?? { made: undefined, callback: undefined, commands: [], added: [] };
    apps.set(name, app);
    return app;
  };
  for (const call of callsOf([source], APP, mostChars))
    if (call.target !== undefined) appNamed(call.target).made = call;
  for (const own of decoratedFunctions(source))
    for (const decorator of own.decorators) {
      const [, name, kind] = /^(\w+)\.(command|callback)$/.exec(decorator.called) ?? [];
      if (name === undefined) continue;
      if (kind === 'command') appNamed(name).commands.push({ decorator, own });
      else appNamed(name).callback = { decorator, own };
    }
  for (const call of callsOf([source], ADD, mostChars)) {
    const [node] = call.values;
    if (node !== undefined)
      appNamed(call.called.replace(ADD, '')).added.push({ name: textOf(node, source).slice(0, 200), call });
  }
  return apps;
}

/** The one that the program calls, of those that belong to no other. */
function programOf(apps: ReadonlyMap<string, App>, source: string): App | undefined {
  const inner = new Set([...apps.values()].flatMap(({ added }) => added.map(({ name }) => name)));
  const roots = [...apps].filter(
    ([name, app]) => !inner.has(name) && (app.commands.length > 0 || app.added.length > 0),
  );
  const called = new Set([...source.matchAll(/^[ \t]*(\w{1,200})\(\)/gm)].map(([, name]) => name));
  return (roots.find(([name]) => called.has(name)) ?? roots[0])?.[1];
}

function appCommand(
  app: App,
  { word, depth, added }: { readonly word: string; readonly depth: number; readonly added?: Call },
  reading: Reading,
): ProgramCommand {
  const { made, callback } = app;
  const told = [added, callback?.decorator, made].filter((each) => each !== undefined);
  const help = told.map((each) => textArgument(each, -1, 'help', NO_CONSTANTS)).find((text) => text !== undefined);
  const { own, decorator } = callback ?? {};
  return {
    word,
    help: help ?? (own === undefined || decorator === undefined ? '' : (docstringIn(own.node, decorator.source) ?? '')),
    at: added ?? made ?? { line: 1 },
    isComplete: told.some((each) => argument(each, -1, 'invoke_without_command', NO_CONSTANTS)?.value === true),
    arguments:
      own === undefined || decorator === undefined ? [] : typerArguments(own.node, decorator.source, reading.scope),
    commands: depth < MOST_DEPTH ? commandsOf(app, depth, reading) : [],
  };
}

function commandsOf({ commands, added }: App, depth: number, reading: Reading): ProgramCommand[] {
  const { apps, scope, findings } = reading;
  const found: ProgramCommand[] = [];
  for (const { decorator, own } of commands) {
    reading.left -= 1;
    if (reading.left < 0) return found;
    const word = textArgument(decorator, 0, 'name', NO_CONSTANTS) ?? own.name.toLowerCase().replaceAll('_', '-');
    const help = textArgument(decorator, -1, 'help', NO_CONSTANTS) ?? docstringIn(own.node, decorator.source);
    const more = { isComplete: true, commands: [], arguments: typerArguments(own.node, decorator.source, scope) };
    found.push({ word, help: help ?? '', at: decorator, ...more });
  }
  for (const { name, call } of added) {
    reading.left -= 1;
    const app = apps.get(name);
    if (reading.left < 0) return found;
    if (app === undefined) {
      const what = `The commands of “${name}” are no choices: it is no app of typer in this file.`;
      findings.push({ line: call.line, what, remedy: 'Define it in this file with typer.Typer().' });
      continue;
    }
    const told = [call, app.callback?.decorator, app.made].filter((each) => each !== undefined);
    const word = told.map((each) => textArgument(each, -1, 'name', NO_CONSTANTS)).find((text) => text !== undefined);
    // without a name its commands belong to the app around it
    if (word !== undefined) found.push(appCommand(app, { word, depth: depth + 1, added: call }, reading));
    else if (depth < MOST_DEPTH) found.push(...commandsOf(app, depth + 1, reading));
  }
  return found;
}
