import { parser as javascript } from '@lezer/javascript';
import { parser as python } from '@lezer/python';
import { expect, it } from 'vitest';
import { boundedCode } from '../../src/language/code-bound.ts';
import { parseJavascript } from '../../src/language/javascript/javascript-tree.ts';
import { boundedPython, parsePython } from '../../src/language/python/python-tree.ts';
import { boundedParser, MOST_RECOVERY_STEPS } from '../../src/language/syntax-parse.ts';
import { typescript } from '../../src/language/javascript/javascript.ts';
import { python as pythonLanguage } from '../../src/language/python/python.ts';

const NONSENSE = ['{}', '> ', 'fE!', 'a b ', ')', '*/'];
const JAVASCRIPT_NONSENSE = [')', '*', '=>', '!}{', '\u2028*', ':=', 'é->/a '];
const repeated = (text: string, chars = 190_000): string => text.repeat(Math.floor(chars / text.length));
const typescriptParser = javascript.configure({ dialect: 'ts' });

it.each([
  ...NONSENSE.map((text) => ['python', text, boundedParser(python)] as const),
  ...JAVASCRIPT_NONSENSE.map(
    (text) => ['typescript', text, boundedParser(typescriptParser, { readsAhead: true })] as const,
  ),
])('%s: stops at a number of mistakes in code that repeats %j', (_id, text, parse) => {
  const most = MOST_RECOVERY_STEPS / 10;
  const { recoverySteps, tree } = parse(repeated(text), most);
  expect(recoverySteps).toBeGreaterThan(most);
  // reading ahead once may take many steps
  expect(recoverySteps).toBeLessThan(2 * most);
  expect(tree.topNode.firstChild).toBeNull();
});

it.each([...NONSENSE, 'f(1, [2 3, {"a" b} ) '])(
  'reads code that contains %j in texts and comments as the parser alone does',
  (text) => {
    const prose = repeated(text.replaceAll('"', "'"), 50_000);
    const source = `x: int = 1\n"""${prose}"""\n# ${prose.replaceAll('\n', ' ')}\ny = f("a", {"b": [x]})\n`;
    const { tree, recoverySteps } = boundedParser(python)(source);
    expect(recoverySteps).toBe(0);
    expect(String(tree)).toBe(String(python.parse(source)));
  },
);

it('reads nothing of code that is nested deeper than anybody writes, and all of other code', () => {
  for (const text of ['(', 'f(a,', '{"a":[', 'not ', 'if x:\n', 'x = f(1, [2 3, {"a" b}\n'])
    expect(parsePython(repeated(text)).topNode.firstChild).toBeNull();
  for (const text of ['[a,', 'await [', '<a>', 'a<b(']) expect(parseJavascript(repeated(text)).length).toBe(0);
  const nested = `${'['.repeat(100)}1${']'.repeat(100)}\n`.repeat(100);
  expect(parsePython(nested).length).toBe(nested.length);
  expect(parseJavascript(nested).length).toBe(nested.length);
});

it('reads correct JavaScript without counting any step', () => {
  const source = repeated(
    'const f = async (a) => ({ b: [1, `${a}`], c: /x[/]/g }); // why\nif (f) { await f(<b>x</b>); }\n',
  );
  expect(boundedParser(javascript.configure({ dialect: 'jsx' }), { readsAhead: true })(source).recoverySteps).toBe(0);
  const blank = repeated('\n    ');
  expect(boundedParser(typescriptParser, { readsAhead: true })(`${blank}let a = 1`).recoverySteps).toBe(0);
});

it('reads code with some mistakes as the parser alone does', () => {
  const source = repeated('x = 1\ny = (2 3\nz = )\nprint "old"\nif a\n  b = 1\n', 5_000);
  expect(String(parsePython(source))).toBe(String(python.parse(source)));
  expect(String(parseJavascript(source))).toBe(String(typescriptParser.parse(source)));
});

it('cells share the bound; cells without mistakes are read in any case', () => {
  const wrong = repeated('{}', 6_000);
  const other = `n = 1\n${repeated('> ', 6_000)}`;
  const good = 'x = 1';
  expect(boundedPython([good, wrong, good, other, good, wrong])).toEqual([good, wrong, good, other, good, '']);
  expect(boundedPython([good, repeated('{}'), good, 'x = )\ny', good])).toEqual([good, '', good, '', good]);
});

it('the bound of one cell does not depend on what was asked before', () => {
  const parse = boundedParser(python);
  const wrong = repeated('{}', 600);
  const steps = parse(wrong).recoverySteps;
  expect(parse(wrong, 5)).toMatchObject({ tree: { length: 0 } });
  expect(parse(wrong, 5).recoverySteps).toBeGreaterThan(5);
  expect(parse(repeated('> ', 600), 5)).toMatchObject({ tree: { length: 0 }, recoverySteps: 6 });
  expect(parse(repeated('> ', 600)).tree.length).toBe(600);
  expect(parse(wrong)).toMatchObject({ tree: { length: 600 }, recoverySteps: steps });
});

it.each([pythonLanguage, typescript])('$id: names the first cell with too many mistakes', (language) => {
  const found = language.review?.(['x', repeated(') '), repeated(') ')]) ?? [];
  expect(found.filter(({ code }) => code === 'unread-code')).toMatchObject([
    { cell: 1, line: 1, what: expect.stringContaining('too many mistakes in its syntax') as string },
  ]);
});

it.each([pythonLanguage, typescript])('$id: names code that is nested too deeply', (language) => {
  const deep = `x = 1\ny = ${'['.repeat(500)}${']'.repeat(500)}`;
  const found = language.review?.(['x', deep, 'y = )\nz']) ?? [];
  expect(found.filter(({ code }) => code === 'unread-code')).toMatchObject([
    { cell: 1, what: expect.stringContaining('too deeply nested brackets') as string },
  ]);
});

it('code that is too long is named as such', () => {
  expect(boundedCode(['x', ' '.repeat(200_001)])).toEqual(['x', '']);
  expect(pythonLanguage.review?.(['x', ' '.repeat(200_001)])).toMatchObject([
    { cell: 1, what: expect.stringContaining('too long') as string },
  ]);
});
