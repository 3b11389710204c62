/** Programs of PyPI that build the environments of scripts: installed into the user's cache where they are missing. */
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buildEnvironment } from './build.ts';
import { openCache, publish, readCache } from './cache.ts';
import { interpreterOf } from './candidate.ts';
import { noPython, type PythonRequest } from './environment.ts';
import { newFolder } from './finished-folder.ts';
import { probePython } from './probe.ts';

export interface PythonTool {
  /** As people know it. */
  readonly name: string;
  /** Its requirements file in the folder `python`. */
  readonly requirements: string;
  /** What to do where it cannot be installed. */
  readonly remedy: string;
}

const pathOf = ({ requirements }: PythonTool) => join(import.meta.dirname, '../../python', basename(requirements));

/** The Python of the environment that `installTool` has made for it; undefined: none. */
export function installedTool(tool: PythonTool, environment: PythonRequest['environment']): string | undefined {
  return readCache(openCache(pathOf(tool), environment))?.path;
}

/**
 * Installs it into an environment of its own, and returns the Python of it. `python`: from which that is made. Call it
 * while holding the lock. Throws `unavailable` with what to install, and what the tools said.
 */
export async function installTool(
  tool: PythonTool,
  python: string,
  request: Omit<PythonRequest, 'requirements'>,
): Promise<string> {
  const requirements = pathOf(tool);
  const cache = openCache(requirements, request.environment);
  const base = await probePython(python, request);
  if (base === undefined) throw noPython(`${python} does not work any more.`);
  request.say(`installing ${tool.name}`);
  const folder = newFolder(cache.folder, cache.key);
  try {
    await buildEnvironment(folder, base, { ...request, requirements });
    publish(cache, folder, { version: base.version, ipykernel: '' });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    request.signal.throwIfAborted();
    const reason = error instanceof Error ? error.message : String(error);
    throw noPython(
      `${tool.name}, which installs packages, is missing, and could not be installed. ${tool.remedy}\n${reason}`,
      error,
    );
  }
  return interpreterOf(folder);
}
