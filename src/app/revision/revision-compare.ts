/** Compares two revisions of a script that ran, or one with what is published; and gives their stored bytes. */
import { authorize, type Actor } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import type { Run } from '../../domain/run/run.ts';
import { namesOf, type Script, type ScriptContent } from '../../domain/script/script.ts';
import type { AppContext } from '../context.ts';
import { diffRevisions, type RevisionDiff } from './revision-diff.ts';
import { readPublished } from './revision-list.ts';
import { revisionText } from './revision-text.ts';
import { readKeptRun } from '../run/run-read.ts';
import { loadSubmitted } from '../script/script-submitted.ts';

/** A run of the revision; undefined: what is published. */
export type RevisionSide = Run | undefined;

export interface RevisionComparison {
  readonly from: RevisionSide;
  readonly to: RevisionSide;
  /** `gone`: one is not stored or not published any more. */
  readonly diff: RevisionDiff | { readonly type: 'gone' } | { readonly type: 'unreadable'; readonly problem: string };
}

/**
 * `from` and `to`: ids of runs; undefined for what is published. Throws `forbidden`, `not-found` for runs of other
 * scripts, and `gone` for deleted ones.
 */
export async function compareRevisions(
  ctx: AppContext,
  actor: Actor,
  script: Script,
  sides: { readonly from: string | undefined; readonly to: string | undefined },
): Promise<RevisionComparison> {
  authorize(actor, { type: 'author-script', script: script.name });
  const [from, to] = await Promise.all([sides.from, sides.to].map((id) => sideOf(ctx, actor, script, id)));
  try {
    const [before, after] = [await contentOf(ctx, script, from), await contentOf(ctx, script, to)];
    const diff =
      before === undefined || after === undefined
        ? { type: 'gone' as const }
        : diffRevisions(revisionText(before), revisionText(after));
    return { from, to, diff };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'invalid') throw error;
    return { from, to, diff: { type: 'unreadable', problem: error.message } };
  }
}

/** The script, or its sidecar, as stored with a run. Throws `forbidden`, `not-found`, and `gone` if it was deleted. */
export async function readRevisionFile(
  ctx: AppContext,
  actor: Actor,
  { id, part }: { readonly id: string; readonly part: 'script' | 'sidecar' },
): Promise<{ readonly run: Run; readonly bytes: Uint8Array }> {
  const run = await readKeptRun(ctx, actor, id);
  authorize(actor, { type: 'author-script', script: run.script });
  const wanted = part === 'script' ? run.revision : run.sidecar?.hash;
  if (wanted === undefined) throw new AppError('not-found', 'This revision has no parameter file beside it.');
  const bytes = await ctx.blobs.get(wanted);
  if (bytes === undefined) throw new AppError('gone', 'The source of this revision is not stored any more.');
  return { run, bytes };
}

async function sideOf(ctx: AppContext, actor: Actor, script: Script, id: string | undefined): Promise<RevisionSide> {
  if (id === undefined) return undefined;
  const run = await readKeptRun(ctx, actor, id);
  if (namesOf(script).includes(run.script)) return run;
  throw new AppError('not-found', `This run is not one of “${script.name}”.`);
}

async function contentOf(ctx: AppContext, script: Script, run: RevisionSide): Promise<ScriptContent | undefined> {
  return run === undefined ? readPublished(ctx, script) : loadSubmitted(ctx, run);
}
