/**
 * `script-runner convert SCRIPT --to FORMAT [-o FILE]`: a script in another format. Notebooks are written from what the
 * server reads; texts are written by Jupytext, in the Python of the project.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { pythonRequest } from '../compose/compose-kernel.ts';
import type { ConfigSources } from '../config/config.ts';
import { readPlainBytesSync } from '../disk/plain-file.ts';
import { AppError } from '../domain/error.ts';
import type { Notebook } from '../domain/notebook/notebook.ts';
import { writeNotebook } from '../domain/notebook/notebook-write.ts';
import { kernelOf } from '../files/format/format.ts';
import { toNotebookFile } from '../files/script-convert.ts';
import { readNotebook } from '../files/script-parse.ts';
import { findPython } from '../python/prepare.ts';
import { writeJupytext } from '../python/jupytext.ts';
import { writeAt, writeOutput } from './export-file.ts';
import { findScript } from './script-argument.ts';

export interface ConvertOptions {
  /** Name of a format; absent: by the extension of `out`. */
  readonly to: string | undefined;
  /** `-` is standard output; absent: the script's name with another extension. */
  readonly out: string | undefined;
  /** Replaces a file that is there. */
  readonly force: boolean;
}

/** Jupytext's names of those formats that are scripts here. */
const TEXTS: Readonly<Record<string, string>> = {
  py: 'py:percent',
  'py:percent': 'py:percent',
  md: 'md:myst',
  'md:myst': 'md:myst',
  'md:markdown': 'md:markdown',
  Rmd: 'Rmd:rmarkdown',
  qmd: 'qmd:quarto',
  R: 'R:percent',
  jl: 'jl:percent',
};
const NAMES = ['ipynb', ...Object.keys(TEXTS)].join(', ');
const PYTHON_MS = 60_000;
/** Saved outputs may be large. */
const NOTEBOOK_BYTES = 256_000_000;

/** Throws `not-found`, `invalid` for a broken script or a wrong option, `unavailable` where Jupytext is missing. */
export async function convert(
  script: string,
  flags: ConfigSources['flags'],
  { to, out, force }: ConvertOptions,
): Promise<void> {
  const { config, path } = findScript(script, flags);
  if (path === undefined) throw new AppError('not-found', `There is no script ${script}: neither a file nor a name.`);
  const format = to ?? (out === undefined ? undefined : extname(out).slice(1));
  if (format === undefined || (format !== 'ipynb' && TEXTS[format] === undefined))
    throw new AppError('invalid', `Say which format to write: --to with one of ${NAMES}.`);
  const target = out ?? join(dirname(path), `${nameOf(path)}.${format.split(':')[0] ?? ''}`);
  if (target !== '-' && existsSync(target) && !force)
    throw new AppError(
      'invalid',
      `${target} is there already. Write another file with -o, or replace it with --force.`,
    );
  const notebook = readScript(path);
  const text = writeNotebook(notebook);
  const jupytext = TEXTS[format];
  const written =
    jupytext === undefined
      ? text
      : await writeJupytext(
          text,
          jupytext,
          await findPython({
            ...pythonRequest(config, { say: () => undefined }),
            signal: AbortSignal.timeout(PYTHON_MS),
          }),
        );
  if (target === '-') return writeOutput([Buffer.from(written)]);
  await writeAt(target, Buffer.from(written));
  console.error(summary(path, target, jupytext !== undefined && hasOutputs(notebook)));
}

function readScript(path: string): Notebook {
  const source = { file: basename(path), bytes: readPlainBytesSync(path, NOTEBOOK_BYTES), modifiedAtMs: 0 };
  const file = toNotebookFile(source);
  if (file === undefined)
    throw new AppError('invalid', `${path} is no script: it has no cells. See docs/formats.md for what makes one.`);
  const notebook = readNotebook(file, { outputs: true });
  // a text without the name of a kernel is no script
  return { ...notebook, metadata: { ...kernelOf(notebook.language), ...notebook.metadata } };
}

function hasOutputs({ cells }: Notebook): boolean {
  return cells.some(({ outputs }) => outputs.length > 0);
}

function summary(path: string, target: string, losesOutputs: boolean): string {
  const lost = losesOutputs ? ' A text has no room for the outputs saved in the notebook.' : '';
  const isTwin = dirname(path) === dirname(target) && nameOf(path) === nameOf(target);
  const twin = isTwin
    ? ` Two files are called ${nameOf(path)} now; one of them is published: see docs/formats.md.`
    : '';
  return `Wrote ${target}.${lost}${twin}`;
}

function nameOf(path: string): string {
  return basename(path, extname(path));
}
