/** The hostile notebooks of `test/hostile`, and the requirements for each of them. */
import { readFile, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { parsePercent } from '../../src/files/percent-parse.ts';

export const HOSTILE = join(import.meta.dirname, '../hostile');
/** Files that are no scripts. */
const OTHERS = new Set(['README.md']);

const Header = Type.Object(
  {
    tries: Type.String({ minLength: 1 }),
    holds: Type.String({ minLength: 1 }),
    outcomes: Type.Optional(
      Type.Array(Type.Enum(['succeeded', 'failed', 'timed-out', 'kernel-died', 'cancelled']), { minItems: 1 }),
    ),
    prints: Type.Optional(Type.Array(Type.String())),
    never: Type.Optional(Type.Array(Type.String())),
    runs: Type.Optional(Type.Integer({ minimum: 1, maximum: 10 })),
  },
  { additionalProperties: false },
);

export interface Hostile {
  /** Of the script, and of its file without the extension. */
  readonly name: string;
  readonly tries: string;
  readonly holds: string;
  /** Undefined: any outcome is allowed. */
  readonly outcomes?: readonly string[] | undefined;
  readonly prints: readonly RegExp[];
  readonly never: readonly RegExp[];
  readonly runs: number;
}

/** All notebooks of the folder, sorted by name. Throws an Error that names a file whose header is missing or wrong. */
export async function readHostile(folder = HOSTILE): Promise<readonly Hostile[]> {
  const files = (await readdir(folder)).filter((file) => !OTHERS.has(file) && !file.endsWith('.params.json')).sort();
  return Promise.all(
    files.map(async (file) => describeHostile(file, metadataOf(file, await readFile(join(folder, file), 'utf8')))),
  );
}

function metadataOf(file: string, text: string): Readonly<Record<string, unknown>> {
  switch (extname(file)) {
    case '.py':
      return parsePercent(text).metadata;
    case '.ipynb':
      return (JSON.parse(text) as { metadata: Record<string, unknown> }).metadata;
    default:
      throw new Error(`${file} in test/hostile is neither a .py file in cells nor a notebook`);
  }
}

/** Throws an Error that names the file and what is wrong. */
export function describeHostile(file: string, { hostile }: Readonly<Record<string, unknown>>): Hostile {
  const [problem] = Value.Errors(Header, hostile);
  if (problem !== undefined)
    throw new Error(
      `${file}: the header “hostile” is wrong at ${problem.instancePath || 'its top'}: ${problem.message}`,
    );
  const { tries, holds, outcomes, prints = [], never = [], runs = 1 } = hostile as Static<typeof Header>;
  return {
    name: file.slice(0, -extname(file).length),
    tries,
    holds,
    outcomes,
    prints: prints.map((text) => new RegExp(text)),
    never: never.map((text) => new RegExp(text)),
    runs,
  };
}
