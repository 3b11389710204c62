/** Literals of JavaScript in a real Deno kernel: what its variables hold is compared with the values. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/domain/text/json.ts';
import { typescript } from '../../../src/language/javascript/javascript.ts';
import { languageProgram } from '../../kernel/language-kernel.ts';
import { type Case, readBack } from '../kernel-read-back.ts';
import { anyJson, anyText } from '../parameter-values.ts';

const WRITE_OUT = (
  count: number,
) => `Deno.writeTextFileSync(Deno.env.get("SCRIPT_RUNNER_OUTPUT_DIR") + "/out", JSON.stringify(
  [${Array.from({ length: count }, (_, at) => `v${at}`).join(', ')}],
  (_, value) => typeof value === "bigint" || (typeof value === "number" && !Number.isFinite(value)) ? String(value) : value));`;

const batch = { minLength: 100, maxLength: 200 };
const settings = { numRuns: 4, endOnFailure: true };
/** As in JSON, where -0 is 0 and `__proto__` is a key like any other. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe.skipIf(languageProgram('deno') === undefined)('a JavaScript literal in a real kernel (needs deno)', () => {
  it('comes back equal, of any value of JSON', async () => {
    const back = await readBack('deno', typescript, WRITE_OUT);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          anyJson.map((value): Case => ({ value, schema: {} })),
          batch,
        ),
        async (cases) => {
          expect(await back(cases)).toEqual(plain(cases.map(({ value }) => value)));
        },
      ),
      settings,
    );
  });

  it('comes back equal, of any text', async () => {
    const back = await readBack('deno', typescript, WRITE_OUT);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          anyText.map((value): Case => ({ value, schema: { type: 'string' } })),
          batch,
        ),
        async (cases) => {
          expect(await back(cases)).toEqual(cases.map(({ value }) => value));
        },
      ),
      settings,
    );
  });

  it('keeps what JSON has no word for, hostile keys and deep values', async () => {
    const back = await readBack('deno', typescript, WRITE_OUT);
    const deep = Array.from({ length: 99 }).reduce<Json>(
      (inner, _, depth) => (depth % 2 === 0 ? [inner] : { 'a"': inner }),
      ['x\n', null],
    );
    const hostile = JSON.parse('{"__proto__": {"x": 1}, "constructor": "${1}", "`": "</script>"}') as Json;
    const cases: Case[] = [
      { value: 'NaN', schema: { type: 'number' } },
      { value: '-Infinity', schema: { type: ['number', 'null'] } },
      { value: '9223372036854775808', schema: { type: 'integer' } },
      { value: '2024-02-29', schema: { type: 'string', format: 'date', 'x-native': 'date' } },
      { value: hostile, schema: {} },
      { value: deep, schema: {} },
    ];
    expect(await back(cases)).toEqual([
      'NaN',
      '-Infinity',
      '9223372036854775808',
      '2024-02-29T00:00:00.000Z',
      hostile,
      deep,
    ]);
  });
});
