/** Python packages of Debian and its derivatives: used where PyPI cannot be reached. */
import { existsSync } from 'node:fs';
import { runCommand } from './command.ts';
import type { PythonRequest } from './environment.ts';

const NEEDED = ['python3-ipykernel', 'python3-pandas', 'python3-matplotlib'];
const WELCOME = ['python3-ipywidgets', 'python3-jinja2', 'python3-openpyxl', 'python3-plotly'];

/** Debian's own Python, for which apt installs packages. */
export const DEBIAN_PYTHON = '/usr/bin/python3';

export const APT_LINE = `apt-get install -y --no-install-recommends ${[...NEEDED, ...WELCOME].join(' ')}`;

export function isDebian(): boolean {
  return existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** True if the packages are installed afterwards. Needs root; asks nobody. */
export async function installFromDebian(request: PythonRequest): Promise<boolean> {
  const environment = { ...request.environment, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) => runCommand('/usr/bin/apt-get', args, { environment, signal: request.signal });
  const install = (names: readonly string[]) => apt('install', '-y', '--no-install-recommends', ...names);
  request.say(`Installing Debian’s packages: ${APT_LINE}`);
  // Without package lists (a fresh container) or with old ones the first attempt fails; the optional ones may not exist
  // everywhere.
  let result = await install([...NEEDED, ...WELCOME]);
  if (result.ok) return true;
  const update = await apt('update');
  result = await install([...NEEDED, ...WELCOME]);
  if (!result.ok) result = await install(NEEDED);
  if (!result.ok) request.say(`apt-get failed:\n${(update.ok ? result : update).tail}`);
  return result.ok;
}
