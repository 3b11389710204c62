/** Runs Python code that uses the module for notebooks, in a real Python, in a folder of its own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { testPython } from '../python.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

export interface PythonRun {
  /** The arguments of `say(value)`, in order. */
  readonly said: readonly unknown[];
  /** Everything else it printed. */
  readonly printed: string;
  /** Files of the output folder (in a run) or of the working folder (plain), by name. */
  readonly files: Readonly<Record<string, Buffer>>;
}

export interface PythonOptions {
  /** As in a run of the server; otherwise as in plain Python. */
  readonly run?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

const PRELUDE = program('prelude');

/** If the code fails, throws with Python's message. */
export function runPython(code: string, options: PythonOptions = {}): PythonRun {
  const folder = mkdtempSync(join(tmpdir(), 'module-'));
  const output = options.run === true ? join(folder, 'output') : folder;
  mkdirSync(output, { recursive: true });
  try {
    const out = execFileSync(testPython(), ['-c', PRELUDE + code], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PYTHONPATH: resolve('python'),
        PYTHONDONTWRITEBYTECODE: '1',
        IPYTHONDIR: join(folder, '.ipython'),
        HOME: folder,
        ...(options.run === true ? { SCRIPT_RUNNER_RUN_ID: 'r1', SCRIPT_RUNNER_OUTPUT_DIR: output } : {}),
        ...options.environment,
      },
    });
    const parts = out.split('\x1e');
    return {
      said: parts.filter((_, place) => place % 2 === 1).map((text) => JSON.parse(text) as unknown),
      printed: parts.filter((_, place) => place % 2 === 0).join(''),
      files: readFiles(output),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readFiles(folder: string): Record<string, Buffer> {
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(entries.map((entry) => [entry.name, readFileSync(join(folder, entry.name))]));
}
