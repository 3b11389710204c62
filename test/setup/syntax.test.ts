import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';

const scripts = ['bin', 'setup'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => `${folder}/${name}`),
);

/** The type check does not cover the plain JavaScript of the two commands. */
it.each(scripts)('%s can be read by Node', (script) => {
  const { status, stderr } = spawnSync(process.execPath, ['--check', script], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
