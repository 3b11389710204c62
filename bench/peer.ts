/** The peers from PyPI, in an environment of their own that is made once and kept in the user's cache. */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { preparePython } from '../src/python/prepare.ts';
import { timed } from './measure.ts';

const run = promisify(execFile);
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');

export interface Peers {
  /** Interpreter of the environment; our own side runs its kernels on it, too. */
  readonly python: string;
  /** `Python 3.11.7, papermill 2.6.0, …` */
  readonly versions: string;
  /** Milliseconds of `python -m module …`; throws with its words when it fails. */
  time(module: string, args: readonly string[], folder: string): Promise<number>;
}

/** Throws where the environment cannot be made. */
export async function preparePeers(say: (line: string) => void): Promise<Peers> {
  const environment = { ...process.env, VIRTUAL_ENV: undefined, CONDA_PREFIX: undefined };
  const { path: python } = await preparePython({
    python: undefined, projectFolder: import.meta.dirname, environment, requirements: REQUIREMENTS, mayInstallSystem: false, say, signal: new AbortController().signal,
  });
  const names = ['ipykernel', 'nbclient', 'nbconvert', 'pandas', 'papermill'];
  const asked = 'import sys, importlib.metadata as m; print("Python", sys.version.split()[0]); [print(n, m.version(n)) for n in sys.argv[1:]]';
  const { stdout } = await run(python, ['-c', asked, ...names]);
  // A user's own Jupyter settings must not slow the peers down, and the kernel `python3` must be this environment's.
  const env = { ...process.env, PATH: `${dirname(python)}:${process.env['PATH'] ?? ''}`, JUPYTER_NO_CONFIG: '1', PYDEVD_DISABLE_FILE_VALIDATION: '1' };
  return {
    python,
    versions: stdout.trim().split('\n').join(', '),
    time: (module, args, cwd) => timed(() => run(python, ['-m', module, ...args], { cwd, env, maxBuffer: 64e6 })),
  };
}
