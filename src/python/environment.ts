/** A Python that can run kernels, and what the search for one needs. */
import { AppError } from '../domain/error.ts';

export type PythonOrigin = 'setting' | 'active' | 'project' | 'own' | 'machine';

export interface PythonEnvironment {
  /** Absolute path of the interpreter. */
  readonly path: string;
  readonly version: string;
  /** Version of its ipykernel. */
  readonly ipykernel: string;
  readonly origin: PythonOrigin;
}

export interface PythonRequest {
  /** The setting `python`: a path or a command. */
  readonly python: string | undefined;
  readonly projectFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the requirements of our own environment. */
  readonly requirements: string;
  /** Whether packages of the operating system may be installed, if we are root. */
  readonly mayInstallSystem: boolean;
  /** Receives each step before it is done, a line at a time. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The sources of a Python, for `doctor`. */
export const ORIGINS: Readonly<Record<PythonOrigin, string>> = {
  setting: 'the setting `python`',
  active: 'the active virtual environment',
  project: 'the project’s .venv',
  own: 'prepared by Script Runner',
  machine: 'found on this machine',
};

export function noPython(message: string, cause?: unknown): AppError {
  return new AppError('unavailable', message, { cause });
}
