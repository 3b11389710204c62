/** Reads a file that a run left for download. */
import type { Actor } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import type { ByteRange } from '../domain/run/blob.ts';
import type { RunArtifact } from '../domain/run/run.ts';
import type { AppContext } from './context.ts';
import { readKeptRun } from './run/run-read.ts';

export interface OpenArtifact {
  readonly artifact: RunArtifact;
  readonly stream: AsyncIterable<Uint8Array>;
  /** Undefined: the stream is the whole file. */
  readonly range: ByteRange | undefined;
}

export interface ArtifactRequest {
  /** Of the run. */
  readonly id: string;
  readonly name: string;
  /** Which part of the file is wanted; undefined, or absent: the whole file. May throw. */
  readonly part?: (artifact: RunArtifact) => ByteRange | undefined;
}

/** Throws `not-found` and `gone`. */
export async function openArtifact(
  ctx: Pick<AppContext, 'runs' | 'blobs'>,
  actor: Actor,
  { id, name, part }: ArtifactRequest,
): Promise<OpenArtifact> {
  const run = await readKeptRun(ctx, actor, id);
  const artifact = run.artifacts.find((one) => one.name === name);
  if (artifact === undefined) throw noSuchDownload();
  const range = part?.(artifact);
  const stream = await (range === undefined
    ? ctx.blobs.open(artifact.hash).then((blob) => blob?.stream)
    : ctx.blobs.openPart(artifact.hash, range));
  if (stream === undefined) throw noSuchDownload();
  return { artifact, stream, range };
}

function noSuchDownload(): AppError {
  return new AppError('not-found', 'This report has no such download.');
}
