/** The peers from PyPI, in an environment of their own that is created once in the user's cache. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { preparePython } from '../src/python/prepare.ts';
import { start } from './child.ts';
import type { Click } from './follow.ts';
import { timed } from './measure.ts';

const run = promisify(execFile);
const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt');
const MEASURED = ['ipykernel', 'nbclient', 'nbconvert', 'pandas', 'papermill', 'voila'];

export interface Peers {
  /** Interpreter of the environment; our own side runs its kernels on it, too. */
  readonly python: string;
  /** `Python 3.11.7, papermill 2.6.0, …` */
  readonly versions: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds of `python …`; throws with its output if it fails. */
  time(args: readonly string[], folder: string): Promise<number>;
  /** Time until `python …` has printed the text, and until its end. */
  click(args: readonly string[], folder: string, text: string): Promise<Click>;
}

/** Throws if the environment cannot be created. */
export async function preparePeers(say: (line: string) => void): Promise<Peers> {
  const environment = { ...process.env, VIRTUAL_ENV: undefined, CONDA_PREFIX: undefined };
  const { path: python } = await preparePython({
    python: undefined,
    projectFolder: import.meta.dirname,
    environment,
    requirements: REQUIREMENTS,
    mayInstallSystem: false,
    say,
    signal: new AbortController().signal,
  });
  const asked =
    'import sys, importlib.metadata as m; print("Python", sys.version.split()[0]); [print(n, m.version(n)) for n in sys.argv[1:]]';
  const { stdout } = await run(python, ['-c', asked, ...MEASURED]);
  // A user's own Jupyter settings must not slow the peers down, and the kernel `python3` must be this environment's.
  const env = {
    ...process.env,
    PATH: `${dirname(python)}:${process.env['PATH'] ?? ''}`,
    JUPYTER_NO_CONFIG: '1',
    PYDEVD_DISABLE_FILE_VALIDATION: '1',
  };
  return {
    python,
    env,
    versions: stdout.trim().split('\n').join(', '),
    time: (args, cwd) => timed(() => run(python, [...args], { cwd, env, maxBuffer: 64e6 })),
    click: (args, cwd, text) => saidBy(python, args, { cwd, env, text }),
  };
}

async function saidBy(
  python: string,
  args: readonly string[],
  { text, ...options }: { cwd: string; env: NodeJS.ProcessEnv; text: string },
): Promise<Click> {
  const startMs = performance.now();
  const child = start(python, args, options);
  let [said, firstMs] = ['', NaN];
  const hear = (chunk: Buffer) => {
    said += chunk.toString();
    if (Number.isNaN(firstMs) && said.includes(text)) firstMs = performance.now() - startMs;
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  await once(child, 'close');
  if (child.exitCode !== 0 || Number.isNaN(firstMs)) throw new Error(`${args.join(' ')} did not say ${text}:\n${said}`);
  return { firstMs, wholeMs: performance.now() - startMs };
}
