/** A script as it is named on the command line: a notebook's path, or a name in the project of the current folder. */
import { existsSync, statSync } from 'node:fs';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { readConfig, SETTINGS_FILE } from '../config.ts';
import type { Config, ConfigSources } from '../config.ts';

export interface ScriptArgument {
  readonly config: Config;
  /** Name in the config's scripts. */
  readonly name: string;
}

/**
 * A path below a project's `scripts/` belongs to that project, with its settings and connections; any other notebook is
 * a project of its own. Throws `invalid`.
 */
export function findScript(argument: string, flags: ConfigSources['flags'] = {}): ScriptArgument {
  const path = resolve(argument);
  if (!existsSync(path) || !statSync(path).isFile()) return { config: readConfig({ target: '.', flags }), name: argument };
  const project = projectOf(path);
  const config = readConfig({ target: project ?? path, flags });
  const base = project === undefined ? dirname(path) : config.project.scripts;
  return { config, name: relative(base, path).slice(0, -extname(path).length).split(sep).join('/').normalize('NFC') };
}

/** The nearest folder above that keeps the file among its scripts. */
function projectOf(path: string): string | undefined {
  for (let folder = dirname(path); dirname(folder) !== folder; folder = dirname(folder)) {
    if (path.startsWith(join(folder, 'scripts') + sep)) return folder;
    if (existsSync(join(folder, SETTINGS_FILE)) && !existsSync(join(folder, 'scripts'))) return folder;
  }
  return undefined;
}
