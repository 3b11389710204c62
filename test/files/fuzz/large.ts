/** Files of up to 10 MB that are hard to read. As a program: reads the named one, prints what that took. */
import { readFileSync } from 'node:fs';
import { readFile } from './reader.ts';
import { bytesOf } from './seed.ts';

const BYTES = 10_000_000;

interface LargeFile {
  readonly file: string;
  text(): string;
  readonly beside?: { readonly file: string; text(): string };
}

const repeated = (text: string, bytes = BYTES): string => text.repeat(Math.floor(bytes / text.length));
const numbered = (count: number, text: (at: number) => string): string[] =>
  Array.from({ length: count }, (_, at) => text(at));
const notebook = (cells: string): string => `{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[${cells}]}`;
const code = (source: string): string => JSON.stringify({ cell_type: 'code', metadata: {}, outputs: [], source });
const PROGRAM = '# /// script\n# [tool.script-runner]\n# ///\n';
const tagged = notebook('{"cell_type":"code","metadata":{"tags":["parameters"]},"outputs":[],"source":"x = 1"}');
const cellsOf = (source: string): LargeFile => ({
  file: 'a.ipynb',
  text: () => notebook(numbered(220, (at) => code(`n${at} = 1\n${repeated(source, 19_000)}`)).join()),
});
const besideOf = (file: string, text: () => string): LargeFile => ({
  file: 'a.ipynb',
  text: () => tagged,
  beside: { file, text },
});

export const LARGE_FILES: Readonly<Record<string, LargeFile>> = {
  'many commands': {
    file: 'a.py',
    text: () =>
      `${PROGRAM}import argparse\ns = argparse.ArgumentParser().add_subparsers()\n${numbered(2_700, (at) => `p${at} = s.add_parser("c${at}"); p${at}.add_argument("--x", type=int)\n`).join('')}`,
  },
  'commands in commands': {
    file: 'a.py',
    text: () =>
      `${PROGRAM}import click\n${numbered(3_400, (at) => `@g${at - 1}.group()\n@click.option("--x${at}")\ndef g${at}(): pass\n`).join('')}`,
  },
  'a program of Bash': {
    file: 'a.sh',
    text: () => `${PROGRAM}${repeated('read A; echo "$(cat /home/a/b)" > c.txt\n', 1_900_000)}`,
  },
  'empty lines in Bash': { file: 'a.sh', text: () => `${PROGRAM}x=1\n${repeated('\n', 90_000)}x=2\n` },
  'open brackets in Bash': { file: 'a.sh', text: () => `${PROGRAM}${repeated('x=$( ( { "${a:-', 1_900_000)}` },
  'cells of JavaScript': {
    file: 'a.ipynb',
    text: () =>
      notebook(code(repeated('prompt(`${a}`); Deno.writeTextFileSync("a", `${b`${c}`}`);\n', 4_900_000))).replace(
        '"metadata":{},"cells"',
        '"metadata":{"kernelspec":{"name":"deno","language":"typescript"}},"cells"',
      ),
  },
  'nested lists': { file: 'a.ipynb', text: () => '['.repeat(BYTES) },
  'a text of escapes': {
    file: 'a.ipynb',
    text: () => notebook(`{"cell_type":"raw","source":"${repeated('\\u0041')}",}`),
  },
  'much code': cellsOf('x = f(1, [2, {"a": b}])\n'),
  'much code with mistakes': cellsOf('x = f(1, [2 3, {"a" b}\n'),
  'cells of signs': cellsOf('*/'),
  'cells of one bracket': cellsOf(')'),
  'cells of pairs of brackets': cellsOf('{}'),
  'cells of comparisons': cellsOf('> '),
  'cells of prefixes of texts': cellsOf('fE!'),
  'a program of pairs of brackets': {
    file: 'a.py',
    text: () => `${PROGRAM}import argparse\n${repeated('{}', 190_000)}`,
  },
  'a cell of prefixes of texts': { file: 'a.ipynb', text: () => notebook(code(repeated('fE!', 190_000))) },
  'cells of signs in JavaScript': {
    file: 'a.ipynb',
    text: () =>
      notebook(numbered(25, () => code(repeated('*', 19_000))).join()).replace(
        '"metadata":{},"cells"',
        '"metadata":{"kernelspec":{"name":"deno","language":"typescript"}},"cells"',
      ),
  },
  'many calls': cellsOf('q = parse_qs(get_query_string()); q.get("a"); dbutils.widgets.text("a", "b")\n'),
  'names in metadata': {
    file: 'a.ipynb',
    text: () =>
      `{"nbformat":4,"nbformat_minor":5,"cells":[],"metadata":{${numbered(830_000, (at) => `"k${at}":1`).join()}}}`,
  },
  'almost too many names in metadata': {
    file: 'a.ipynb',
    text: () =>
      `{"nbformat":4,"nbformat_minor":5,"cells":[],"metadata":{${numbered(299_000, (at) => `"k${at}":1`).join()}}}`,
  },
  'many properties in a file beside': besideOf(
    'a.params.json',
    () => `{"properties":{${numbered(45_000, (at) => `"k${at}":{"type":"string"}`).join()}}}`,
  ),
  'open brackets in YAML': besideOf('a.params.yaml', () => `a: ${'['.repeat(400_000)}`),
  'cells of Python': { file: 'a.py', text: () => repeated('# %%\nx = 1\n') },
  'fences in Python': { file: 'a.py', text: () => `# %% [markdown]\n${repeated('# ```a\n', 700_000)}` },
  'options in Python': { file: 'a.py', text: () => repeated('# %% {"a": [1, 2, 3]} tags=["a"]\n', 600_000) },
  'open brackets in options in Python': {
    file: 'a.py',
    text: () => repeated(`# %% {${'[{'.repeat(1900)}}\n# %% ${'a=['.repeat(1300)}]\n`, 1_900_000),
  },
  'names of names in YAML': besideOf('a.params.yaml', () => `a: ${`[${'{['.repeat(120)}${']}'.repeat(120)}],\n`}`),
  'names of names in the header of Python': {
    file: 'a.py',
    text: () => `# ---\n# a: ${'{['.repeat(240)}${']}'.repeat(240)}\n# ---\n# %%\n1\n`,
  },
  statements: { file: 'a.sql', text: () => `-- connection: a\n${repeated('SELECT :a;', 1_900_000)}` },
  'code in R Markdown': { file: 'a.Rmd', text: () => `\`\`\`{r}\n1\n\`\`\`\n${repeated('`r x` ', 1_900_000)}` },
};

if (import.meta.main) {
  readFile('a.ipynb', bytesOf(tagged));
  const { file, text, beside } = LARGE_FILES[process.argv[2] ?? ''] as LargeFile;
  const bytes = bytesOf(text());
  const side = beside && { file: beside.file, bytes: bytesOf(beside.text()) };
  const before = peakBytes();
  const start = process.threadCpuUsage();
  const reading = readFile(file, bytes, side);
  const { user, system } = process.threadCpuUsage(start);
  console.log(JSON.stringify({ reading, ms: (user + system) / 1000, moreBytes: peakBytes() - before }));
}

function peakBytes(): number {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}
