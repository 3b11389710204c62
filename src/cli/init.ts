/** `script-runner init [folder]`: a small project to start from, one notebook with its data and the settings file. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { SETTINGS_FILE } from '../config/config-read.ts';
import { AppError } from '../domain/error.ts';
import { describeSetting, SETTING_NAMES } from '../config/setting.ts';

const PROJECT = join(import.meta.dirname, 'project');

/** Throws `conflict` rather than change existing files. */
export async function init(folder: string): Promise<void> {
  const target = resolve(folder);
  for (const name of ['scripts', SETTINGS_FILE]) {
    if (existsSync(join(target, name)))
      throw new AppError(
        'conflict',
        `${join(target, name)} already exists, so nothing was changed. Name a new folder.`,
      );
  }
  await mkdir(target, { recursive: true });
  await cp(PROJECT, target, { recursive: true });
  await writeFile(join(target, SETTINGS_FILE), settingsFile());
  const shown = relative('.', target) || '.';
  console.log(
    `Created ${join(shown, 'scripts/orders.ipynb')} with its data, and ${join(shown, SETTINGS_FILE)} with every setting.\n` +
      `To see it as a page:  script-runner serve ${shown}\nEdit the notebook in Jupyter and save it; the page follows.`,
  );
}

/** Every setting with its default, commented out. */
function settingsFile(): string {
  const lines = SETTING_NAMES.map(
    (name) => `# ${describeSetting(name).description}\n# ${name} = ${JSON.stringify(describeSetting(name).fallback)}\n`,
  );
  return `# Settings of Script Runner. Flags and SCRIPT_RUNNER_… variables override this file.\n\n${lines.join('\n')}`;
}
