/** Clears old results away: reports, then the bytes that no report needs, then what crashed runs left. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseExpired, type Expiry } from '../domain/retention.ts';
import { isFinal } from '../domain/run.ts';
import type { AppContext } from './context.ts';

const REPORTS_AT_ONCE = 500;
/** Bytes are put before the event that names them: younger ones may be about to be named. */
const BLOB_GRACE_MS = 3_600_000;
/** How long a deleted report's address answers that it was deleted. */
const TOMBSTONE_MS = 365 * 86_400_000;

export interface Sweep {
  readonly reports: readonly Expiry[];
  readonly blobs: { readonly count: number; readonly sizeBytes: number };
  /** Names of left-over work folders. */
  readonly folders: readonly string[];
}

/** One pass, bounded: what is left goes with the next. A dry run deletes nothing and counts the blobs that are unused now. */
export async function sweep(ctx: AppContext, options: { readonly dryRun: boolean }): Promise<Sweep> {
  const reports = await sweepReports(ctx, options.dryRun);
  const blobs = await sweepBlobs(ctx, options.dryRun);
  const folders = await sweepFolders(ctx, options.dryRun);
  if (!options.dryRun) await ctx.runs.forget(ctx.now() - TOMBSTONE_MS);
  return { reports, blobs, folders };
}

async function sweepReports(ctx: AppContext, dryRun: boolean): Promise<readonly Expiry[]> {
  const excessBytes = (await ctx.runs.expendableBytes()) - ctx.limits.retainBytes;
  const expired = chooseExpired(await ctx.runs.expendable(REPORTS_AT_ONCE), { nowMs: ctx.now(), excessBytes });
  if (dryRun) return expired;
  for (const { run } of expired) await ctx.runs.erase(run.id, ctx.now());
  return expired;
}

async function sweepBlobs(ctx: AppContext, dryRun: boolean): Promise<Sweep['blobs']> {
  const unusedSinceMs = ctx.now() - BLOB_GRACE_MS;
  const referenced = await ctx.runs.referencedBlobs();
  let count = 0;
  let total = 0;
  for await (const { hash, sizeBytes, modifiedAtMs } of ctx.blobs.list()) {
    if (referenced.has(hash) || modifiedAtMs >= unusedSinceMs) continue;
    if (!dryRun) await ctx.blobs.delete(hash, unusedSinceMs);
    count += 1;
    total += sizeBytes;
  }
  return { count, sizeBytes: total };
}

async function sweepFolders(ctx: AppContext, dryRun: boolean): Promise<readonly string[]> {
  const left: string[] = [];
  for (const name of await readdir(ctx.workDirectory)) {
    const run = await ctx.runs.find(name);
    if (run !== undefined && !isFinal(run.status)) continue;
    left.push(name);
    if (!dryRun) await rm(join(ctx.workDirectory, name), { recursive: true, force: true });
  }
  return left;
}
