/** Stops a build that takes more disk space than it may, while it runs. */
import { statfs } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { measureFolder } from '../disk/folder-measure.ts';
import { diskProblem } from '../domain/disk.ts';
import { AppError } from '../domain/error.ts';
import { sizeWords } from '../domain/text/size.ts';

const LOOK_MS = 1000;

export interface SizeBounds {
  /** The folder that is built, which need not exist yet. */
  readonly folder: string;
  /** What it may take. */
  readonly limitBytes: number;
  /** An existing folder of the same disk, and what must remain free there. */
  readonly disk: string;
  readonly reserveBytes: number;
}

/**
 * The work is given a signal that is aborted with `unavailable` when a bound is exceeded, and with the reason of
 * `signal`. What it built is measured in the end, too.
 */
export async function withinSize<T>(
  bounds: SizeBounds,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const ended = new AbortController();
  const watching = watch(bounds, over, ended.signal);
  try {
    const result = await work(AbortSignal.any([signal, over.signal]));
    const problem = await sizeProblem(bounds);
    if (problem !== undefined) throw problem;
    return result;
  } finally {
    ended.abort();
    await watching;
  }
}

async function watch(bounds: SizeBounds, over: AbortController, ended: AbortSignal): Promise<void> {
  while (!ended.aborted && !over.signal.aborted) {
    await setTimeout(LOOK_MS, undefined, { signal: ended }).catch(() => undefined);
    // what is written or removed meanwhile may be in its way: the next look counts
    const problem = ended.aborted ? undefined : await sizeProblem(bounds).catch(() => undefined);
    if (problem !== undefined) over.abort(problem);
  }
}

async function sizeProblem({ folder, limitBytes, disk, reserveBytes }: SizeBounds): Promise<AppError | undefined> {
  const { bavail, bsize } = await statfs(disk);
  const crowded = diskProblem(bavail * bsize, reserveBytes);
  if (crowded !== undefined) return crowded;
  const sizeBytes = await measureFolder(folder);
  return sizeBytes <= limitBytes
    ? undefined
    : new AppError(
        'unavailable',
        `It takes more than ${sizeWords(limitBytes)}, which all environments together may take (environments_limit).`,
      );
}
