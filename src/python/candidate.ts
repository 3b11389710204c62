/** Where Pythons are looked for: active and project environments, and the machine's own on PATH. */
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { PythonRequest } from './environment.ts';

const NAMES = ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3.9'];

/** Interpreter of a virtual or conda environment's folder. */
export function interpreterOf(folder: string): string {
  return join(folder, 'bin', 'python');
}

/** Environments that the caller has chosen by activating them or by keeping one in the project; only existing ones. */
export function chosenPythons({
  environment,
  projectFolder,
}: PythonRequest): { path: string; origin: 'active' | 'project' }[] {
  const active = [environment['VIRTUAL_ENV'], environment['CONDA_PREFIX']].filter(
    (folder) => folder !== undefined && folder !== '',
  );
  return [
    ...active.map((folder) => ({ path: interpreterOf(String(folder)), origin: 'active' as const })),
    { path: interpreterOf(join(projectFolder, '.venv')), origin: 'project' as const },
  ].filter(({ path }) => existsSync(path));
}

/** Every Python 3 on PATH, the usual name of each folder first, then Debian's own; not yet tested. */
export function machinePythons(environment: PythonRequest['environment']): string[] {
  const folders = (environment['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...new Set([...paths, '/usr/bin/python3'])].filter((path) => existsSync(path));
}
