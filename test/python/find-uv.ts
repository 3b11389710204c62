/** The uv of the tests: `SCRIPT_RUNNER_UV` (it, or the folder of its package), else one on PATH. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';

export function findUv(): string | undefined {
  const given = process.env['SCRIPT_RUNNER_UV'] ?? '';
  if (given !== '')
    return statSync(given, { throwIfNoEntry: false })?.isDirectory() === true ? join(given, 'bin/uv') : given;
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v uv'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
