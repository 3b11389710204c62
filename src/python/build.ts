/**
 * Makes a virtual environment and installs requirements: with uv, else venv and pip, even where Debian left out pip.
 */
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { interpreterOf } from './candidate.ts';
import { runCommand } from './command.ts';
import type { CommandResult } from './command.ts';
import { noPython } from './environment.ts';
import type { PythonRequest } from './environment.ts';
import type { PythonProbe } from './probe.ts';

const FETCH_PIP = join(import.meta.dirname, '../../python/fetch_pip.py');
const WHEELS_OF_DEBIAN = '/usr/share/python-wheels';

/** Builds the environment in `folder`, which must not exist. Throws `unavailable` with the output of the tools. */
export async function buildEnvironment(folder: string, base: PythonProbe, request: PythonRequest): Promise<void> {
  if (await buildWithUv(folder, base, request)) return;
  const made = await makeVenv(folder, base, request);
  if (!made.ok) throw noPython(`${base.path} -m venv failed:\n${made.tail}`);
  const pip = base.ensurepip ? { ok: true, tail: '' } : await addPip(folder, base, request);
  if (!pip.ok) throw noPython(`No pip for ${base.path}:\n${pip.tail}`);
  const installed = await command(
    interpreterOf(folder),
    ['-m', 'pip', 'install', ...PIP, '-r', request.requirements],
    request,
  );
  if (!installed.ok) throw noPython(`pip could not install ${request.requirements}:\n${lastLines(installed.tail)}`);
}

const PIP = ['--retries', '2', '--no-input', '--disable-pip-version-check', '--progress-bar', 'off'];

function command(
  program: string,
  args: readonly string[],
  request: PythonRequest,
  more: Record<string, string> = {},
): Promise<CommandResult> {
  // Neither another environment nor the user's own packages may affect what is installed.
  const environment = {
    ...request.environment,
    PYTHONNOUSERSITE: '1',
    PYTHONPATH: undefined,
    PYTHONHOME: undefined,
    ...more,
  };
  const onLine = (line: string) => {
    const direct = /^Collecting (\S+) \(from -r/.exec(line);
    if (direct) request.say(`  getting ${direct[1]}`);
    if (line.startsWith('Installing collected packages:')) request.say('  installing');
  };
  return runCommand(program, args, { environment, signal: request.signal, onLine });
}

/**
 * uv is fast but reads no pip configuration, so it is not used if there is one and none for uv; on failure pip is used.
 */
async function buildWithUv(folder: string, base: PythonProbe, request: PythonRequest): Promise<boolean> {
  if (
    (hasPipConfiguration(request.environment) && !hasUvConfiguration(request.environment)) ||
    !(await command('uv', ['--version'], request)).ok
  )
    return false;
  request.say('  with uv');
  const made = await command('uv', ['venv', '--quiet', '--seed', '--clear', '--python', base.path, folder], request);
  if (!made.ok) return false;
  return (
    await command(
      'uv',
      [
        'pip',
        'install',
        '--quiet',
        '--compile-bytecode',
        '--python',
        interpreterOf(folder),
        '-r',
        request.requirements,
      ],
      request,
    )
  ).ok;
}

/** If uv is configured with a package index, that is used regardless of pip's configuration. */
function hasUvConfiguration(environment: PythonRequest['environment']): boolean {
  return ['UV_DEFAULT_INDEX', 'UV_INDEX', 'UV_INDEX_URL', 'UV_CONFIG_FILE'].some(
    (name) => environment[name] !== undefined,
  );
}

function hasPipConfiguration(environment: PythonRequest['environment']): boolean {
  const names = [
    'PIP_INDEX_URL',
    'PIP_EXTRA_INDEX_URL',
    'PIP_FIND_LINKS',
    'PIP_NO_INDEX',
    'PIP_CERT',
    'PIP_PROXY',
    'PIP_CONFIG_FILE',
    'PIP_TRUSTED_HOST',
    'PIP_CONSTRAINT',
  ];
  const home = environment['HOME'] ?? homedir();
  const files = [
    '/etc/pip.conf',
    '/etc/xdg/pip/pip.conf',
    join(home, '.pip/pip.conf'),
    join(environment['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'pip/pip.conf'),
  ];
  return names.some((name) => environment[name] !== undefined) || files.some((file) => existsSync(file));
}

function makeVenv(folder: string, base: PythonProbe, request: PythonRequest): Promise<CommandResult> {
  return command(base.path, ['-m', 'venv', '--clear', ...(base.ensurepip ? [] : ['--without-pip']), folder], request);
}

/** Installs pip into the environment from the first available source: the base's own, Debian's wheel, or the index. */
async function addPip(folder: string, base: PythonProbe, request: PythonRequest): Promise<CommandResult> {
  const python = interpreterOf(folder);
  request.say('  without ensurepip');
  if (base.pip) {
    const result = await command(base.path, ['-m', 'pip', '--python', python, 'install', ...PIP, 'pip'], request);
    if (result.ok) return result;
  }
  const fetched = await command(base.path, [FETCH_PIP, dirname(python)], request);
  const wheel = fetched.ok ? fetched.stdout.trim() : debianWheel();
  if (wheel === undefined) return fetched;
  return command(python, ['-m', 'pip', 'install', ...PIP, fetched.ok ? wheel : 'pip'], request, { PYTHONPATH: wheel });
}

function debianWheel(): string | undefined {
  if (!existsSync(WHEELS_OF_DEBIAN)) return undefined;
  const name = readdirSync(WHEELS_OF_DEBIAN).find((file) => file.startsWith('pip-'));
  return name === undefined ? undefined : join(WHEELS_OF_DEBIAN, name);
}

function lastLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('WARNING: Retrying'))
    .slice(-8)
    .join('\n');
}
