/** Finds a Python that can run kernels, or prepares one. Order: the chosen one, our own, the machine's, Debian's. */
import { constants, rmSync } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { buildEnvironment } from './build.ts';
import { failedLately, openCache, publish, readCache, rememberFailure, sweepCache } from './cache.ts';
import type { PythonCache } from './cache.ts';
import { chosenPythons, interpreterOf, machinePythons } from './candidate.ts';
import { APT_LINE, DEBIAN_PYTHON, installFromDebian, isDebian } from './debian.ts';
import { runCommand } from './command.ts';
import { noPython } from './environment.ts';
import type { PythonEnvironment, PythonOrigin, PythonRequest } from './environment.ts';
import { newFolder } from './finished-folder.ts';
import { withLock } from './lock.ts';
import { probePython } from './probe.ts';
import type { PythonProbe } from './probe.ts';
import { recallPython } from './probe-memory.ts';

/** Oldest Python for which our requirements have releases. */
const OLDEST_MINOR = 9;

/** Throws `unavailable` with what was tried and how to fix it. Safe to call from many processes at once. */
export async function preparePython(request: PythonRequest): Promise<PythonEnvironment> {
  const cache = openCache(request.requirements, request.environment);
  const present = (await fromChoice(request, cache)) ?? readCache(cache);
  if (present !== undefined) return present;
  const pythons = await probeMachine(request);
  const withKernel = pythons.find(({ ipykernel }) => ipykernel !== null);
  if (withKernel !== undefined && failedLately(cache)) return environmentOf(withKernel, 'machine');
  const built = await buildOwn(cache, pythons, request);
  if (built !== undefined) return built;
  return (withKernel && useMachine(withKernel, request)) ?? (await fromDebian(request)) ?? giveUp(pythons.length > 0);
}

/** The Python that runs would get now; undefined if one must be prepared first. Throws as `preparePython`. */
export async function findPython(request: PythonRequest): Promise<PythonEnvironment | undefined> {
  const cache = openCache(request.requirements, request.environment);
  const present = (await fromChoice(request, cache)) ?? readCache(cache);
  if (present !== undefined) return present;
  const withKernel = (await probeMachine(request)).find(({ ipykernel }) => ipykernel !== null);
  return withKernel && environmentOf(withKernel, 'machine');
}

async function fromChoice(request: PythonRequest, cache: PythonCache): Promise<PythonEnvironment | undefined> {
  return request.python === undefined ? fromChosen(request, cache) : fromSetting(request.python, request, cache);
}

function environmentOf(probe: PythonProbe, origin: PythonOrigin): PythonEnvironment {
  return { path: probe.path, version: probe.version, ipykernel: probe.ipykernel ?? '', origin };
}

async function fromSetting(
  python: string,
  request: PythonRequest,
  { folder }: PythonCache,
): Promise<PythonEnvironment> {
  const probe = await recallPython(python, request, folder);
  if (probe === undefined)
    throw noPython(
      `The setting python names ${python}, which ${(await mayRun(python)) ? 'is not a working Python 3' : 'this user may not run: it has no right to the file, or to a folder above it'}.`,
    );
  if (probe.ipykernel === null) {
    throw noPython(
      `The setting python names ${python}, which has no ipykernel. Install it with: ${python} -m pip install ipykernel`,
    );
  }
  return environmentOf(probe, 'setting');
}

/** False if the system refuses it; a name without a folder, or of a missing file, is not a matter of permission. */
function mayRun(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== 'EACCES',
  );
}

async function fromChosen(request: PythonRequest, { folder }: PythonCache): Promise<PythonEnvironment | undefined> {
  for (const { path, origin } of chosenPythons(request)) {
    const probe = await recallPython(path, request, folder);
    if (probe !== undefined && probe.ipykernel !== null) return { ...environmentOf(probe, origin), path };
    request.say(`${path} has no ipykernel, so it is not used. To use it: ${path} -m pip install ipykernel`);
  }
  return undefined;
}

/** Working Pythons that are new enough, each interpreter once, in the order of PATH. */
async function probeMachine(request: PythonRequest): Promise<PythonProbe[]> {
  const probes = await Promise.all(machinePythons(request.environment).map((path) => probePython(path, request)));
  const fit = probes
    .filter((probe) => probe !== undefined)
    .filter(({ version }) => Number(version.split('.')[1]) >= OLDEST_MINOR);
  return [...new Map(fit.map((probe) => [probe.path, probe])).values()];
}

async function buildOwn(
  cache: PythonCache,
  pythons: readonly PythonProbe[],
  request: PythonRequest,
): Promise<PythonEnvironment | undefined> {
  // Debian's python3 without ensurepip is the last choice, a complete one the first.
  const base = pythons.find(({ ensurepip }) => ensurepip) ?? pythons[0];
  if (base === undefined) return undefined;
  return withLock(
    join(cache.folder, `${cache.key}.lock`),
    request.signal,
    () => {
      request.say('Another process is preparing Python; waiting for it.');
    },
    async () => {
      const byOther = readCache(cache);
      if (byOther !== undefined) return byOther;
      sweepCache(cache);
      return build(cache, base, request);
    },
  );
}

async function build(
  cache: PythonCache,
  base: PythonProbe,
  request: PythonRequest,
): Promise<PythonEnvironment | undefined> {
  const folder = newFolder(cache.folder, cache.key);
  request.say(`Preparing a Python environment for notebooks in ${folder} (once; a minute or two)`);
  try {
    await buildEnvironment(folder, base, request);
    const probe = await probePython(interpreterOf(folder), request);
    if (probe === undefined || probe.ipykernel === null)
      throw noPython(`${folder} was built but has no working ipykernel.`);
    // runs would otherwise each wait for it
    if (probe.matplotlib) await runCommand(interpreterOf(folder), ['-c', 'import matplotlib.font_manager'], request);
    publish(cache, folder, { version: probe.version, ipykernel: probe.ipykernel });
    return readCache(cache);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (request.signal.aborted) throw error;
    rememberFailure(cache);
    request.say(`That did not work. ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function useMachine(probe: PythonProbe, request: PythonRequest): PythonEnvironment {
  const missing = (['pandas', 'matplotlib'] as const).filter((name) => !probe[name]);
  request.say(
    `Using ${probe.path}, which has ipykernel ${probe.ipykernel}${missing.length > 0 ? ` but not ${missing.join(' and ')}` : ''}.`,
  );
  return environmentOf(probe, 'machine');
}

async function fromDebian(request: PythonRequest): Promise<PythonEnvironment | undefined> {
  if (!isDebian() || process.getuid?.() !== 0 || !request.mayInstallSystem) return undefined;
  if (!(await installFromDebian(request))) return undefined;
  const probe = await probePython(DEBIAN_PYTHON, request);
  return probe?.ipykernel == null ? undefined : useMachine(probe, request);
}

function giveUp(hasPython: boolean): never {
  const debian = isDebian() ? `  sudo ${APT_LINE}\n` : '';
  throw noPython(
    `${hasPython ? 'No Python with ipykernel was found, and none could be prepared' : 'No Python 3.9 or newer was found'}. ` +
      `So scripts cannot be run. Do one of the following, then start again:\n${debian}` +
      '  python3 -m pip install ipykernel pandas matplotlib\n' +
      '  set `python` (--python, SCRIPT_RUNNER_PYTHON) to the path of a Python that has ipykernel\n' +
      '  provide access to PyPI or a mirror of it (PIP_INDEX_URL, HTTPS_PROXY), and Python’s venv module',
  );
}
