/**
 * The environment variables of a kernel: an allow-list of the server's, private folders, and those of the run; pure.
 */
import { delimiter } from 'node:path';
import { defined } from '../../domain/defined.ts';
import type { KernelRequest } from '../../domain/kernel/kernel.ts';

/** What programs need to find other programs, to use the user's language and to reach the network through a proxy. */
const PASSED = new Set([
  'PATH',
  'LANG',
  'LANGUAGE',
  'USER',
  'LOGNAME',
  'SHELL',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'VIRTUAL_ENV',
  'CONDA_PREFIX',
  'CONDA_DEFAULT_ENV',
  'JAVA_HOME',
  'R_HOME',
  'R_LIBS',
  'R_LIBS_USER',
  'R_LIBS_SITE',
  'JULIA_DEPOT_PATH',
  'PYTHONPATH',
  'PYTHONUSERBASE',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'CUDA_VISIBLE_DEVICES',
  'SystemRoot',
]);

export interface EnvironmentOptions {
  /** The server's own variables. */
  readonly server: Readonly<Record<string, string | undefined>>;
  /** Further names that the operator allows. */
  readonly pass: readonly string[];
  /** Folder of our Python modules. */
  readonly pythonPath: string;
  readonly timezone: string | undefined;
}

/** What every kernel gets, whichever run it will be assigned to. `home` and `temporary` are private to it. */
export function baseEnvironment(options: EnvironmentOptions, home: string, temporary: string): Record<string, string> {
  const { server, pass, pythonPath, timezone } = options;
  const kept = Object.entries(server).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && (PASSED.has(entry[0]) || entry[0].startsWith('LC_') || pass.includes(entry[0])),
  );
  const environment = Object.fromEntries(kept);
  const userHome = server['HOME'];
  return {
    // A private HOME hides what the user installed for themselves: name it.
    ...(userHome === undefined
      ? {}
      : { PYTHONUSERBASE: `${userHome}/.local`, R_LIBS_USER: `${userHome}/R/%p-library/%v` }),
    // Without a locale, R and some other programs assume ASCII only.
    ...(speaksUnicode(server) ? {} : { LANG: 'C.UTF-8' }),
    ...environment,
    PATH: environment['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    PYTHONPATH: [pythonPath, environment['PYTHONPATH']].filter(Boolean).join(delimiter),
    HOME: home,
    TMPDIR: temporary,
    JUPYTER_RUNTIME_DIR: `${home}/.runtime`,
    // Our supervisor is process 1 of the kernel: with these, ipykernel neither polls for its parent nor prints how to
    // connect.
    JPY_PARENT_PID: '1',
    // The notebook's folder is a mount of its own: git looks for the repository above it, too.
    GIT_DISCOVERY_ACROSS_FILESYSTEM: '1',
    IPYTHONDIR: `${home}/.ipython`,
    ...defined({ TZ: timezone }),
  };
}

function speaksUnicode(server: EnvironmentOptions['server']): boolean {
  return process.platform !== 'linux' || ['LC_ALL', 'LC_CTYPE', 'LANG'].some((name) => server[name] !== undefined);
}

/** The variables that one run adds. */
export function runEnvironment(request: KernelRequest, paramsFile: string): Record<string, string> {
  return {
    ...request.environment,
    SCRIPT_RUNNER_RUN_ID: request.runId,
    SCRIPT_RUNNER_OUTPUT_DIR: request.outputDirectory,
    SCRIPT_RUNNER_PARAMS_FILE: paramsFile,
  };
}
