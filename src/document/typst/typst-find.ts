/** Finds typst: the command of the machine, or the Python package `typst` in the Python of the notebooks. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findCommand } from '../command-find.ts';

export interface Typst {
  readonly command: string;
  /** Options of the command, up to the input, the output and the date in seconds since 1970. */
  readonly args: (input: string, output: string, madeAtS: number) => readonly string[];
}

export interface TypstPlaces {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of the Python that notebooks run on, as far as it is known. */
  readonly python: () => string | undefined;
}

const PYTHON_MS = 10_000;
const COMPILE =
  "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2], root='.', timestamp=int(sys.argv[3]))";

/** Undefined if there is none. */
export type FindTypst = () => Promise<Typst | undefined>;

/** Each Python is asked once. */
export function createTypstFinder({ environment, python }: TypstPlaces): FindTypst {
  const asked = new Map<string, Promise<boolean>>();
  return async () => {
    const command = await findCommand(['typst'], environment['PATH']);
    if (command !== undefined)
      return {
        command,
        args: (input, output, madeAtS) => [
          'compile',
          '--root=.',
          `--creation-timestamp=${String(madeAtS)}`,
          input,
          output,
        ],
      };
    const path = python();
    if (path === undefined) return undefined;
    const has = asked.get(path) ?? hasModule(path);
    asked.set(path, has);
    if (!(await has)) return undefined;
    return {
      command: path,
      args: (input, output, madeAtS) => ['-I', '-c', COMPILE, input, output, String(madeAtS)],
    };
  };
}

async function hasModule(python: string): Promise<boolean> {
  return promisify(execFile)(python, ['-I', '-c', 'import typst'], { timeout: PYTHON_MS }).then(
    () => true,
    () => false,
  );
}
