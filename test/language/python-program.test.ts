/** Programs as the documentation of each parser of arguments writes them. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { python } from '../../src/language/python/python.ts';
import { programsIn } from '../program.ts';
import { PROGRAM_HEAD, readProgramText as read } from './program/program-text.ts';

it('a Python file without the table is a module', () => {
  expect(read('import argparse\n', '')).toBeUndefined();
  expect(read('x = 1\n', '# /// script\n# dependencies = []\n# ///\n')).toBeUndefined();
});

it('says of itself what its table and its first text say', () => {
  const found = read('"""Adds numbers.\n\nMore."""\nprint(1)\n');
  expect(found?.script).toMatchObject({ title: 'T', description: 'Adds numbers.', language: 'python' });
  expect(found?.script.environment).toBeUndefined();
  const source = `${PROGRAM_HEAD}"""Adds numbers.\n\nMore."""\nprint(1)\n`;
  expect(found?.notebook.cells).toMatchObject([{ source, metadata: { script_runner_program: 'prog.py' } }]);
  expect(python.writeProgram?.(source, 'prog.py')).toBe(`%%script_runner_program prog.py\n${source}`);
});

it('argparse', () => {
  const found = read(`import argparse
LEVELS = ["low", "high"]
def main():
    parser = argparse.ArgumentParser(description='Process some integers.')
    parser.add_argument('integers', metavar='N', type=int, nargs='+', help='an integer for the accumulator')
    parser.add_argument('--sum', dest='accumulate', action='store_const', const=sum, default=max, help='sum them')
    parser.add_argument("-v", "--verbosity", type=int, choices=[0, 1, 2], default=1, help="level (default: %(default)s)")
    parser.add_argument('--level', choices=LEVELS, required=True)
    parser.add_argument('--door', type=int, choices=range(1, 4))
    parser.add_argument('-q', action='count', default=0)
    parser.add_argument('--foo', action=argparse.BooleanOptionalAction)
    parser.add_argument('--no-color', dest='color', action='store_false')
    parser.add_argument('--version', action='version', version='1')
    parser.add_argument('--tag', action='append')
    parser.add_argument('--infile', type=argparse.FileType('r'))
    parser.add_argument('--today', default=date.today())
    group = parser.add_argument_group('Output', 'where')
    group.add_argument('--out-file', default='x.csv')
    only = parser.add_mutually_exclusive_group()
    only.add_argument('--a', action='store_true')
    only.add_argument('--b', action='store_true')
    parser.add_argument(NAME, type=int)
    args = parser.parse_args()
main()
`);
  expect(found?.properties).toMatchObject({
    integers: { type: 'array', items: { type: 'integer' }, minItems: 1, description: 'an integer for the accumulator' },
    accumulate: { type: 'boolean', default: false },
    verbosity: { type: 'integer', enum: [0, 1, 2], default: 1, description: 'level (default: 1)' },
    level: { type: 'string', enum: ['low', 'high'] },
    door: { type: ['integer', 'null'], minimum: 1, maximum: 3 },
    q: { type: 'integer', minimum: 0 },
    foo: { type: 'boolean', default: false },
    color: { type: 'boolean', default: true },
    tag: { type: 'array', items: { type: 'string' } },
    infile: { format: 'file' },
    today: { 'x-source': 'date.today()' },
    out_file: { default: 'x.csv', 'x-group': 'Output' },
    a: { description: 'Give only one of a, b.' },
  });
  expect(Object.keys(found?.properties ?? {})).not.toContain('version');
  expect(found?.required).toEqual(['integers', 'level']);
  expect(found?.known.arguments.slice(0, 3)).toEqual([
    { name: 'integers', form: 'values' },
    { name: 'accumulate', form: 'flag', option: '--sum', default: false },
    { name: 'verbosity', form: 'value', option: '--verbosity', default: 1 },
  ]);
  expect(found?.hints.map(({ what, where }) => [what, where])).toEqual([
    ['This argument is no input: its name is computed.', 'step 1, line 26'],
  ]);
});

it('argparse with commands: those of functions, parents, loops and groups', () => {
  const found = read(programsIn(join(import.meta.dirname, '../cli'))('commands-argparse'));
  const properties = found?.properties ?? {};
  expect(Object.keys(properties)).toEqual([
    ...['cmd', 'verbose', 'pair', 'db.migrate.name', 'db.migrate.steps', 'db.migrate.target', 'db.migrate.force'],
    ...['db.drop.force', 'show.name', 'show.steps', 'show.n', 'show.files'],
  ]);
  expect(properties['cmd']).toEqual({
    type: 'string',
    enum: ['db migrate', 'db drop', 'show'],
    'x-labels': ['db migrate: Applies changes', 'db drop', 'show: Shows it'],
  });
  expect(properties['db.migrate.steps']).toEqual({
    ...{ title: 'Steps', type: 'integer', default: 3 },
    ...{ 'x-group': 'db migrate', 'x-visible-when': { cmd: ['db migrate'] } },
  });
  expect(properties['show.steps']).toMatchObject({ type: 'string', 'x-group': 'show: Output' });
  expect(found?.required).toEqual(['cmd', 'db.migrate.target', 'show.steps']);
  expect(found?.hints.map(({ what, where }) => [what, where])).toEqual([
    [
      expect.stringContaining('add_argument("--many") is no input: nothing on the command line says'),
      'step 1, line 30',
    ],
    ['This command is no choice: its name is computed.', 'step 1, line 39'],
  ]);
});

it('commands of argparse that need not be given, of a name that is taken, and more than are choices', () => {
  const parser = 'import argparse\nparser = argparse.ArgumentParser()\nparser.add_argument("--command")\n';
  const optional = read(`${parser}subs = parser.add_subparsers()\nsubs.add_parser("a b")\nsubs.add_parser("b")\n`);
  expect(optional?.properties['command_2']).toEqual({ type: ['string', 'null'], enum: ['b', null] });
  expect(optional?.required).toEqual([]);
  expect(optional?.hints.map(({ what }) => what)).toEqual(['The command “a b” is no choice.']);
  const many = Array.from({ length: 120 }, (_, at) => `subs.add_parser("c${at}")\n`).join('');
  const bounded = read(`${parser}subs = parser.add_subparsers()\nsubs.required = True\n${many}`);
  expect(bounded?.properties['command_2']?.enum).toHaveLength(99);
  expect(bounded?.hints.map(({ what }) => what)).toEqual([
    'The program has more than 100 commands; those from “c99” on are no choices.',
  ]);
});

it('code that makes parsers without end is read in bounded time', () => {
  const head = 'import argparse\np = argparse.ArgumentParser()\n';
  const chain = 'p = p.add_subparsers().add_parser("x")\np.add_argument("--a")\n'.repeat(100);
  expect(read(head + chain)?.hints.map(({ what }) => what)).toEqual([
    'Commands are nested more than 5 levels deep; those of “x x x x x” are no choices.',
  ]);
  const functions = Array.from({ length: 30 }, (_, at) => `def f${at}(p):\n${`  f${at + 1}(p)\n`.repeat(6)}`);
  const parents = 'p.add_argument("--a")\n' + 'p = argparse.ArgumentParser(parents=[p, p])\n'.repeat(40);
  expect(Object.keys(read(head + parents)?.properties ?? {})).toEqual(['a']);
  const calls = read(`${head + functions.join('')}f0(p)\np.add_argument("--a")\n`);
  expect(calls?.hints.map(({ what }) => what)).toEqual(['The program is too long: not all of its arguments are read.']);
});

it('click', () => {
  const found = read(`import click
@click.command()
@click.option('--count', default=1, help='Number of greetings.')
@click.option('--name', prompt='Your name', help='The person to greet.')
@click.option('--shout/--no-shout', default=False)
@click.option('--hash-type', type=click.Choice(['MD5', 'SHA1'], case_sensitive=False))
@click.option("--digit", type=click.IntRange(0, 9), required=True)
@click.option('--message', '-m', multiple=True)
@click.option('--pos', nargs=2, type=float)
@click.option('--key', hide_input=True)
@click.argument('src', nargs=-1)
@click.argument('dst', type=click.File('r'))
def hello(**values):
    pass
if __name__ == '__main__':
    hello()
`);
  expect(found?.properties).toMatchObject({
    count: { type: 'integer', default: 1, description: 'Number of greetings.' },
    name: { type: 'string', description: 'The person to greet.' },
    shout: { type: 'boolean', default: false },
    hash_type: { type: ['string', 'null'], enum: ['MD5', 'SHA1', null] },
    digit: { type: 'integer', minimum: 0, maximum: 9 },
    message: { type: 'array', items: { type: 'string' } },
    pos: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
    key: { format: 'password' },
    src: { type: 'array' },
    dst: { format: 'file' },
  });
  expect(found?.required).toEqual(['name', 'digit', 'dst']);
});

it('click with commands: groups in groups, options of decorators, names of functions', () => {
  const found = read(programsIn(join(import.meta.dirname, '../cli'))('commands-click'));
  const properties = found?.properties ?? {};
  expect(Object.keys(properties)).toEqual([
    ...['command', 'verbose', 'folder', 'db.url', 'db.migrate.name', 'db.migrate.steps', 'db.migrate.force'],
    ...['db.migrate.target', 'show-it.steps', 'show-it.n', 'again.steps', 'again.n'],
  ]);
  expect(properties['command']?.['x-labels']?.slice(0, 2)).toEqual([
    'db: Looks after the database',
    'db migrate: Applies changes',
  ]);
  expect(properties['db.url']).toMatchObject({ 'x-visible-when': { command: ['db', 'db migrate'] } });
  expect(found?.required).toEqual(['command', 'folder', 'db.url', 'show-it.steps', 'again.steps']);
  expect(found?.known.commands.words['db migrate']).toEqual(['db', { word: 'migrate', old: 'migrate-cmd' }]);
  expect(found?.hints).toEqual([]);
  const unknown = read(
    'import click\nfrom other import load\n@click.group()\ndef cli(): pass\n@cli.command()\ndef a(): pass\n' +
      'cli.add_command(load)\ncli.add_command(cli)\n',
  );
  expect(unknown?.properties['command']?.enum?.slice(0, 1)).toEqual(['a']);
  expect(unknown?.hints.map(({ what, where }) => [what, where])).toContainEqual([
    'The command “load” is no choice: it is not a function of this file that click makes a command.',
    'step 1, line 11',
  ]);
});

it('typer with commands: apps in apps, with and without names', () => {
  const found = read(programsIn(join(import.meta.dirname, '../cli'))('commands-typer'));
  const properties = found?.properties ?? {};
  expect(Object.keys(properties)).toEqual([
    ...['command', 'verbose', 'db.migrate.target', 'db.migrate.steps', 'db.migrate.force', 'db.migrate.kind'],
    ...['show-it.steps', 'show-it.n'],
  ]);
  expect(properties['command']).toMatchObject({
    enum: ['db migrate', 'db drop', 'show-it'],
    'x-labels': ['db migrate: Applies changes', 'db drop', 'show-it: Shows it'],
  });
  expect(properties['verbose']).toEqual({ type: 'integer', minimum: 0, maximum: 10, default: 0 });
  expect(found?.required).toEqual(['command', 'db.migrate.target', 'show-it.steps']);
  const loop = read(
    'import typer\na = typer.Typer()\nb = typer.Typer()\na.add_typer(b, name="b")\nb.add_typer(b, name="b")\n' +
      '@b.command()\ndef c(x: int): pass\n@a.command()\ndef d(): pass\na.add_typer(c.app)\n',
  );
  expect(loop?.hints.map(({ what }) => what)).toEqual([
    'Commands are nested more than 5 levels deep; those of “b b b b b” are no choices.',
    'The commands of “c.app” are no choices: it is no app of typer in this file.',
  ]);
});

it('typer', () => {
  const found = read(`from enum import Enum
from typing import Annotated
import typer
class Network(str, Enum):
    simple = "simple"
    conv = "convolution"
def main(
    name: str,
    lastname: Annotated[str, typer.Option(help="Last name")] = "",
    formal: bool = False,
    network: Network = Network.conv,
    age: Annotated[int, typer.Argument(min=0, max=120)] = 20,
    user: list[str] = None,
    token: str = typer.Option("", "--api-token", hide_input=True),
):
    print(name)
if __name__ == "__main__":
    typer.run(main)
`);
  expect(found?.properties).toMatchObject({
    name: { type: 'string' },
    lastname: { type: 'string', default: '', description: 'Last name' },
    formal: { type: 'boolean', default: false },
    network: { type: 'string', enum: ['simple', 'convolution'], default: 'convolution' },
    age: { type: 'integer', minimum: 0, maximum: 120, default: 20 },
    user: { type: 'array', items: { type: 'string' } },
    token: { format: 'password' },
  });
  expect(found?.required).toEqual(expect.arrayContaining(['name']));
  expect(found?.known.arguments).toContainEqual({
    name: 'token',
    form: 'value',
    option: '--api-token',
    default: expect.anything(),
  });
});

const docopt = (usage: string) => read(`"""Naval Fate.\n\n${usage}\n"""\nfrom docopt import docopt\n`);

const undashed = {
  pattern: '^(-?$|[^-])',
  'x-pattern-message': 'It must not begin with a dash: the usage text of the program has no [--].',
};

it('docopt: one pattern', () => {
  const found = docopt(`Usage: naval_fate.py [options] [-v] --speed=<kn> [--to DAY] <name> [<more>...]

Options:
  -h --help     Show this screen.
  --version     Show version.
  --speed=<kn>  Speed in knots [default: 10].
  -o FILE, --out-file=FILE  Where the result
                is written.
  --moored      Moored (anchored) mine.
  --to DAY      A day [default: true]`);
  expect(found?.properties).toEqual({
    speed: { type: 'number', default: 10, description: 'Speed in knots.' },
    out_file: { type: ['string', 'null'], description: 'Where the result is written.' },
    moored: { type: 'boolean', default: false, description: 'Moored (anchored) mine.' },
    to: { type: 'string', default: 'true', description: 'A day' },
    v: { type: 'boolean', default: false },
    name: { type: 'string', ...undashed },
    more: { type: 'array', items: { type: 'string', ...undashed } },
  });
  expect(docopt('usage: fate.py [--] <name>')?.properties).toEqual({ name: { type: 'string' } });
  expect(found?.required).toEqual(['name']);
  expect(found?.known.arguments).toContainEqual({ name: 'out_file', form: 'value', option: '--out-file' });
  expect(found?.hints).toEqual([]);
});

it('docopt: patterns that begin with commands', () => {
  const found = docopt(`Usage:
  fate.py ship new <name>... [--fast]
  fate.py ship <name> move <x>
  fate.py mine (set|remove) <x> <y> [options]
  fate.py mine (set|
                 list) <x>
  fate.py list
  fate.py shoot <x> | hit
  fate.py -h | --help
  fate.py --version

Options:
  -h --help     Show this screen.
  --speed=<kn>  Speed in knots [default: 10].
  --fast        Fast.
  --deep        Deep.`);
  expect(found?.properties['command']).toMatchObject({
    enum: ['ship new', 'mine set', 'mine remove', 'mine list', 'list'],
  });
  const names = Object.keys(found?.properties ?? {});
  const ofMine = (word: string) => ['x', 'y', 'speed', 'deep'].map((name) => `mine.${word}.${name}`);
  expect(names).toEqual([
    'command',
    ...['ship.new.name', 'ship.new.fast'],
    ...ofMine('set'),
    ...ofMine('remove'),
    'mine.list.x',
  ]);
  expect(found?.properties['ship.new.name']).toMatchObject({
    minItems: 1,
    'x-visible-when': { command: ['ship new'] },
  });
  expect(found?.known.commands).toMatchObject({ input: 'command', words: { 'mine set': ['mine', 'set'] } });
  expect(found?.hints.map(({ what, where }) => `${where}: ${what}`)).toEqual([
    'step 1, line 9: The usage text has the command “move”, which is no input. The pattern is no choice.',
    'step 1, line 11: The usage text has two patterns of “mine set”; this one is no choice.',
    'step 1, line 14: The usage text has alternatives (|), which are no inputs. The pattern is no choice.',
  ]);
});

it('docopt: a program without a command, and commands below a command with arguments', () => {
  expect(docopt('Usage:\n  t.py\n  t.py go <x>')?.properties['command']).toMatchObject({ enum: ['go', null] });
  const found = docopt('Usage:\n  t.py <x>\n  t.py go <x>\n  t.py go on');
  expect(found?.properties['command']).toMatchObject({ enum: ['go on'] });
  expect(found?.hints.map(({ what }) => what)).toEqual([
    'The usage text has patterns with and without commands; this one is no choice.',
    'The usage text has commands below “go”; this one is no choice.',
  ]);
});

it.each([
  ['Usage:\n  fate.py <name> ship new\n\nOptions:\n  -x  X', 'The usage text has the command “ship”', 8],
  ['Usage:\n  fate.py <x>\n  fate.py <y>', 'The usage text has more than one pattern', 9],
  ['usage: fate.py (--up|--down)', 'The usage text has alternatives', 7],
  ['usage: fate.py -abc', 'The usage text has short options in one word (-abc)', 7],
])('docopt: what is not clear is named: %j', (usage, what, line) => {
  const found = docopt(usage);
  expect(found?.properties).toEqual({});
  expect(found?.hints).toMatchObject([{ what: expect.stringContaining(what), where: `step 1, line ${line}` }]);
});
