/** Builds the environments that scripts declare, with uv, rattler or R. One build at a time, over all processes. */
import { existsSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { measureFolder } from '../disk/folder-measure.ts';
import { AppError } from '../domain/error.ts';
import type { BuiltEnvironment } from '../domain/kernel/environment.ts';
import { packagesText, type ScriptEnvironment } from '../domain/script/script-environment.ts';
import { buildVariables } from './build-variables.ts';
import { interpreterOf } from './candidate.ts';
import { buildConda, checkConda } from './conda-build.ts';
import {
  type BuildBounds,
  cacheKey,
  openEnvironments,
  publishEnvironment,
  readBuilt,
  readFailure,
  readResolved,
  sweepEnvironments,
  writeFailure,
  writeResolved,
} from './environment-cache.ts';
import { inWorkFolder, PROJECT, resolveEnvironment, runUv, SOURCES, type Tool } from './environment-resolve.ts';
import { newFolder } from './finished-folder.ts';
import { withLock } from './lock.ts';
import { probePython } from './probe.ts';
import { buildLibrary, installedR } from './renv-build.ts';
import { withinSize } from './size-watch.ts';
import { toolText } from './tool-text.ts';
import { findUv, prepareUv } from './uv.ts';

/** What uv says when the server of an index does not answer. */
const UNREACHABLE = /Failed to fetch|error sending request|dns error|operation timed out/i;
const BUILD_MS = 20 * 60_000;
/** A change builds all environments again. */
const FORM = '1';

export interface BuildOptions extends BuildBounds {
  /** The default interpreter, from which environments are built unless a script requires another; empty: none. */
  readonly python: string;
  /** Whether packages may be built from source, which executes their code. */
  readonly mayBuild: boolean;
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
    signal.throwIfAborted();
    const failure = limit.aborted
      ? new AppError('unavailable', `Building it took longer than ${BUILD_MS / 60_000} minutes.`, { cause: error })
      : error;
    if (failure instanceof AppError) writeFailure(root, declarationKey(declared, options), failure.message);
    throw failure;
  }
}

/** `unknown`: nothing here can say. */
export type Installability =
  { readonly type: 'installable' | 'unknown' } | { readonly type: 'failed'; readonly message: string };

/**
 * Whether what is declared can be installed: resolves it if it has not been, and installs nothing. For R, it is known
 * once it was tried.
 */
export async function checkInstallable(
  declared: ScriptEnvironment,
  options: BuildOptions,
  signal: AbortSignal,
): Promise<Installability> {
  if (findEnvironment(declared, options) !== undefined) return { type: 'installable' };
  const failure = () => readFailure(openEnvironments(options.environment), declarationKey(declared, options));
  if (declared.kind === 'renv') return installability(failure());
  try {
    const isResolved = await (declared.kind === 'conda' ? checkConda : checkResolved)(declared, options, signal);
    if (!isResolved) return { type: 'unknown' };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return UNREACHABLE.test(error.message) ? { type: 'unknown' } : { type: 'failed', message: error.message };
  }
  return installability(failure());
}

/** False: uv is not here. */
async function checkResolved(
  declared: ScriptEnvironment,
  options: BuildOptions,
  signal: AbortSignal,
): Promise<boolean> {
  const { python, environment, mayBuild } = options;
  const uv = await findUv(python, { environment, signal });
  if (uv === undefined) return false;
  await inWorkFolder((work) =>
    resolveEnvironment({ uv, work, python, environment, mayBuild, say: () => {}, signal }, declared),
  );
  return true;
}

function installability(failure: string | undefined): Installability {
  return failure === undefined ? { type: 'installable' } : { type: 'failed', message: failure };
}

/** Equal while the declaration and the default Python, or R, are the same; conda brings its own. */
function declarationKey(declared: ScriptEnvironment, options: BuildOptions): string {
  const bases = { renv: installedR(options.environment) ?? '', conda: '', python: options.python };
  const base = bases[declared.kind];
  return cacheKey(FORM, packagesText(declared), base, String(options.mayBuild));
}

async function make(
  root: string,
  declared: ScriptEnvironment,
  options: BuildOptions,
  progress: BuildProgress,
): Promise<BuiltEnvironment> {
  sweepEnvironments(root, options.limitBytes, options.inUse());
  if (declared.kind !== 'python') {
    const build = declared.kind === 'renv' ? buildLibrary : buildConda;
    const built = await build(root, declared, options, progress);
    writeResolved(root, declarationKey(declared, options), { key: built.key });
    return built;
  }
  const uv = await prepareUv(options.python, {
    python: undefined,
    projectFolder: root,
    environment: options.environment,
    mayInstallSystem: false,
    ...progress,
  });
  const { python, environment, mayBuild, limitBytes, reserveBytes } = options;
  return inWorkFolder(async (work) => {
    const tool: Tool = { uv, work, python, environment, mayBuild, ...progress };
    const { lock, python: base } = await resolveEnvironment(tool, declared);
    const key = cacheKey(FORM, lock, realpathSync(base));
    const locked: Locked = { key, lock, base, limitBytes, reserveBytes };
    const built = readBuilt(root, key) ?? (await install(root, tool, locked));
    writeResolved(root, declarationKey(declared, options), { key, python: base });
    return built;
  });
}

interface Locked {
  readonly key: string;
  readonly lock: string;
  /** The interpreter to build from. */
  readonly base: string;
  readonly limitBytes: number;
  readonly reserveBytes: number;
}

async function install(
  root: string,
  tool: Tool,
  { key, lock, base, limitBytes, reserveBytes }: Locked,
): Promise<BuiltEnvironment> {
  const { work, mayBuild, environment } = tool;
  const folder = newFolder(root, key);
  const python = interpreterOf(folder);
  try {
    const version = await withinSize({ folder, limitBytes, disk: root, reserveBytes }, tool.signal, async (signal) => {
      const bounded = { ...tool, signal };
      writeFileSync(join(work, 'lock.txt'), lock);
      await runUv(bounded, ['venv', '--quiet', '--no-project', '--python', base, folder]);
      await runUv(bounded, [
        ...['pip', 'install', '--python', python, '--compile-bytecode', '--no-deps', '--require-hashes'],
        ...['-r', 'lock.txt', '-r', PROJECT, ...(existsSync(join(work, SOURCES)) ? ['-r', SOURCES] : [])],
        ...(mayBuild ? [] : ['--only-binary', ':all:']),
      ]);
      const probe = await probePython(python, { environment: buildVariables(environment), signal });
      if (probe?.ipykernel != null) return probe.version;
      throw new AppError('unavailable', 'It was built, but ipykernel does not work in it.');
    });
    const built: BuiltEnvironment = { key, python, version, lock };
    publishEnvironment(root, built, { folder, sizeBytes: await measureFolder(folder) });
    return built;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
