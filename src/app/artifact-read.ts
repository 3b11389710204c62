/** Reads a file that a run left for download. */
import type { Actor } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import type { RunArtifact } from '../domain/run/run.ts';
import type { AppContext } from './context.ts';
import { readKeptRun } from './run-read.ts';

export interface OpenArtifact {
  readonly artifact: RunArtifact;
  readonly stream: AsyncIterable<Uint8Array>;
}

/** Throws `not-found` and `gone`. */
export async function openArtifact(ctx: AppContext, actor: Actor, id: string, name: string): Promise<OpenArtifact> {
  const run = await readKeptRun(ctx, actor, id);
  const artifact = run.artifacts.find((one) => one.name === name);
  const blob = artifact === undefined ? undefined : await ctx.blobs.open(artifact.hash);
  if (artifact === undefined || blob === undefined)
    throw new AppError('not-found', 'This report has no such download.');
  return { artifact, stream: blob.stream };
}
