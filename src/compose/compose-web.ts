/** What stands for kernels in a process that only serves pages: workers elsewhere have them. */
import type { ComposedKernels } from './compose-kernel.ts';
import { pythonRequest } from './compose-kernel.ts';
import type { Config } from '../config/config.ts';
import { AppError } from '../domain/error.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import { findPython } from '../python/prepare.ts';

const LOOK_MS = 3_000;

/** Ready while a worker has a lease. A Python is used for documents only, and is not prepared. */
export function composeRemoteKernels(config: Config, runs: Pick<RunStore, 'workers'>): ComposedKernels {
  const stop = new AbortController();
  let workers = 0;
  let looking = Promise.resolve();
  const look = () => {
    looking = runs.workers().then(
      (count) => {
        workers = count;
      },
      // what else asks the database says so
      () => {
        workers = 0;
      },
    );
  };
  look();
  const clock = setInterval(look, LOOK_MS);
  const close = async () => {
    stop.abort();
    clearInterval(clock);
    await looking;
  };
  return {
    kernels: {
      acquire: () => Promise.reject(new AppError('unavailable', 'This process executes no runs.')),
      ready: () => workers > 0,
      unready: 'No worker is connected.',
      describe: () => [{ label: 'Workers', value: workers === 0 ? 'none is connected' : String(workers) }],
      close,
    },
    python: findPython({ ...pythonRequest(config, { say: () => undefined }), signal: stop.signal }).catch(
      () => undefined,
    ),
    close,
  };
}
