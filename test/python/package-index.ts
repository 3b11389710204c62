/** A machine whose packages come from a folder of wheels: no index is asked, and nothing of the user is touched. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { programsIn } from '../program.ts';
import { testPython } from '../python.ts';

const MAKE_PACKAGE = programsIn(import.meta.dirname)('make-package');
const SITE = 'import sysconfig; print(sysconfig.get_paths()["purelib"])';

export interface PackageIndex {
  /** Private folder: home and cache. */
  readonly folder: string;
  /** Folder of wheels. */
  readonly wheels: string;
  /** Variables for the tools. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Adds a package with one module of its name. */
  add(name: string, version: string, source?: string): void;
}

/** `uv`: the path of uv. Its ipykernel is that of the tests' Python, so that kernels can start in environments. */
export function createPackageIndex(uv: string): PackageIndex {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'packages-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const wheels = join(folder, 'wheels');
  mkdirSync(wheels);
  const add = (name: string, version: string, source = '', path = '') => {
    python(['-c', MAKE_PACKAGE, name, version, wheels, source, path]);
  };
  add('ipykernel', '9.9.9', '', python(['-c', SITE]));
  const environment = {
    ...process.env,
    HOME: folder,
    XDG_CACHE_HOME: join(folder, 'cache'),
    PATH: `${dirname(uv)}${delimiter}${process.env['PATH'] ?? ''}`,
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: wheels,
    PIP_CONFIG_FILE: '/dev/null',
    UV_DEFAULT_INDEX: undefined,
    UV_INDEX_URL: undefined,
  };
  return { folder, wheels, environment, add };
}

function python(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(testPython(), args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}
