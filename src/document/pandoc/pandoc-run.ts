/** Runs pandoc in its own sandbox: it reads its standard input, and no file and no address that a document names. */
import { exitOf, ProgramError, readAll, errorTailOf, withProgram, type ProgramLimits } from '../program.ts';
import { withPrivateFolder } from '../private-folder.ts';

export interface PandocRun {
  /** Path of the program. */
  readonly path: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What it writes, with further options. */
  readonly args: readonly string[];
  readonly html: Uint8Array;
  /** The only date that it may use, in seconds since 1970. */
  readonly madeAtS: number;
}

const MOST_BYTES = 200_000_000;
/** Wrapping elements of a page mean nothing in a document. */
const FROM = 'html-native_divs-native_spans';
/** Of Haskell programs: the limit of their memory is reached. */
const HEAP_EXHAUSTED = 251;

/** Settles with what it wrote. Rejects with a `ProgramError`. */
export function runPandoc(
  { path, environment, args, html, madeAtS }: PandocRun,
  limits: ProgramLimits,
): Promise<Buffer> {
  const bound = ['+RTS', `-M${String(Math.ceil(limits.memoryBytes / 1_000_000))}m`, '-RTS'];
  return withPrivateFolder(undefined, (folder) =>
    withProgram(
      {
        command: path,
        args: [...bound, '--sandbox', '--from', FROM, '--output', '-', ...args],
        folder,
        environment: { PATH: environment['PATH'], SOURCE_DATE_EPOCH: String(madeAtS) },
        stdio: ['pipe', 'pipe', 'pipe'],
      },
      limits,
      async (child) => {
        const said = errorTailOf(child);
        const exit = exitOf(child);
        // it may end before it has read everything
        child.stdin!.on('error', () => undefined);
        child.stdin!.end(html);
        const written = await readAll(child.stdout!, MOST_BYTES);
        const code = await exit;
        if (code === HEAP_EXHAUSTED) throw new ProgramError('memory', 'pandoc needs too much memory.');
        if (code !== 0) throw new ProgramError('failed', `pandoc says: ${said()}`);
        return written;
      },
    ),
  );
}
