/**
 * `script-runner run SCRIPT`: runs a notebook from anywhere, without a server, and writes its files where they are
 * wanted.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { composeKernels } from '../../compose/compose-kernel.ts';
import type { ConfigSources } from '../../config/config.ts';
import { removeFolder } from '../../disk/folder-removal.ts';
import type { RunOptions } from './run-execution.ts';
import { makeRunFolder, sweepRunFolders } from './run-folder.ts';
import { readAssetFiles } from '../asset.ts';
import { findScript, speaksPython } from '../script-argument.ts';

/** Preparing a Python takes minutes, so wrong values are reported first. */
const PATIENCE_MS = 500;

/**
 * Sets the exit code by the outcome. Throws `invalid`, `not-found` and `unavailable` before anything has run. The
 * kernel starts while the rest of the program is loaded: it takes longest.
 */
export async function run(
  argument: string,
  flags: NonNullable<ConfigSources['flags']>,
  options: RunOptions,
): Promise<void> {
  // before the notebook executes: a report could not be written afterwards
  if (options.exports.length > 0) readAssetFiles();
  const temporary = await makeRunFolder();
  let swept: Promise<void> | undefined;
  try {
    const { config, name, path } = findScript(argument, {
      ...flags,
      pool: flags.pool ?? '0',
      data: flags.data ?? temporary,
      // nobody else shall take the run
      database: '',
      artifacts: '',
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
      // Loading the rest takes processor time that the kernel still needs for its start.
      if (early) await Promise.race([kernels.kernels.whenReady?.(), wait(PATIENCE_MS, undefined, { ref: false })]);
      const { executeScript } = await import('./run-execution.ts');
      // beside the run, which does not wait for it
      swept = sweepRunFolders();
      await executeScript(config, { name, kernels }, options);
    } finally {
      await kernels.close();
    }
  } finally {
    await removeFolder(temporary);
    await swept;
  }
}
