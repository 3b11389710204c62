/**
 * Finds a pandoc that works in its sandbox: the machine's own, or that of the Python package `pypandoc-binary`. The one
 * of Debian keeps its templates in files that its sandbox may not read.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findCommand } from '../command-find.ts';
import type { MissingProgram } from '../../domain/report/document-writer.ts';
import { runPandoc } from './pandoc-run.ts';

export interface PandocPlaces {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of the Python that notebooks run on, as far as it is known. */
  readonly python: () => string | undefined;
}

export interface PandocFinder {
  /** Path; undefined if there is none that works. */
  find(): Promise<string | undefined>;
  /** Undefined if there is one. */
  missing(): Promise<MissingProgram | undefined>;
}

const TRIAL_MS = 20_000;
const TRIAL_BYTES = 1_000_000_000;
const PYTHON_MS = 10_000;
/** A report in small: a formula and a picture. */
const TRIAL =
  '<!doctype html><title>x</title><p><script type="math/tex">x</script><img alt="x" src="data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==">';
const PACKAGE_FOLDER = 'import os, pypandoc; print(os.path.dirname(pypandoc.__file__))';

/** Each program is tried once. */
export function createPandocFinder({ environment, python }: PandocPlaces): PandocFinder {
  const tried = new Map<string, Promise<boolean>>();
  const packages = new Map<string, Promise<string | undefined>>();

  async function works(path: string | undefined): Promise<boolean> {
    if (path === undefined) return false;
    const known = tried.get(path) ?? tryPandoc(path, environment);
    tried.set(path, known);
    return known;
  }

  async function ofPython(): Promise<string | undefined> {
    const path = python();
    if (path === undefined) return undefined;
    const known = await packages.get(path);
    if (known !== undefined) return known;
    const found = packagePandoc(path);
    packages.set(path, found);
    return found;
  }

  const ofMachine = () => findCommand(['pandoc'], environment['PATH']);
  async function find(): Promise<string | undefined> {
    const own = await ofMachine();
    if (await works(own)) return own;
    const packaged = await ofPython();
    return (await works(packaged)) ? packaged : undefined;
  }

  return {
    find,
    async missing() {
      if ((await find()) !== undefined) return undefined;
      const own = await ofMachine();
      const instead = own === undefined ? '' : `${own} cannot write in its sandbox. `;
      return {
        why: 'The server has no pandoc that works.',
        remedy: `${instead}Install one: ${python() ?? 'python3'} -m pip install pypandoc-binary`,
      };
    },
  };
}

async function tryPandoc(path: string, environment: PandocPlaces['environment']): Promise<boolean> {
  const signal = AbortSignal.timeout(TRIAL_MS);
  const limits = { timeMs: TRIAL_MS, memoryBytes: TRIAL_BYTES, signal };
  const args = ['--to', 'docx', '--fail-if-warnings'];
  try {
    await runPandoc({ path, environment, args, html: Buffer.from(TRIAL), madeAtS: 0 }, limits);
    return true;
  } catch {
    return false;
  }
}

async function packagePandoc(python: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(python, ['-I', '-c', PACKAGE_FOLDER], { timeout: PYTHON_MS });
    return await findCommand([join(stdout.trim(), 'files', 'pandoc')]);
  } catch {
    return undefined;
  }
}
