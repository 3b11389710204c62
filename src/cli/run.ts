/**
 * `script-runner run SCRIPT`: runs a notebook anywhere, without a server, and leaves what it made where it is asked to.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { composeKernels } from '../compose-kernel.ts';
import type { ConfigSources } from '../config.ts';
import { removeFolder } from '../disk/folder-removal.ts';
import type { RunOptions } from './run-execution.ts';
import { findScript, speaksPython } from './script-argument.ts';

/** A Python that has to be made first takes minutes, and what is wrong with the values is said before. */
const PATIENCE_MS = 500;

/**
 * Sets the exit code by the outcome. Throws `invalid`, `not-found` and `unavailable` before anything has run. The
 * kernel starts while the rest of the program is loaded: it is what takes longest.
 */
export async function run(
  argument: string,
  flags: NonNullable<ConfigSources['flags']>,
  options: RunOptions,
): Promise<void> {
  const temporary = await mkdtemp(join(tmpdir(), 'script-runner-run-'));
  try {
    const { config, name, path } = findScript(argument, {
      ...flags,
      pool: flags.pool ?? '0',
      data: flags.data ?? temporary,
    });
    const early = path !== undefined && speaksPython(path);
    const kernels = composeKernels(config, {
      say: (line) => {
        console.error(line);
      },
      yes: options.yes,
      early,
    });
    try {
      // Loading the rest takes the processor from what the kernel still needs to be started.
      if (early) await Promise.race([kernels.kernels.whenReady?.(), wait(PATIENCE_MS, undefined, { ref: false })]);
      const { executeScript } = await import('./run-execution.ts');
      await executeScript(config, { name, kernels }, options);
    } finally {
      await kernels.close();
    }
  } finally {
    await removeFolder(temporary);
  }
}
