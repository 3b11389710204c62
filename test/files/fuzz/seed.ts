/** Files to begin with: notebooks of this repository, and a text of each format that says as much as possible. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LINK_CONFIG } from './reader.ts';

interface NamedBytes {
  readonly file: string;
  readonly bytes: Uint8Array;
}

export interface Written extends NamedBytes {
  /** The file beside it. */
  readonly beside?: NamedBytes;
}

export interface Seed {
  readonly name: string;
  /** What is changed. */
  readonly bytes: Uint8Array;
  /** The files that have these bytes, or what became of them. */
  written(bytes: Uint8Array): Written;
}

const root = join(import.meta.dirname, '../../..');

/** Saved by Jupyter, with outputs; those above the size are left out. */
export function realNotebooks(mostBytes: number): Seed[] {
  return ['examples/scripts', 'test/fidelity/notebook', 'test/end-to-end/older/scripts']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter((file) => file.endsWith('.ipynb'))
    .sort()
    .map((file) => plain(file, 'a.ipynb', readFileSync(join(root, file))))
    .filter(({ bytes }) => bytes.length <= mostBytes);
}

function plain(name: string, file: string, bytes: Uint8Array): Seed {
  return { name, bytes, written: (changed) => ({ file, bytes: changed }) };
}

const PYTHON = `from datetime import date
from enum import Enum
from typing import Annotated, Literal, Optional
from pydantic import Field
class Region(Enum):
    NORTH = "north"; SOUTH = 'south'
region: Region = Region.NORTH  # Which
rows: Annotated[int, Field(ge=0, le=10)] = 5  #@param {type:"slider", min:0, max:100, step:1}
kind: Literal["a", "b"] | None = None  #@param ["a", "b"] {allow-input: true}
since: Optional[date] = date(2024, 1, 31)
names: list[str] = ["x", 'y', """z"""]
big = {1: (2.5e-3, -0x1F), "k": {True, None}, b"b": 10**3}
dbutils.widgets.dropdown("city", "Oslo", ["Oslo", "Bergen"], "City")
import mercury as mr
n = mr.Slider(value=3, min=0, max=10, label="N")
from ipywidgets import interact, interactive, fixed
@interact(x=(0, 10, 2), y=["a", "b"], z=fixed(1))
def f(x, y="a", z=1, *, w: int = 3): return x
print "old"; exec "x"
%matplotlib inline
!ls
`;
const PROGRAM = `# /// script
# [tool.script-runner]
# title = "T"
# ///
import argparse, click, typer
p = argparse.ArgumentParser()
g = p.add_argument_group("G"); x = p.add_mutually_exclusive_group()
g.add_argument("-n", "--name", type=int, nargs="+", choices=range(1, 4), default=[1], help="%(default)s %%")
x.add_argument("--no-x", action="store_false", dest="x"); p.add_argument("f", type=argparse.FileType("r"))
@click.command()
@click.option("--shout/--no-shout", default=False)
@click.option("--k", type=click.Choice(["a", 'b']), multiple=True, prompt="K", hide_input=True)
@click.argument("src", nargs=-1, type=click.IntRange(0, max=9))
def main(name: str, age: Annotated[int, typer.Argument(min=0, help="A")] = 2, *, t: list[str] = typer.Option([], "--t")): pass
typer.run(main)
`;
const COMMANDS = `# /// script
# [tool.script-runner]
# ///
import argparse
common = argparse.ArgumentParser(add_help=False)
common.add_argument("--dry", action="store_true")
p = argparse.ArgumentParser()
s = p.add_subparsers(dest="command", required=True, metavar="C")
d = s.add_parser("db", parents=[common], help="The %(prog)s", aliases=["d"]).add_subparsers()
for name in ("up", "down"):
    q = d.add_parser(name); q.add_argument("steps", type=int, default=1)
def add(parser): parser.add_argument("-n", choices=["a", "b"])
add(s.add_parser("list"))
`;
const CLICK_COMMANDS = `# /// script
# [tool.script-runner]
# ///
import click, typer
@click.group(invoke_without_command=False)
@click.option("--debug/--no-debug")
def cli(debug): pass
def shared(f): return click.option("--k", type=int)(f)
@cli.command("up", help="Up.")
@shared
@click.argument("x")
def up_cmd(k, x): pass
@cli.group()
def db(): "Data."
db.add_command(up_cmd, name="again")
app = typer.Typer(help="T"); sub = typer.Typer(); app.add_typer(sub, name="s")
@app.callback()
def main(verbose: bool = False): pass
@sub.command(name="go")
def go(n: int, ctx: typer.Context): pass
`;
const BLOCK = `# /// script
# [tool.script-runner]
# arguments = [{name = "a", type = "date", choices = ["x"]}, {option = "--b", multiple = true, required = true}]
# ///
`;
const DOCOPT = `# /// script
# [tool.script-runner]
# ///
"""T.

Usage: t.py [options] [-v] --speed=<kn> [-d DEPTH] (<x> <y>)... [FILE]
       <z>

Options:
  -h --help  Show.
  -s KN, --speed=<kn>  Speed [default: 10].
  -d DEPTH   Deep
             down | (a)
"""
from docopt import docopt
`;
const R_PROGRAM = `# /// script
# [tool.script-runner]
# ///
make_option(c("-n", '--rows'), type="integer", default=5L, help="a (b) \\" %default", action = "store_true") # "x
p <- add_argument(p, "--y", "help", flag = TRUE, nargs = 2) |> add_option("-x", default = c(1, 2), dest = "d")
`;
const R = `n <- 5L  # How many
region = "north"
days <- c("Mon", 'Tue'); since <- as.Date("2026-01-31")
today <- Sys.Date()
`;
const BASH = `NAME="a \\"b\\" $HOME"  # Who
export N=5
declare -x LIST='x y'
D=$(date +%F)
read -p "Name: " NAME < /dev/tty; TOKEN="ghp_abcdefghijklmnopqrstuvwxyz0123456789"
for f in /home/ana/*.csv; do sort "$f" > "\${f%.csv}.txt" 2>&1; done; cat <<END | tee out.txt
x
END
`;
const TYPESCRIPT = `const rows: number = 5; // How many
let names: string[] = ["a", \`b\`];
export const since = new Date("2026-01-31");
const o = { a: [1, -2.5e3, null, true], 'b': /x/ };
prompt("Name"); rows = 3; Deno.writeTextFileSync("out.txt", \`\${await fetch("/home/ana/x")}\`);
`;

const SIDECAR = {
  type: 'object',
  'x-script-runner': { needs: ['gpu'], concurrency: 2, files: ['../shared'], needs_memory: '8GB' },
  properties: {
    rows: { type: 'integer', minimum: 0, maximum: 10, default: 5, title: 'Rows', 'x-group': 'A', 'x-order': 2 },
    region: { type: 'string', enum: ['a', 'b'], 'x-labels': ['A', 'B'] },
    mail: { type: 'string', format: 'email', pattern: '^[^@]+@(?:x|y)+$', maxLength: 20 },
    list: { type: 'array', items: { type: ['string', 'null'] }, uniqueItems: true, minItems: 1 },
    file: { type: 'string', format: 'file', 'x-accept': ['.csv'], 'x-max-bytes': 1000 },
  },
  required: ['rows'],
};

function notebook(language: string, cells: readonly object[], more: object = {}): Uint8Array {
  const metadata = { kernelspec: { language, name: language }, ...more };
  return bytesOf(JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }));
}

function code(source: string | readonly string[], tags: readonly string[] = []): object {
  const outputs = [{ output_type: 'display_data', data: { 'text/plain': ['a\n', 'b'] }, metadata: {} }];
  return { cell_type: 'code', metadata: { tags }, source, outputs, execution_count: 1 };
}

const CLASSIC =
  'title|Sales|\ndescription|What\nteam|A\ncategory|x\ndownload|frame\nrows|number|Rows|5\nday|date|Day\n';
const HEADER = `---
title: Sales
author: {name: A}
show-code: true
script_runner: {needs: [gpu], retain_days: 3}
params:
  rows: {label: Rows, value: 5, input: slider, min: 0, max: 10, step: 5}
  region: {input: select, choices: {North: n, South: s}, multi: true, value: [n]}
  day: !r Sys.Date()
  anchor: &a [1, 2.5, null, "x"]
  again: *a
---`;
const commented = (text: string, sign: string): string => text.replace(/^/gm, sign);

const TEXTS: Readonly<Record<string, string>> = {
  'a.py': `${commented(HEADER, '# ')}\n# %% [markdown] x="1" {"a": [1]}\n"""\n# T\n\`\`\`py\n# %%\n\`\`\`\n"""\n# %% tags=["parameters"]\n${PYTHON}# %% language="bash"\n# ls\n# %%%% active="ipynb"\n# !ls\n`,
  'b.py': `# Databricks notebook source\n# MAGIC %md\n# MAGIC # T\n# COMMAND ----------\n# DBTITLE 1,Inputs\n${PYTHON}\n# COMMAND ----------\n# MAGIC %sql\n# MAGIC SELECT 1\n`,
  'c.py': PROGRAM,
  'e.py': COMMANDS,
  'f.py': CLICK_COMMANDS,
  'd.py': DOCOPT,
  'g.py': '# %%\n{}{}{}\n> > >\n# %%\nfE!fE!\n*/*/ )a b\n',
  'b.R': R_PROGRAM,
  'c.R': BLOCK,
  'a.sh': `${BLOCK}echo "$1"\n`,
  'b.sh': `# /// script\n# [tool.script-runner]\n# ///\nwhile getopts ":n:vh" o; do :; done\n`,
  'a.R': `${commented(HEADER, '# ')}\n# %% [markdown]\n# # T\n# %% tags=["parameters"]\n${R}`,
  'a.jl': '# %% [raw]\n# x\n# %% tags=["parameters"]\nx = 1\n',
  'a.Rmd': `${HEADER}\n# T\n\`\`\`{r inputs, tags=c("parameters"), echo=FALSE, fig.cap="a, b"}\n${R}\`\`\`\nIt is \`r n + 1\`.\n~~~{bash}\nls\n~~~\n`,
  'a.qmd': `${HEADER}\n\`\`\`{python}\n#| tags: [parameters]\n#| eval: false\n${PYTHON}\`\`\`\n\`\`\`{mermaid}\ngraph LR\n\`\`\`\nIt is \`{python} n\`.\n`,
  'a.md': `---\nkernelspec: {name: python3, display_name: P}\njupytext: {formats: "ipynb,md:myst"}\n---\n# T\n+++ {"tags": ["x"]}\n\`\`\`{code-cell} ipython3\n---\ntags: [parameters]\n---\n${PYTHON}\`\`\`\n`,
  'b.md': `---\njupyter: {kernelspec: {name: ir, language: R}}\n---\none\n\n\n\`\`\`r tags=["parameters"]\n${R}\`\`\`\n<!-- #region -->\nx\n<!-- #endregion -->\n`,
  'a.sql': `${commented(HEADER.replace('title', 'connection: shop\ntitle'), '-- ')}\nSELECT * FROM a WHERE b = :region AND c <> ';:x' -- :no\n;\nCREATE FUNCTION f() AS $x$ SELECT 1; $x$;\n-- %%\nSELECT "a" FROM \`b\` /* ; */;\n`,
  [LINK_CONFIG]:
    '{"dbs": {"shop": {"wrapper": "PostgresDB", "user": "a", "password": {"env": "X"}, "port": 5}, "x": {}}, "msg": {}}',
};

/** One of each format and each spelling of parameters. */
export function writtenSeeds(): Seed[] {
  const tagged = (language: string, source: string): Seed => ({
    name: `a cell of ${language}`,
    bytes: bytesOf(source),
    written: (changed) => ({ file: 'a.ipynb', bytes: notebook(language, [code(textOf(changed), ['parameters'])]) }),
  });
  const first = (name: string, text: string, language = 'python'): Seed => ({
    name,
    bytes: bytesOf(text),
    written: (changed) => ({
      file: 'a.ipynb',
      bytes: notebook(language, [{ cell_type: 'raw', metadata: {}, source: textOf(changed) }, code(PYTHON)]),
    }),
  });
  const beside = (file: string, text: string): Seed => ({
    name: file,
    bytes: bytesOf(text),
    written: (changed) => ({
      file: 'a.ipynb',
      bytes: notebook('python', [code('rows = 1', ['parameters'])]),
      beside: { file, bytes: changed },
    }),
  });
  const own = { script_runner: { parameters: SIDECAR } };
  return [
    ...Object.entries(TEXTS).map(([file, text]) => plain(file, file, bytesOf(text))),
    plain('metadata', 'a.ipynb', notebook('python', [code(PYTHON.split(/(?<=\n)/))], own)),
    tagged('python', PYTHON),
    tagged('r', R),
    tagged('bash', BASH),
    tagged('typescript', TYPESCRIPT),
    tagged('typescript', '{}{}; > > => => *\u2028* !}{ :=\n'),
    first('classic rows', CLASSIC),
    first('a header', HEADER),
    first('a header of R', HEADER, 'r'),
    beside('a.params.json', JSON.stringify(SIDECAR, null, 1)),
    beside(
      'a.params.yaml',
      `type: object\nproperties:\n  rows: {type: integer, minimum: 0}\n  day: &a {format: date}\n  b: *a\n`,
    ),
  ];
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
