import { expect, test } from 'vitest';
import { reviewJavascript } from '../../../src/language/review/javascript-review.ts';

const codes = (source: string) => reviewJavascript([source]).map(({ code, line }) => `${code} ${line}`);

test.each([
  ['const name = prompt("Name?")', ['asks-for-input 1']],
  ['\nif (confirm("Sure?")) go()', ['asks-for-input 2']],
  ['const n = await Deno.stdin.read(buffer)', ['asks-for-input 1']],
  ['process.stdin.on("data", read)', ['asks-for-input 1']],
  ['const d = await Deno.readTextFile("/home/ana/orders.csv")', ['absolute-path 1']],
  ['read(`/Users/ana/${day}.csv`)', ['absolute-path 1']],
  ['read("C:\\\\data\\\\a.csv")', ['absolute-path 1']],
  ['const password: string = "tr0ub4dor-x"', ['secret-in-source 1']],
  [
    'options.apiKey = "tr0ub4dor-x"\noptions["access_token"] = `tr0ub4dor-y`',
    ['secret-in-source 1', 'secret-in-source 2'],
  ],
  ['connect({ host: "db", password: \'tr0ub4dor-x\' })', ['secret-in-source 1']],
  ['class A { secretKey = "tr0ub4dor-x" }', ['secret-in-source 1']],
  ['const u = "postgresql://ana:tr0ub4dor@db/sales"', ['secret-in-source 1']],
  ['await Deno.writeTextFile("out.csv", text)', ['lost-file 1']],
  ['fs.writeFileSync("out.csv", text)\ncreateWriteStream("b.txt")', ['lost-file 1', 'lost-file 2']],
])('finds in %j', (source, expected) => {
  expect(codes(source)).toEqual(expected);
});

test.each([
  'function prompt(x) { return x }\nprompt("a")',
  'editor.prompt("a")',
  '// prompt("a")',
  'const s = "prompt(1)"',
  'const password = Deno.env.get("SCRIPT_RUNNER_PARAM_password")',
  'const token = "your-token"',
  'const { password } = options',
  'if (password === "tr0ub4dor-x") go()',
  'fetch("https://example.org/home/ana/x")',
  'await Deno.writeTextFile("out.csv", text)\nawait Deno.readTextFile("out.csv")',
  'await Deno.writeTextFile(`${Deno.env.get("SCRIPT_RUNNER_OUTPUT_DIR")}/out.csv`, text)',
  'await Deno.writeTextFile(path, "a.txt")',
  'if (',
  '('.repeat(5000),
  '`${'.repeat(5000),
])('finds nothing in %j', (source) => {
  expect(codes(source)).toEqual([]);
});

test('finds an input that is overwritten before anything has used it', () => {
  const review = (...cells: string[]) =>
    reviewJavascript(['let day = 1, n = 2', ...cells], { names: ['day', 'n'], cell: 0 }).map(
      ({ what, cell, line }) => `${what.slice(0, 15)} ${cell} ${line}`,
    );
  expect(review('go()', 'let x = 1\nlet day = 3; n = 4')).toEqual(['The input “day” 2 2', 'The input “n” i 2 2']);
  expect(review('log(day)', 'day = 3; n = n + 1')).toEqual([]);
  expect(review('if (a) day = 3', 'eval(x)\nn = 3')).toEqual([]);
});

test('names at most 20 places of a kind, and reads no cell that is too long', () => {
  expect(reviewJavascript([Array.from({ length: 30 }, () => 'prompt()').join('\n')])).toHaveLength(20);
  expect(reviewJavascript([`prompt()\n${' '.repeat(200_000)}`])).toEqual([]);
});
