/** Finds uv, or installs it into the user's cache: it resolves what scripts declare, and builds their environments. */
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildEnvironment } from './build.ts';
import { openCache, publish, readCache } from './cache.ts';
import { interpreterOf } from './candidate.ts';
import { runCommand } from './command.ts';
import { noPython } from './environment.ts';
import type { PythonRequest } from './environment.ts';
import { newFolder } from './finished-folder.ts';
import { probePython } from './probe.ts';

const REMEDY =
  'Install it (python3 -m pip install uv, or https://docs.astral.sh/uv/), so that it is on the PATH of the server.';
const REQUIREMENTS = join(import.meta.dirname, '../../python/uv.txt');

/** The path of uv: on PATH, beside the Python, or where `prepareUv` has installed it; undefined: there is none. */
export async function findUv(
  python: string,
  { environment, signal }: Pick<PythonRequest, 'environment' | 'signal'>,
): Promise<string | undefined> {
  if ((await runCommand('uv', ['--version'], { environment, signal })).ok) return 'uv';
  const beside = join(dirname(python), 'uv');
  if (existsSync(beside)) return beside;
  const present = readCache(openCache(REQUIREMENTS, environment));
  return present && join(dirname(present.path), 'uv');
}

/**
 * As `findUv`; installed as our own environments are where it is missing. Call it while holding the lock. Throws
 * `unavailable` with what to install, and what the tools said.
 */
export async function prepareUv(python: string, request: Omit<PythonRequest, 'requirements'>): Promise<string> {
  const present = await findUv(python, request);
  if (present !== undefined) return present;
  const cache = openCache(REQUIREMENTS, request.environment);
  const base = await probePython(python, request);
  if (base === undefined) throw noPython(`${python} does not work any more.`);
  request.say('installing uv');
  const folder = newFolder(cache.folder, cache.key);
  try {
    await buildEnvironment(folder, base, { ...request, requirements: REQUIREMENTS });
    publish(cache, folder, { version: base.version, ipykernel: '' });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    request.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw noPython(`uv, which installs packages, is missing, and could not be installed. ${REMEDY}\n${reason}`, error);
  }
  return join(dirname(interpreterOf(folder)), 'uv');
}
