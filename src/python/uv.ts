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

const REQUIREMENTS = join(import.meta.dirname, '../../python/uv.txt');

/**
 * The path of uv: on PATH, beside the Python, or installed as our own environments are. Call it while holding the lock.
 * Throws `unavailable` with what the tools said.
 */
export async function prepareUv(python: string, request: Omit<PythonRequest, 'requirements'>): Promise<string> {
  if ((await runCommand('uv', ['--version'], request)).ok) return 'uv';
  const beside = join(dirname(python), 'uv');
  if (existsSync(beside)) return beside;
  const cache = openCache(REQUIREMENTS, request.environment);
  const present = readCache(cache);
  if (present !== undefined) return join(dirname(present.path), 'uv');
  const base = await probePython(python, request);
  if (base === undefined) throw noPython(`${python} does not work any more.`);
  request.say('installing uv');
  const folder = newFolder(cache.folder, cache.key);
  try {
    await buildEnvironment(folder, base, { ...request, requirements: REQUIREMENTS });
    publish(cache, folder, { version: base.version, ipykernel: '' });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return join(dirname(interpreterOf(folder)), 'uv');
}
