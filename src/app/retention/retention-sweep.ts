/** Deletes old data: what crashed runs left, reports, then the bytes that no report needs. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as otherWork } from 'node:timers/promises';
import { type Actor, SERVER } from '../../domain/access/access.ts';
import { TOKEN_SHOWN_MS } from '../../domain/access/token.ts';
import { countReasons, type Cleanup, type Expiry } from '../../domain/retention/retention.ts';
import { isFinal } from '../../domain/run/run.ts';
import { namesOf } from '../../domain/script/script.ts';
import type { BlobStore } from '../../domain/run/blob.ts';
import { shortenAudit } from '../audit/audit-shorten.ts';
import type { AppContext } from '../context.ts';
import { expiryNow, noteClock } from './retention-clock.ts';
import { createRetentionPlanner, type RetentionContext, type RetentionPlanner } from './retention-plan.ts';
import { DAY_MS, HOUR_MS } from '../../domain/milliseconds.ts';

/** How many reports one pass deletes at most. */
const REPORTS_A_PASS = 2000;
/** How many reports one transaction deletes, and of which size together: the transaction delays other work. */
const REPORTS_AT_ONCE = 100;
const BYTES_AT_ONCE = 20_000_000;
/** Files that are deleted at the same time. */
const FILES_AT_ONCE = 8;
const TOMBSTONES_AT_ONCE = 500;
/** Bytes are stored before the event that names them, so an event may be about to name younger ones. */
const BLOB_GRACE_MS = HOUR_MS;
/** How long the files beside a script are kept for its next run, after the last run that was submitted with them. */
const BUNDLE_GRACE_MS = DAY_MS;
/** A folder of no run that is younger may belong to one that is about to be stored. */
const YOUNG_MS = 60_000;
/** How long a deleted report's address says that it was deleted. */
const TOMBSTONE_MS = 365 * DAY_MS;

export interface SweepContext
  extends
    RetentionContext,
    Pick<
      AppContext,
      'workDirectory' | 'log' | 'presets' | 'sessions' | 'tokens' | 'audit' | 'auditStore' | 'auditKeptMs'
    > {
  readonly blobs: Pick<BlobStore, 'list' | 'delete' | 'removeParts'>;
}

export interface Sweep extends Cleanup {
  /** Number of files deleted. */
  readonly files: number;
  /** Names of left-over work folders that were removed; those that could not be removed count as storage. */
  readonly folders: readonly string[];
  /** There is more to do; the next pass continues. */
  readonly more: boolean;
}

export interface SweepOptions {
  readonly stop?: AbortSignal | undefined;
  /** How many reports it deletes at most. */
  readonly most?: number;
  /** Who asked for it. */
  readonly by?: Actor;
  /** For several passes: adding up what reports take needs seconds where single scripts have limits. */
  readonly planner?: RetentionPlanner;
}

/** One pass; other work has its turn in between. What `stop` interrupts continues in the next pass. */
export async function sweep(
  ctx: SweepContext,
  { stop, most = REPORTS_A_PASS, by = SERVER, planner = createRetentionPlanner(ctx) }: SweepOptions = {},
): Promise<Sweep> {
  // scripts say how long their reports are kept
  await ctx.scripts.reading?.()?.ended;
  await noteClock(ctx);
  const folders = await sweepFolders(ctx, stop);
  const { expired, more } = await planner.next(most);
  const { gone, logBytes } = await eraseReports(ctx, expired, stop);
  await ctx.runs.releaseBundles(ctx.now() - BUNDLE_GRACE_MS);
  await ctx.runs.forgetClaims();
  await ctx.runs.forgetTries(ctx.now());
  await ctx.sessions.forget(ctx.now());
  await ctx.tokens?.forget(ctx.now() - TOKEN_SHOWN_MS);
  await sweepPresets(ctx);
  await shortenAudit(ctx);
  await ctx.blobs.removeParts();
  const blobs = await sweepBlobs(ctx, stop);
  await ctx.runs.forget((await expiryNow(ctx)) - TOMBSTONE_MS, TOMBSTONES_AT_ONCE);
  while (stop?.aborted !== true && (await ctx.runs.shrink())) await otherWork();
  const clearing: Cleanup = { atMs: ctx.now(), reports: countReasons(gone), bytes: logBytes + blobs.bytes };
  if (gone.length + blobs.files > 0) await ctx.runs.noteCleanup(clearing);
  if (gone.length + blobs.files + folders.length > 0) {
    const { reports, bytes } = clearing;
    await ctx.audit?.record(by, {
      action: 'cleaned-up',
      details: { ...reports, bytes, runs: gone.map(({ id }) => id) },
    });
    ctx.log.info({ reports, bytes, files: blobs.files, folders: folders.length }, 'Old reports were deleted');
  }
  return { ...clearing, files: blobs.files, folders, more };
}

async function eraseReports(ctx: SweepContext, expired: readonly Expiry[], stop: AbortSignal | undefined) {
  const gone: Expiry[] = [];
  let logBytes = 0;
  for (const some of batchesOf(expired)) {
    if (stop?.aborted === true) break;
    const erased = await ctx.runs.expire(
      some.map(({ id }) => id),
      ctx.now(),
    );
    const ids = new Set(erased.ids);
    gone.push(...some.filter(({ id }) => ids.has(id)));
    logBytes += erased.logBytes;
    await otherWork();
  }
  return { gone, logBytes };
}

/** In order; each has at least one report. */
function* batchesOf(expired: readonly Expiry[]): Generator<readonly Expiry[]> {
  let batch: Expiry[] = [];
  let bytes = 0;
  for (const report of expired) {
    if (batch.length === REPORTS_AT_ONCE || (batch.length > 0 && bytes + report.bytes > BYTES_AT_ONCE)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(report);
    bytes += report.bytes;
  }
  if (batch.length > 0) yield batch;
}

async function sweepPresets(ctx: SweepContext): Promise<void> {
  if (ctx.presets === undefined) return;
  const scripts = new Set((await ctx.scripts.list()).flatMap(namesOf));
  const presets = await ctx.presets.sweep({ scripts, nowMs: await expiryNow(ctx) });
  if (presets > 0) ctx.log.info({ presets }, 'Presets that nobody needs were deleted');
}

async function sweepBlobs(
  ctx: SweepContext,
  stop: AbortSignal | undefined,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const unusedSinceMs = ctx.now() - BLOB_GRACE_MS;
  let files = 0;
  let bytes = 0;
  for await (const { prefix, hashes } of ctx.blobs.list()) {
    if (stop?.aborted === true) break;
    const owned = await ctx.runs.ownedBlobs(prefix);
    const unowned = hashes.filter((one) => !owned.has(one));
    for (let at = 0; at < unowned.length; at += FILES_AT_ONCE) {
      const some = unowned.slice(at, at + FILES_AT_ONCE);
      const freed = await Promise.all(some.map((hash) => ctx.blobs.delete(hash, unusedSinceMs)));
      files += freed.filter((each) => each > 0).length;
      bytes += freed.reduce((sum, each) => sum + each, 0);
    }
    await otherWork();
  }
  return { files, bytes };
}

async function sweepFolders(ctx: SweepContext, stop: AbortSignal | undefined): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const name of await readdir(ctx.workDirectory)) {
    if (stop?.aborted === true) break;
    const folder = join(ctx.workDirectory, name);
    const run = await ctx.runs.find(name);
    const isUsed = run === undefined ? await isYoung(folder) : !isFinal(run.status);
    if (isUsed || ctx.folders.isRemoving(folder)) continue;
    if (await ctx.folders.remove(folder)) gone.push(name);
  }
  return gone;
}

/** A run may have its folder before its submission is stored. */
async function isYoung(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  return found === undefined || found.mtimeMs > Date.now() - YOUNG_MS;
}
