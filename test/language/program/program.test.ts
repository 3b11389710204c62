/** Programs in R and Bash: what of their arguments is read. */
import { expect, it } from 'vitest';
import { toNotebookFile } from '../../../src/files/script-convert.ts';
import { parseScript } from '../../../src/files/script-parse.ts';
import { languages } from '../../../src/language/all.ts';

const HEAD = '# /// script\n# [tool.script-runner]\n# title = "T"\n# ///\n';

function read(file: string, text: string) {
  const source = toNotebookFile({ file, bytes: new TextEncoder().encode(text), modifiedAtMs: 0 });
  if (source === undefined) return undefined;
  const { script } = parseScript('prog', source, undefined, languages());
  const { properties, required } = script.schema;
  return { script, properties, required, hints: (script.findings?.() ?? []).map(({ what, where }) => [what, where]) };
}

it('files without the table are no scripts', () => {
  expect(read('prog.sh', 'echo 1\n')).toBeUndefined();
  expect(read('prog.R', 'x <- commandArgs()\n')).toBeUndefined();
});

it('optparse, as its documentation writes it', () => {
  const found = read(
    'prog.R',
    `${HEAD}suppressPackageStartupMessages(library("optparse"))
option_list <- list(
  make_option(c("-v", "--verbose"), action="store_true", default=TRUE, help="Print extra output [default]"),
  make_option(c("-q", "--quietly"), action="store_false", dest="verbose2", help="Print (little) output"),
  make_option(c("-c", "--count"), type="integer", default=5, # "how many", (not few)
    help="Number of normals [default %default]", metavar="number"),
  make_option("--generator", default="rnorm", help = 'a "b"'),
  make_option(name, default = 1),
  make_option("--mean", type="double"))
# make_option("--never")
parser <- add_option(OptionParser(option_list=option_list), "--sd", default=1L)
opt <- OptionParser() |> add_option(c("-x", "--extra"), default = "e") |> parse_args()
`,
  );
  expect(found?.script).toMatchObject({ title: 'T', language: 'r' });
  expect(found?.properties).toEqual({
    verbose: { type: 'boolean', default: true, description: 'Print extra output [default]' },
    verbose2: { type: 'boolean', default: true, description: 'Print (little) output' },
    count: { type: 'integer', default: 5, description: 'Number of normals [default 5]' },
    generator: { type: 'string', default: 'rnorm', description: 'a "b"' },
    mean: { type: ['number', 'null'] },
    sd: { type: 'integer', default: 1 },
    extra: { type: 'string', default: 'e' },
  });
  expect(found?.hints).toEqual([
    ['This argument is no input: the names in make_option are computed.', 'step 1, line 12'],
  ]);
});

it('argparser, as its documentation writes it', () => {
  const found = read(
    'prog.R',
    `${HEAD}p <- arg_parser("A test program")
p <- add_argument(p, "number", help="number to round", type="integer")
p <- add_argument(p, "--digits", help="number of decimal places", default=0)
p <- add_argument(p, "--append", help="append to file", flag=TRUE)
argv <- parse_args(p)
`,
  );
  expect(found?.properties).toMatchObject({
    number: { type: 'integer', description: 'number to round' },
    digits: { type: 'number', default: 0 },
    append: { type: 'boolean', default: false },
  });
  expect(found?.required).toEqual(['number']);
});

it('getopts: the letters of the only one', () => {
  const loop = 'while getopts ":n:vh" opt; do :; done\n';
  expect(read('prog.sh', HEAD + loop)?.properties).toEqual({
    n: { type: ['string', 'null'] },
    v: { type: 'boolean', default: false },
  });
  const twice = read('prog.sh', HEAD + loop + loop);
  expect(twice?.properties).toEqual({});
  expect(twice?.hints[0]).toEqual([
    'The program uses getopts more than once; its options are no inputs.',
    'step 1, line 6',
  ]);
});

it('the block declares what the code does not', () => {
  const block = `# /// script
# [tool.script-runner]
# arguments = [
#   {name = "region", choices = ["north", "south"], default = "north", help = "Which part"},
#   {option = "--max-rows", type = "integer"},
#   {option = "-v", name = "verbose", type = "boolean"},
#   {name = "files", multiple = true},
#   {name = "day", type = "date"},
#   {name = "x", type = "int"},
#   {nmae = "y"},
#   3,
# ]
# ///
`;
  const found = read('prog.sh', block);
  expect(found?.properties).toEqual({
    region: { type: 'string', enum: ['north', 'south'], default: 'north', description: 'Which part' },
    max_rows: { type: ['integer', 'null'] },
    verbose: { type: 'boolean', default: false },
    files: { type: 'array', items: { type: 'string' } },
    day: { type: 'string', format: 'date' },
  });
  expect(found?.required).toEqual(['day']);
  expect(found?.hints.map(([what]) => what)).toEqual([
    'This argument of the block is no input: the type of “x” is unknown.',
    'This argument of the block is no input: nothing is known of “nmae”.',
    'This argument of the block is no input: it is no table.',
  ]);
});
