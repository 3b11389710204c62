/** Resolves what a script declares, and builds the environment, with uv. One build at a time, over all processes. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { measureFolder } from '../disk/folder-measure.ts';
import { AppError } from '../domain/error.ts';
import type { BuiltEnvironment } from '../domain/kernel/environment.ts';
import type { ScriptEnvironment } from '../domain/script/script-environment.ts';
import { sizeWords } from '../domain/text/size.ts';
import { buildVariables } from './build-variables.ts';
import { interpreterOf } from './candidate.ts';
import { runCommand } from './command.ts';
import {
  cacheKey,
  openEnvironments,
  publishEnvironment,
  readBuilt,
  readResolved,
  sweepEnvironments,
  writeResolved,
} from './environment-cache.ts';
import type { PythonRequest } from './environment.ts';
import { newFolder } from './finished-folder.ts';
import { withLock } from './lock.ts';
import { probePython } from './probe.ts';
import { toolText, untilError } from './tool-text.ts';
import { prepareUv } from './uv.ts';

const BUILD_MS = 20 * 60_000;
/** A change builds all environments again. */
const FORM = '1';
/** What kernels need of an environment. */
const KERNEL = 'ipykernel>=6.29';

export interface BuildOptions {
  /** The default interpreter, from which environments are built unless a script requires another version. */
  readonly python: string;
  readonly environment: PythonRequest['environment'];
  /** Whether packages may be built from source, which executes their code. */
  readonly mayBuild: boolean;
  /** Of all environments together, and so of each. */
  readonly limitBytes: number;
  /** Keys of environments that are in use. */
  readonly inUse: () => ReadonlySet<string>;
}

export interface BuildProgress {
  /** Receives what the tools print, a line at a time. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** The finished environment, if there is one. */
export function findEnvironment(declared: ScriptEnvironment, options: BuildOptions): BuiltEnvironment | undefined {
  const root = openEnvironments(options.environment);
  const resolved = readResolved(root, declarationKey(declared, options));
  return resolved && readBuilt(root, resolved.key);
}

/** Builds it unless it exists. Throws `unavailable` with the message of the tool that failed, for the author. */
export async function buildScriptEnvironment(
  declared: ScriptEnvironment,
  options: BuildOptions,
  { say, signal }: BuildProgress,
): Promise<BuiltEnvironment> {
  const root = openEnvironments(options.environment);
  const limit = AbortSignal.timeout(BUILD_MS);
  const progress = { say: (line: string) => say(toolText(line)), signal: AbortSignal.any([signal, limit]) };
  try {
    return await withLock(
      join(root, 'build.lock'),
      progress.signal,
      () => say('Another environment is being built; waiting for it.'),
      async () => findEnvironment(declared, options) ?? (await make(root, declared, options, progress)),
    );
  } catch (error) {
    if (!limit.aborted || signal.aborted) throw error;
    throw new AppError('unavailable', `Building it took longer than ${BUILD_MS / 60_000} minutes.`, { cause: error });
  }
}

/** Equal while the declaration and the default Python are the same. */
function declarationKey(
  { requirements, constraints, requiresPython, project }: ScriptEnvironment,
  options: BuildOptions,
) {
  const declared = JSON.stringify([requirements, constraints, requiresPython, project]);
  return cacheKey(FORM, declared, options.python, String(options.mayBuild));
}

async function make(
  root: string,
  declared: ScriptEnvironment,
  options: BuildOptions,
  progress: BuildProgress,
): Promise<BuiltEnvironment> {
  sweepEnvironments(root, options.limitBytes, options.inUse());
  const uv = await prepareUv(options.python, {
    python: undefined,
    projectFolder: root,
    environment: options.environment,
    mayInstallSystem: false,
    ...progress,
  });
  const work = mkdtempSync(join(tmpdir(), 'script-runner-environment-'));
  try {
    const tool: Tool = { uv, work, options, progress };
    const python = await choosePython(tool, declared);
    const lock = await resolve(tool, declared, python);
    const key = cacheKey(FORM, lock, realpathSync(python));
    const built = readBuilt(root, key) ?? (await install(root, tool, { key, lock, python }));
    writeResolved(root, declarationKey(declared, options), { key, python });
    return built;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface Tool {
  readonly uv: string;
  /** Private folder for files of the build. */
  readonly work: string;
  readonly options: BuildOptions;
  readonly progress: BuildProgress;
}

/** Returns its standard output. Throws `unavailable` with what it printed. */
async function run({ uv, work, options, progress }: Tool, args: readonly string[], path?: string): Promise<string> {
  const variables = buildVariables(options.environment);
  const { ok, stdout, tail } = await runCommand(uv, args, {
    environment: path === undefined ? variables : { ...variables, PATH: `${path}:${variables['PATH'] ?? ''}` },
    directory: work,
    signal: progress.signal,
    onProgress: untilError(progress.say),
  });
  if (!ok) throw new AppError('unavailable', toolText(tail, work));
  return stdout;
}

async function choosePython(tool: Tool, { requiresPython }: ScriptEnvironment): Promise<string> {
  const { python } = tool.options;
  if (requiresPython === undefined) return python;
  const wanted = requiresPython.replace(/\s+/g, '');
  const found = await run(tool, ['python', 'find', '--no-project', '--', wanted], dirname(python));
  return found.trim();
}

async function resolve(tool: Tool, declared: ScriptEnvironment, python: string): Promise<string> {
  const { work, options } = tool;
  const { project, constraints } = declared;
  const requirements = project === undefined ? declared.requirements : await exportLock(tool, project, python);
  writeFileSync(join(work, 'requirements.in'), `${requirements}\n${KERNEL}\n`);
  writeFileSync(join(work, 'constraints.txt'), constraints ?? '');
  // where packages come from, which may have passwords: it does not belong into the lock
  const sources = requirements.split('\n').filter((line) => line.startsWith('-'));
  writeFileSync(join(work, 'sources.txt'), sources.map((line) => `${line}\n`).join(''));
  return run(tool, [
    ...['pip', 'compile', '--quiet', '--python', python, '--no-header', '--no-annotate'],
    ...(options.mayBuild ? [] : ['--only-binary', ':all:']),
    ...['--generate-hashes', '-c', 'constraints.txt', 'requirements.in'],
  ]);
}

/** What uv.lock says, without the project itself. */
async function exportLock(
  tool: Tool,
  { toml, lock }: NonNullable<ScriptEnvironment['project']>,
  python: string,
): Promise<string> {
  writeFileSync(join(tool.work, 'pyproject.toml'), toml);
  writeFileSync(join(tool.work, 'uv.lock'), lock);
  return run(tool, [
    ...['export', '--quiet', '--frozen', '--no-dev', '--no-emit-project', '--no-header', '--no-annotate'],
    ...['--python', python, '--format', 'requirements-txt'],
  ]);
}

async function install(
  root: string,
  tool: Tool,
  { key, lock, python }: { readonly key: string; readonly lock: string; readonly python: string },
): Promise<BuiltEnvironment> {
  const { work, options, progress } = tool;
  const folder = newFolder(root, key);
  const interpreter = interpreterOf(folder);
  try {
    writeFileSync(join(work, 'lock.txt'), lock);
    await run(tool, ['venv', '--quiet', '--no-project', '--python', python, folder]);
    await run(tool, [
      ...['pip', 'install', '--python', interpreter, '--compile-bytecode', '--require-hashes'],
      ...['-r', 'lock.txt', '-r', 'sources.txt'],
      ...(options.mayBuild ? [] : ['--only-binary', ':all:']),
    ]);
    const probe = await probePython(interpreter, { environment: buildVariables(options.environment), ...progress });
    if (probe?.ipykernel == null) throw new AppError('unavailable', 'It was built, but ipykernel does not work in it.');
    const sizeBytes = await measureFolder(folder);
    if (sizeBytes > options.limitBytes)
      throw new AppError(
        'unavailable',
        `It takes ${sizeWords(sizeBytes)}, and all environments together may take ${sizeWords(options.limitBytes)} (environments_limit).`,
      );
    const built: BuiltEnvironment = { key, python: interpreter, version: probe.version, lock };
    publishEnvironment(root, built, { folder, sizeBytes });
    return built;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
