/** Literals of R in a real kernel: what its variables hold is compared with the values. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/domain/text/json.ts';
import { r } from '../../../src/language/r/r.ts';
import { createBench, say } from '../../kernel/fixture.ts';
import { languageKernel, languageProgram } from '../../kernel/language-kernel.ts';
import { type Case, readBack } from '../kernel-read-back.ts';
import { anyJson, anyText } from '../parameter-values.ts';

// jsonlite writes 15 digits: numbers are sent as text, with all 17. To R, a value is a list of one, so lists of one
// come back as a value.
const WRITE_OUT = (count: number) => `local({
  plain <- function(value) if (is.list(value)) lapply(value, plain) else if (inherits(value, "Date")) format(value) else if (is.numeric(value)) sprintf("#%.17g", value) else value
  values <- lapply(seq_len(${count}) - 1, function(at) plain(get(paste0("v", at), envir = globalenv())))
  text <- vapply(values, function(value) as.character(jsonlite::toJSON(value, auto_unbox = TRUE, null = "null", na = "string")), "")
  out <- file(file.path(Sys.getenv("SCRIPT_RUNNER_OUTPUT_DIR"), "out"), "wb")
  writeLines(enc2utf8(paste0("[", paste(text, collapse = ",\\n"), "]")), out, useBytes = TRUE)
  close(out)
})`;

const cleaned = (text: string): string => text.toWellFormed().replaceAll('\0', '');

/** A value as R returns it. */
function asHeld(value: Json): Json {
  if (typeof value === 'string') return cleaned(value);
  if (Array.isArray(value)) {
    const items = (value as Json[]).map(asHeld);
    const isVector = value.length === 1 && typeof value[0] !== 'object';
    return isVector ? items[0]! : items;
  }
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [cleaned(key), asHeld(part)]));
  return value;
}

/** R reads decimals except for their last bit. */
function expectSame(actual: Json | undefined, expected: Json): void {
  if (typeof expected === 'number' && typeof actual === 'string') {
    const number = Number(actual.slice(1));
    if (number !== expected) expect(Math.abs(number / expected - 1), `${actual} for ${expected}`).toBeLessThan(1e-15);
  } else if (typeof expected === 'object' && expected !== null && typeof actual === 'object' && actual !== null) {
    const [a, e] = [Object.entries(actual), Object.entries(expected)];
    expect(a.map(([key]) => key)).toEqual(e.map(([key]) => key));
    for (const [at, [, part]] of e.entries()) expectSame(a[at]?.[1] as Json, part as Json);
  } else {
    expect(actual).toEqual(expected);
  }
}

// jsonlite, which reads the values back, gives names to what has none.
const cleanedValue = (value: Json): Json =>
  JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'string'
      ? cleaned(part)
      : typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).map(([key, inner]) => [cleaned(key) || 'none', inner]))
        : part,
  ) as Json;
const batch = { minLength: 100, maxLength: 200 };
const settings = { numRuns: 4, endOnFailure: true };

describe.skipIf(languageProgram('R') === undefined)('an R literal in a real kernel (needs R)', () => {
  it('comes back equal, of any value that R can hold', async () => {
    const back = await readBack('R', r, WRITE_OUT);
    const tiny = (value: Json): boolean => JSON.stringify(value).includes('e-3');
    const cases = fc.array(
      anyJson
        .map(cleanedValue)
        .filter((value) => !tiny(value))
        .map((value): Case => ({ value, schema: {} })),
      batch,
    );
    await fc.assert(
      fc.asyncProperty(cases, async (all) => {
        for (const [at, held] of (await back(all)).entries()) expectSame(held, asHeld(all[at]?.value ?? null));
      }),
      settings,
    );
  });

  it('comes back equal, of any text and any list of texts', async () => {
    const back = await readBack('R', r, WRITE_OUT);
    const texts = fc.array(
      fc.oneof(anyText.map(cleaned), fc.array(anyText.map(cleaned), { minLength: 2, maxLength: 4 })),
      batch,
    );
    await fc.assert(
      fc.asyncProperty(texts, async (all) => {
        expect(await back(all.map((value) => ({ value, schema: {} })))).toEqual(all);
      }),
      settings,
    );
  });

  it('keeps what JSON has no word for, and deep values', async () => {
    const back = await readBack('R', r, WRITE_OUT);
    const deep = Array.from({ length: 99 }).reduce<Json>(
      (inner, _, depth) => (depth % 2 === 0 ? [inner, 1] : { 'a"': inner }),
      ['x\n', null],
    );
    const cases: Case[] = [
      { value: 'NaN', schema: { type: 'number' } },
      { value: '-Infinity', schema: { type: 'number' } },
      { value: ['Infinity', 1], schema: { type: 'array', items: { type: 'number' } } },
      { value: '2024-02-29', schema: { type: 'string', format: 'date', 'x-native': 'date' } },
      { value: '2024-02-29T10:30:15+02:00', schema: { 'x-native': 'datetime', 'x-zone': true } },
      { value: 5, schema: { type: 'integer' } },
      { value: deep, schema: {} },
    ];
    expect(await back(cases)).toEqual([
      '#NaN',
      '#-Inf',
      ['#Inf', '#1'],
      '2024-02-29',
      '2024-02-29 08:30:15',
      '#5',
      JSON.parse(JSON.stringify(deep), (_, part: unknown) => (part === 1 ? '#1' : part)),
    ]);
  });

  it('hands downloads over as CSV that is right and inert', async () => {
    const { dataDirectory, asked } = await languageKernel('R');
    const bench = await createBench({ dataDirectories: [dataDirectory] });
    const kernel = await bench.take(asked);
    await say(kernel, 'sales <- data.frame(name = c("=1+1", "é \\"q\\", x", "-5"), n = c(1.5, NA, -2))');
    expect(await say(kernel, r.writeDownloads(['sales']) ?? '')).toMatchObject({ status: 'ok', messages: [] });
    expect(await readFile(join(bench.scripts, '..', 'run-1', 'sales.csv'), 'utf8')).toBe(
      '\ufeff"name","n"\n"\'=1+1",1.5\n"é ""q"", x",\n"-5",-2\n',
    );
  });
});
