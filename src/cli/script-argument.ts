/** A script named on the command line: a notebook's path, or a name in the project of the current folder. */
import { existsSync, statSync } from 'node:fs';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { readConfig } from '../config/config.ts';
import { SETTINGS_FILE } from '../config/config-read.ts';
import type { Config, ConfigSources } from '../config/config.ts';
import { readPlainTextSync } from '../disk/plain-file.ts';
import { parseNotebook } from '../domain/notebook/notebook-parse.ts';
import { EXTENSIONS } from '../files/script-scan.ts';

/** A larger file is not examined beforehand. */
const GLANCE_BYTES = 16_000_000;

export interface ScriptArgument {
  readonly config: Config;
  /** Name in the config's scripts. */
  readonly name: string;
  /** Its file, absolute; undefined if there is none with that name. */
  readonly path: string | undefined;
}

/**
 * A path below a project's `scripts/` belongs to that project, with its settings and connections; any other notebook is
 * a project of its own. Throws `invalid`.
 */
export function findScript(argument: string, flags: ConfigSources['flags'] = {}): ScriptArgument {
  const path = resolve(argument);
  if (!isFile(path)) {
    const config = readConfig({ target: '.', flags });
    return {
      config,
      name: argument,
      path: EXTENSIONS.map((extension) => join(config.project.scripts, argument + extension)).find(isFile),
    };
  }
  const project = projectOf(path);
  const config = readConfig({ target: project ?? path, flags });
  const base = project === undefined ? dirname(path) : config.project.scripts;
  return {
    config,
    name: relative(base, path).slice(0, -extname(path).length).split(sep).join('/').normalize('NFC'),
    path,
  };
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

/** Whether the script asks for Python, as far as a quick look can tell. Never throws. */
export function speaksPython(path: string): boolean {
  if (path.endsWith('.py')) return true;
  try {
    return parseNotebook(readPlainTextSync(path, GLANCE_BYTES)).language === 'python';
  } catch {
    return false;
  }
}

/** The nearest folder above that has the file among its scripts. */
function projectOf(path: string): string | undefined {
  for (let folder = dirname(path); dirname(folder) !== folder; folder = dirname(folder)) {
    if (path.startsWith(join(folder, 'scripts') + sep)) return folder;
    if (existsSync(join(folder, SETTINGS_FILE)) && !existsSync(join(folder, 'scripts'))) return folder;
  }
  return undefined;
}
