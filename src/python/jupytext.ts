/** Writes notebooks as texts by the Python package Jupytext. Source: https://jupytext.readthedocs.io */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { text } from 'node:stream/consumers';
import { AppError } from '../domain/error.ts';

const LIMIT_MS = 60_000;

/**
 * `notebook`: the text of an `.ipynb` file; `format`: Jupytext's name, such as `py:percent`. Throws `unavailable` with
 * what to install, `invalid` for a notebook that Jupytext refuses.
 */
export async function writeJupytext(
  notebook: string,
  format: string,
  python: { readonly path: string } | undefined,
): Promise<string> {
  const path = python?.path ?? 'python3';
  // from standard input, and in another folder: else a jupytext.toml nearby would change what is written
  const args = ['-I', '-m', 'jupytext', '--quiet', '--from', 'ipynb', '--to', format];
  const child = spawn(path, args, { cwd: tmpdir(), stdio: 'pipe', timeout: LIMIT_MS });
  child.stdin.on('error', () => undefined);
  child.stdin.end(notebook);
  const ended = Promise.withResolvers<number | null>();
  child.on('error', ended.reject).on('close', ended.resolve);
  const [written, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended.promise]).catch(
    (error: unknown) => {
      throw new AppError('unavailable', `Jupytext could not be started with ${path}: ${(error as Error).message}`);
    },
  );
  if (code === 0) return written;
  if (/No module named .?jupytext/.test(said))
    throw new AppError(
      'unavailable',
      `Texts are written by Jupytext, which is missing. Install it: ${path} -m pip install jupytext`,
    );
  const why = said.trim().split('\n').at(-1) ?? '';
  throw new AppError('invalid', `Jupytext could not write ${format}: ${why === '' ? 'it took too long' : why}`);
}
