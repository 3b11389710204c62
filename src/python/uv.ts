/** Finds uv, or installs it into the user's cache: it resolves what scripts declare, and builds their environments. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from './command.ts';
import type { PythonRequest } from './environment.ts';
import { installedTool, installTool, type PythonTool } from './tool-install.ts';

const UV: PythonTool = {
  name: 'uv',
  requirements: 'uv.txt',
  remedy:
    'Install it (python3 -m pip install uv, or https://docs.astral.sh/uv/), so that it is on the PATH of the server.',
};

/** The path of uv: on PATH, beside the Python, or where `prepareUv` has installed it; undefined: there is none. */
export async function findUv(
  python: string,
  { environment, signal }: Pick<PythonRequest, 'environment' | 'signal'>,
): Promise<string | undefined> {
  if ((await runCommand('uv', ['--version'], { environment, signal })).ok) return 'uv';
  const beside = join(dirname(python), 'uv');
  if (existsSync(beside)) return beside;
  const present = installedTool(UV, environment);
  return present && join(dirname(present), 'uv');
}

/**
 * As `findUv`; installed as our own environments are where it is missing. Call it while holding the lock. Throws
 * `unavailable` with what to install, and what the tools said.
 */
export async function prepareUv(python: string, request: Omit<PythonRequest, 'requirements'>): Promise<string> {
  return (await findUv(python, request)) ?? join(dirname(await installTool(UV, python, request)), 'uv');
}
