/** Runs typst in a private folder: it reads nothing outside of it, and packages of the network cannot be reached. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exitOf, ProgramError, errorTailOf, withProgram, type ProgramLimits } from '../program.ts';
import { withPrivateFolder } from '../private-folder.ts';
import type { Picture } from '../pandoc/picture.ts';
import type { Typst } from './typst-find.ts';

export interface TypstRun {
  readonly typst: Typst;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly text: Uint8Array;
  readonly pictures: readonly Picture[];
  /** The only date in the document, in seconds since 1970. */
  readonly madeAtS: number;
}

/** Nothing listens here. */
const NO_PROXY = 'http://127.0.0.1:1';

/** Settles with the PDF. Rejects with a `ProgramError`. */
export function runTypst(
  { typst, environment, text, pictures, madeAtS }: TypstRun,
  limits: ProgramLimits,
): Promise<Buffer> {
  return withPrivateFolder(undefined, async (folder) => {
    for (const { path, bytes } of [{ path: 'report.typ', bytes: text }, ...pictures]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), bytes);
    }
    await withProgram(
      {
        command: typst.command,
        args: typst.args('report.typ', 'report.pdf', madeAtS),
        folder,
        environment: { PATH: environment['PATH'], HTTPS_PROXY: NO_PROXY, HTTP_PROXY: NO_PROXY, ALL_PROXY: NO_PROXY },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
      limits,
      async (child) => {
        const said = errorTailOf(child);
        if ((await exitOf(child)) !== 0) throw new ProgramError('failed', `typst says: ${said()}`);
      },
    );
    return readFile(join(folder, 'report.pdf'));
  });
}
