/** What the packages of a run were resolved to. */
import type { Actor } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import type { AppContext } from '../context.ts';
import { readKeptRun } from './run-read.ts';

/** Its kernel is ready long before this many events. */
const MOST_EVENTS = 200;

/**
 * The exact versions with their hashes, as a requirements file. Throws `not-found` also for a run in the default
 * environment, and `gone`.
 */
export async function readRunPackages(
  ctx: Pick<AppContext, 'runs' | 'blobs'>,
  actor: Actor,
  id: string,
): Promise<{ readonly title: string; readonly text: string }> {
  const { title } = await readKeptRun(ctx, actor, id);
  const { events } = await ctx.runs.events(id, 0, MOST_EVENTS);
  const found = events.flatMap(({ event }) => (event.type === 'kernel-ready' ? [event.packages] : [])).at(-1);
  const bytes = found && (await ctx.blobs.get(found.hash));
  if (bytes === undefined) throw new AppError('not-found', 'This report has no packages of its own.');
  return { title, text: Buffer.from(bytes).toString('utf8') };
}
