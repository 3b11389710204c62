/** Builds the libraries of R scripts that have a lock file of renv, with R itself. */
import { realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { measureFolder } from '../disk/folder-measure.ts';
import { AppError } from '../domain/error.ts';
import type { BuiltEnvironment } from '../domain/kernel/environment.ts';
import type { ScriptEnvironment } from '../domain/script/script-environment.ts';
import { buildVariables } from './build-variables.ts';
import { runCommand } from './command.ts';
import { cacheKey, publishEnvironment, readBuilt, type BuildBounds } from './environment-cache.ts';
import { inWorkFolder } from './environment-resolve.ts';
import { newFolder } from './finished-folder.ts';
import { readRenvLock, type RenvLock } from './renv-lock.ts';
import { withinSize } from './size-watch.ts';
import { errorOfR, toolText, untilError } from './tool-text.ts';

const PROGRAM = join(import.meta.dirname, 'renv-install.r');
/** A change builds all libraries again. */
const FORM = 'r1';

interface Progress {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Changes with another R: packages that one has compiled may not load in the next. Undefined: there is no R. */
export function installedR(environment: Variables): string | undefined {
  for (const folder of (environment['PATH'] ?? '').split(delimiter).filter((each) => isAbsolute(each))) {
    const found = statSync(join(folder, 'Rscript'), { throwIfNoEntry: false });
    if (found?.isFile() === true) return `${realpathSync(join(folder, 'Rscript'))} ${found.mtimeMs}`;
  }
  return undefined;
}

/** Builds it unless it exists. Throws `unavailable` with what R says. */
export async function buildLibrary(
  root: string,
  { requirements, file }: ScriptEnvironment,
  bounds: BuildBounds,
  progress: Progress,
): Promise<BuiltEnvironment> {
  const r = installedR(bounds.environment);
  if (r === undefined)
    throw new AppError(
      'unavailable',
      `${file} needs R, which is not on the PATH of the server. Install R with IRkernel.`,
    );
  const lock = readRenvLock(requirements);
  const key = cacheKey(FORM, JSON.stringify(lock), r);
  const known = readBuilt(root, key);
  if (known !== undefined) return known;
  const folder = newFolder(root, key);
  try {
    const place = { folder, limitBytes: bounds.limitBytes, disk: root, reserveBytes: bounds.reserveBytes };
    const version = await withinSize(place, progress.signal, (signal) =>
      inWorkFolder((work) => install(work, folder, lock, { ...bounds, ...progress, signal })),
    );
    const built: BuiltEnvironment = { key, library: folder, version, lock: requirements };
    publishEnvironment(root, built, { folder, sizeBytes: await measureFolder(folder) });
    return built;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Returns the version of R. */
async function install(
  work: string,
  folder: string,
  { packages, repositories }: RenvLock,
  { environment, say, signal }: BuildBounds & Progress,
): Promise<string> {
  const lines = (rows: readonly (readonly string[])[]) => rows.map((row) => `${row.join('\t')}\n`).join('');
  writeFileSync(join(work, 'packages.tsv'), lines(packages.map(({ name, version }) => [name, version])));
  writeFileSync(join(work, 'repositories.tsv'), lines(repositories.map((address) => [address])));
  const { ok, stdout, tail } = await runCommand('Rscript', ['--vanilla', PROGRAM, folder], {
    environment: { LANG: 'C.UTF-8', ...buildVariables(environment), HOME: work, R_LIBS_USER: folder },
    directory: work,
    signal,
    onProgress: untilError(say),
  });
  if (!ok) throw new AppError('unavailable', errorOfR(toolText(tail, work)));
  return stdout.trim().split('\n').at(-1) ?? '';
}
