/** Builds the environments that an `environment.yml` declares, with rattler: no conda is needed. */
import { realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureFolder } from '../disk/folder-measure.ts';
import { AppError } from '../domain/error.ts';
import type { BuiltEnvironment } from '../domain/kernel/environment.ts';
import { type CondaPackages, readCondaPackages, type ScriptEnvironment } from '../domain/script/script-environment.ts';
import { buildVariables } from './build-variables.ts';
import { interpreterOf } from './candidate.ts';
import { runCommand } from './command.ts';
import { type BuildBounds, cacheKey, publishEnvironment, readBuilt } from './environment-cache.ts';
import { inWorkFolder, runUv, type Tool } from './environment-resolve.ts';
import { newFolder } from './finished-folder.ts';
import { probePython } from './probe.ts';
import { withinSize } from './size-watch.ts';
import { installedTool, installTool, type PythonTool } from './tool-install.ts';
import { toolText, untilError } from './tool-text.ts';
import { prepareUv } from './uv.ts';

const PROGRAM = realpathSync(join(import.meta.dirname, '../../python/conda_install.py'));
const RATTLER: PythonTool = {
  name: 'py-rattler',
  requirements: 'rattler.txt',
  remedy: 'Install it for the default Python (python3 -m pip install py-rattler).',
};
/** What kernels need of an environment. */
const KERNEL = 'ipykernel >=6.29';
/** A change builds all of them again. */
const FORM = 'c1';

interface Options extends BuildBounds {
  /** For rattler and uv themselves. */
  readonly python: string;
  /** Whether packages may execute code while they are installed. */
  readonly mayBuild: boolean;
}

type Progress = Pick<Tool, 'say' | 'signal'>;

/** Builds it unless it exists. Throws `unavailable` with what the tools say. */
export async function buildConda(
  root: string,
  declared: ScriptEnvironment,
  options: Options,
  progress: Progress,
): Promise<BuiltEnvironment> {
  const rattler =
    (await findRattler(options, progress)) ??
    (await installTool(RATTLER, options.python, requestOf(root, options, progress)));
  const packages = packagesOf(declared);
  return inWorkFolder(async (work) => {
    const tool = { ...options, ...progress, work, rattler };
    const lock = await solve(tool, packages);
    const key = cacheKey(FORM, lock, JSON.stringify(packages.pip), String(options.mayBuild));
    const known = readBuilt(root, key);
    if (known !== undefined) return known;
    const folder = newFolder(root, key);
    try {
      const place = { folder, limitBytes: options.limitBytes, disk: root, reserveBytes: options.reserveBytes };
      const built = await withinSize(place, progress.signal, async (signal) => ({
        key,
        python: interpreterOf(folder),
        ...(await install(root, folder, { ...packages, lock }, { ...tool, signal })),
      }));
      publishEnvironment(root, built, { folder, sizeBytes: await measureFolder(folder) });
      return built;
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  });
}

/** Resolves it and installs nothing. False: rattler is not here. Throws `unavailable` with what it says. */
export async function checkConda(declared: ScriptEnvironment, options: Options, signal: AbortSignal): Promise<boolean> {
  const progress = { say: () => {}, signal };
  const rattler = await findRattler(options, progress);
  if (rattler === undefined) return false;
  await inWorkFolder((work) => solve({ ...options, ...progress, work, rattler }, packagesOf(declared)));
  return true;
}

interface CondaTool extends Options, Progress {
  readonly work: string;
  /** A Python that has it. */
  readonly rattler: string;
}

async function findRattler({ python, environment }: Options, { signal }: Progress): Promise<string | undefined> {
  const { ok } = await runCommand(python, ['-c', 'import rattler'], {
    environment: buildVariables(environment),
    signal,
  });
  return ok ? python : installedTool(RATTLER, environment);
}

function packagesOf({ requirements, file }: ScriptEnvironment): CondaPackages {
  const packages = readCondaPackages(requirements);
  if (packages === undefined) throw new AppError('unavailable', `${file} cannot be read any more. Save it again.`);
  return packages;
}

/** Returns what it was resolved to, as a list that conda reads. */
async function solve(tool: CondaTool, { channels, dependencies }: CondaPackages): Promise<string> {
  const request = {
    channels,
    specs: [...dependencies, KERNEL],
    alias: tool.environment['CONDA_CHANNEL_ALIAS'] ?? '',
    link_scripts: tool.mayBuild,
  };
  writeFileSync(join(tool.work, 'request.json'), JSON.stringify(request));
  return runRattler(tool, ['solve']);
}

async function runRattler({ rattler, work, environment, say, signal }: CondaTool, args: string[]): Promise<string> {
  const { ok, stdout, tail } = await runCommand(rattler, [PROGRAM, ...args], {
    environment: buildVariables(environment),
    directory: work,
    signal,
    onProgress: untilError(say),
  });
  if (!ok) throw new AppError('unavailable', toolText(tail.replace(/^[^]*^error: /m, ''), work));
  return stdout;
}

async function install(
  root: string,
  folder: string,
  { pip, lock }: CondaPackages & { readonly lock: string },
  tool: CondaTool,
): Promise<Pick<BuiltEnvironment, 'version' | 'lock'>> {
  await runRattler(tool, ['install', folder]);
  const python = interpreterOf(folder);
  const added =
    pip === '' ? '' : await installPip(await prepareUv(tool.python, requestOf(root, tool, tool)), python, pip, tool);
  const probe = await probePython(python, { environment: buildVariables(tool.environment), signal: tool.signal });
  if (probe?.ipykernel == null)
    throw new AppError('unavailable', 'It was built, but its Python and ipykernel do not work.');
  return { version: probe.version, lock: `${lock}${added}` };
}

/** Returns the versions that were added. */
async function installPip(uv: string, python: string, pip: string, tool: CondaTool): Promise<string> {
  writeFileSync(join(tool.work, 'pip.txt'), pip);
  const freeze = async () => (await runUv({ ...tool, uv }, ['pip', 'freeze', '--python', python])).split('\n');
  const before = await freeze();
  await runUv({ ...tool, uv }, [
    ...['pip', 'install', '--python', python, '--break-system-packages', '-r', 'pip.txt'],
    ...(tool.mayBuild ? [] : ['--only-binary', ':all:']),
  ]);
  const added = (await freeze()).filter((line) => line !== '' && !before.includes(line));
  return ['# pip:', ...added].map((line) => `${line}\n`).join('');
}

function requestOf(root: string, { environment }: Options, { say, signal }: Progress) {
  return { python: undefined, projectFolder: root, environment, mayInstallSystem: false, say, signal };
}
