/** Reads a lock file of R's renv. Source: https://rstudio.github.io/renv/reference/lockfiles.html */
import { AppError } from '../domain/error.ts';
import { isJsonObject, type Json } from '../domain/text/json.ts';

export interface RenvLock {
  readonly packages: readonly { readonly name: string; readonly version: string }[];
  /** Addresses of repositories. */
  readonly repositories: readonly string[];
}

const NAME = /^[A-Za-z][A-Za-z0-9.]*$/;
const VERSION = /^\d[\d.-]{0,50}$/;
const ADDRESS = /^(?:https?|file):\/\/[^\s"']{1,500}$/;
const MOST_PACKAGES = 2000;

/** Throws `unavailable` with what is wrong, for the author. */
export function readRenvLock(text: string): RenvLock {
  const value = JSON.parse(text) as Json;
  const [packages, r] = isJsonObject(value) ? [value['Packages'], value['R']] : [];
  const listed = isJsonObject(r) && Array.isArray(r['Repositories']) ? (r['Repositories'] as readonly Json[]) : [];
  const repositories = listed.map((each) => (isJsonObject(each) ? String(each['URL']) : ''));
  const wrong = repositories.find((address) => !ADDRESS.test(address));
  if (wrong !== undefined) throw new AppError('unavailable', `The repository “${wrong}” is no address.`);
  const all = isJsonObject(packages) ? Object.entries(packages) : [];
  if (all.length > MOST_PACKAGES)
    throw new AppError('unavailable', `There are ${all.length} packages; the limit is ${MOST_PACKAGES}.`);
  const read = all.map(([name, each]) => readPackage(name, isJsonObject(each) ? each : {}));
  if (read.length > 0 && repositories.length === 0)
    throw new AppError('unavailable', 'The lock file names no repository. Run renv::snapshot() again.');
  return { packages: read, repositories };
}

function readPackage(name: string, { Version: version, Source: source }: Readonly<Record<string, Json>>) {
  if (!NAME.test(name) || typeof version !== 'string' || !VERSION.test(version))
    throw new AppError('unavailable', `“${name}” has no version that R could have.`);
  if (source !== undefined && source !== 'Repository' && source !== 'CRAN' && source !== 'Bioconductor')
    throw new AppError(
      'unavailable',
      `“${name}” comes from ${JSON.stringify(source)}, and packages are installed from repositories only.`,
    );
  return { name, version };
}
