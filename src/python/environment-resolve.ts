/** Resolves what a script declares to exact versions, with uv. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stringify } from 'smol-toml';
import { AppError } from '../domain/error.ts';
import { type ScriptEnvironment, variableIn } from '../domain/script/script-environment.ts';
import type { JsonObject } from '../domain/text/json.ts';
import { buildVariables } from './build-variables.ts';
import { runCommand } from './command.ts';
import type { PythonRequest } from './environment.ts';
import { keepHashes, pinIndexes, pinsOf, placesOf, withoutVersion } from './lock-index.ts';
import { toolText, untilError } from './tool-text.ts';

/** What kernels need of an environment. */
const KERNEL = 'ipykernel>=6.29';
/** Says where packages come from, and which come from where. */
export const PROJECT = 'pyproject.toml';
/** A requirements file with nothing but options. */
export const SOURCES = 'sources.txt';

export interface Tool {
  readonly uv: string;
  /** Private folder for files of the build. */
  readonly work: string;
  /** The default interpreter, from which environments are built unless a script requires another version. */
  readonly python: string;
  readonly environment: PythonRequest['environment'];
  /** Whether packages may be built from source, which executes their code. */
  readonly mayBuild: boolean;
  /** Receives what uv prints, a line at a time; the lines of an error are thrown instead. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

export interface Resolved {
  /** The interpreter to build from. */
  readonly python: string;
  /** A requirements file with exact versions and hashes. */
  readonly lock: string;
}

/** The work is given a private folder, which is removed after it. */
export async function inWorkFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'script-runner-environment-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Leaves `PROJECT` in the work folder, and `SOURCES` if a requirements file says where packages come from. Throws
 * `unavailable` with the message of uv.
 */
export async function resolveEnvironment(tool: Tool, declared: ScriptEnvironment): Promise<Resolved> {
  const python = await choosePython(tool, declared);
  return { python, lock: await resolve(tool, declared, python) };
}

/** Returns its standard output. Throws `unavailable` with what it printed. */
export async function runUv(tool: Tool, args: readonly string[], path?: string): Promise<string> {
  const { uv, work, environment, say, signal } = tool;
  const variables = buildVariables(environment);
  const { ok, stdout, tail } = await runCommand(uv, args, {
    environment: path === undefined ? variables : { ...variables, PATH: `${path}:${variables['PATH'] ?? ''}` },
    directory: work,
    signal,
    onProgress: untilError(say),
  });
  if (!ok) throw new AppError('unavailable', toolText(tail, work));
  return stdout;
}

async function choosePython(tool: Tool, { requiresPython }: ScriptEnvironment): Promise<string> {
  const { python } = tool;
  if (requiresPython === undefined) return python;
  const wanted = requiresPython.replace(/\s+/g, '');
  const found = await runUv(tool, ['python', 'find', '--no-project', '--', wanted], dirname(python));
  return found.trim();
}

async function resolve(tool: Tool, declared: ScriptEnvironment, python: string): Promise<string> {
  const { work, mayBuild } = tool;
  const { project, constraints, uv } = declared;
  const exported = project === undefined ? undefined : await exportLock(tool, project, python);
  const requirements = exported ?? (uv === undefined ? declared.requirements : '');
  const variable = variableIn(`${requirements}${constraints ?? ''}${declared.requirements}`);
  if (variable !== undefined)
    throw new AppError('unavailable', `It has ${variable}: packages are not installed with variables of the server.`);
  writeFileSync(join(work, 'requirements.in'), `${requirements}\n${KERNEL}\n`);
  writeFileSync(join(work, 'constraints.txt'), constraints ?? '');
  // where packages come from, which may have passwords: it does not belong into the lock
  const sources = linesOf(requirements).filter((line) => line.startsWith('-'));
  if (sources.length > 0) writeFileSync(join(work, SOURCES), sources.map((line) => `${line}\n`).join(''));
  // only what a project depends on gets its own index or address
  const table = uv && project ? pinIndexes(uv, project.lock) : uv;
  const own = table === undefined ? [] : project ? pinsOf(requirements) : linesOf(declared.requirements);
  writeProject(work, table, own);
  const lock = await runUv(tool, [
    ...['pip', 'compile', '--quiet', '--python', python, '--no-header', '--no-annotate'],
    ...(mayBuild ? [] : ['--only-binary', ':all:']),
    ...['--generate-hashes', '-c', 'constraints.txt', 'requirements.in', PROJECT],
  ]);
  writeProject(work, table && placesOf(table), own.map(withoutVersion));
  return exported === undefined ? lock : keepHashes(lock, exported);
}

function linesOf(requirements: string): string[] {
  return requirements.split('\n').filter((line) => line !== '');
}

/** One that says nothing also keeps uv from reading those of the folders above. */
function writeProject(work: string, uv: JsonObject = {}, requirements: readonly string[] = []): void {
  const project = { name: 'packages-of-a-script', version: '0', dependencies: requirements };
  writeFileSync(join(work, PROJECT), stringify({ project, tool: { uv: { ...uv } } }));
}

/** What uv.lock says, without the project itself. */
async function exportLock(
  tool: Tool,
  { toml, lock }: NonNullable<ScriptEnvironment['project']>,
  python: string,
): Promise<string> {
  writeFileSync(join(tool.work, PROJECT), toml);
  writeFileSync(join(tool.work, 'uv.lock'), lock);
  return runUv(tool, [
    ...['export', '--quiet', '--frozen', '--no-dev', '--no-emit-project', '--no-header', '--no-annotate'],
    ...['--python', python, '--format', 'requirements-txt'],
  ]);
}
