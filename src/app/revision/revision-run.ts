/** Runs a revision again that ran before: its stored bytes, whatever is published now. For operators. */
import { authorize, type Actor } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import { MASKED } from '../../domain/mask/mask-span.ts';
import type { Run } from '../../domain/run/run.ts';
import { fileValuesOf, keptUpload } from '../../domain/upload/upload.ts';
import type { AppContext } from '../context.ts';
import { readKeptRun } from '../run/run-read.ts';
import { submitRun } from '../run/run-submit.ts';
import type { Uploader } from '../upload/upload.ts';

/**
 * With the values and the files that were given to the run, dates such as `today` as of now, beside the files that are
 * there now. Throws as `submitRun`, `gone` if it was deleted, and `invalid` if it had passwords: they are not kept.
 */
export async function repeatRun(ctx: AppContext, actor: Actor, id: string, uploader: Uploader): Promise<Run> {
  const run = await readKeptRun(ctx, actor, id);
  authorize(actor, { type: 'author-script', script: run.script });
  if (Object.values(run.given).includes(MASKED))
    throw new AppError('invalid', 'This run had a password, which is not kept, so it cannot be run again from here.');
  const { script, timezone, given } = run;
  const values = Object.entries(given).map(([name, value]) => {
    const files = fileValuesOf(value).map((file) => keptUpload(run.id, file));
    return [name, files.length === 0 ? value : files];
  });
  const submission = { script, timezone, values: Object.fromEntries(values) as Run['given'], stored: run, uploader };
  return (await submitRun(ctx, actor, { ...submission, trigger: 'again', parent: run.id })).run;
}
