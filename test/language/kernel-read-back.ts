/** Passes values to a real kernel in one injected cell and reads the values of its variables back through a file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Json } from '../../src/domain/text/json.ts';
import type { Language } from '../../src/domain/parameter/language.ts';
import { NO_PARAMETERS, type ParameterSchema } from '../../src/domain/parameter/parameter.ts';
import { createBench, say } from '../kernel/fixture.ts';
import { languageKernel } from '../kernel/language-kernel.ts';

export interface Case {
  readonly value: Json;
  readonly schema: ParameterSchema;
}

/** `writeOut` is code that writes the variables v0, v1 … as a JSON list to the file `out` of the output folder. */
export async function readBack(
  name: 'R' | 'deno',
  language: Language,
  writeOut: (count: number) => string,
): Promise<(cases: readonly Case[]) => Promise<Json[]>> {
  const { dataDirectory, asked } = await languageKernel(name);
  const bench = await createBench({ dataDirectories: [dataDirectory] });
  const kernel = await bench.take(asked);
  return async (cases) => {
    const named = <T>(pick: (one: Case) => T): Record<string, T> =>
      Object.fromEntries(cases.map((one, at) => [`v${at}`, pick(one)]));
    const cell = language.writeParameters(
      named(({ value }) => value),
      { ...NO_PARAMETERS, properties: named(({ schema }) => schema) },
    );
    expect(await say(kernel, cell)).toMatchObject({ status: 'ok', messages: [] });
    expect(await say(kernel, writeOut(cases.length))).toMatchObject({ status: 'ok', messages: [] });
    return JSON.parse(await readFile(join(bench.scripts, '..', 'run-1', 'out'), 'utf8')) as Json[];
  };
}
