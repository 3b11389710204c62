/** Which reports would be deleted now, and why. Nothing is deleted. */
import { setImmediate as otherWork } from 'node:timers/promises';
import { defined } from '../../domain/defined.ts';
import type { Candidate, Chooser, Expiry, StorageUsage } from '../../domain/retention/retention.ts';
import { createChooser, scriptBounds } from '../../domain/retention/retention.ts';
import type { FolderRemover } from '../../disk/folder-remover.ts';
import type { RetentionStore } from '../../domain/retention/retention-store.ts';
import type { RunStore } from '../../domain/run/run-store.ts';
import { namesOf, type ScriptSource } from '../../domain/script/script.ts';
import type { AppContext } from '../context.ts';
import { expiryNow } from './retention-clock.ts';

const PAGE_ROWS = 500;

export interface RetentionContext extends Pick<AppContext, 'retention' | 'now'> {
  readonly runs: RetentionStore & Pick<RunStore, 'find' | 'releaseBundles'>;
  readonly scripts: Pick<ScriptSource, 'list' | 'reading'>;
  readonly folders: Pick<FolderRemover, 'remove' | 'isRemoving' | 'leftBytes'>;
}

export interface RetentionPlan {
  readonly expired: readonly Expiry[];
  /** More reports would be deleted than were asked for. */
  readonly more: boolean;
}

/** Sums are read anew after so many choices: meanwhile, people delete and keep reports, and others are made. */
const CHOICES = 50_000;

/** Plans one batch after the other, each after the reports of the one before have been deleted. */
export interface RetentionPlanner {
  /** At most `limit` reports, those that expire soonest first. */
  next(limit: number): Promise<RetentionPlan>;
}

/** `maxAgeMs`: of the sums, see `RetentionStore.holdings`. */
export function createRetentionPlanner(ctx: RetentionContext, maxAgeMs = 0): RetentionPlanner {
  let chooser: Chooser | undefined;
  /** What showed that there is more: it was chosen, and begins the next batch. */
  let first: Expiry | undefined;
  let chosen = 0;
  return {
    async next(limit) {
      const expiryMs = await expiryNow(ctx);
      if (chooser === undefined || chosen >= CHOICES) {
        chooser = await createUsageChooser(ctx, expiryMs, maxAgeMs);
        first = undefined;
        chosen = 0;
      }
      const expired = first === undefined ? [] : [first];
      const known = first?.id;
      first = undefined;
      for await (const candidate of worthALook(ctx, chooser, expiryMs)) {
        if (candidate.id === known) continue;
        const expiry = chooser.consider(candidate);
        if (expiry === undefined) continue;
        chosen += 1;
        if (expired.length === limit) {
          first = expiry;
          return { expired, more: true };
        }
        expired.push(expiry);
      }
      return { expired, more: false };
    },
  };
}

export function planRetention(ctx: RetentionContext, limit: number, maxAgeMs = 0): Promise<RetentionPlan> {
  return createRetentionPlanner(ctx, maxAgeMs).next(limit);
}

async function createUsageChooser(ctx: RetentionContext, expiryMs: number, maxAgeMs: number): Promise<Chooser> {
  const { runs, retention } = ctx;
  const { all, scripts } = await runs.holdings(maxAgeMs);
  const published = new Map(
    (await ctx.scripts.list()).flatMap((script) => namesOf(script).map((name) => [name, script] as const)),
  );
  const weights = new Map<string, StorageUsage>();
  for (const [name, held] of scripts) {
    const bounds = scriptBounds(retention, name, published.get(name));
    if (bounds.count === undefined && bounds.bytes === undefined) continue;
    const bytes = bounds.bytes === undefined ? 0 : held.bytes + (await runs.scriptBlobBytes(name));
    weights.set(name, { bounds, held: { count: held.count, bytes } });
  }
  // files of runs that could not be removed take the space of reports
  const held = { count: all.count, bytes: all.bytes + ctx.folders.leftBytes() };
  return createChooser({ bounds: { count: retention.count, bytes: retention.bytes }, held }, weights, {
    nowMs: ctx.now(),
    expiryMs,
  });
}

/**
 * Candidates as long as any report may be deleted: all reports while some have expired or the total exceeds a limit,
 * then those of scripts that exceed theirs.
 */
async function* worthALook({ runs }: RetentionContext, chooser: Chooser, expiryMs: number): AsyncGenerator<Candidate> {
  let after: Candidate | undefined;
  let scripts: readonly string[] | undefined;
  for (;;) {
    const page = await runs.candidates({ after, limit: PAGE_ROWS, ...defined({ scripts }) });
    for (const candidate of page) {
      const over = chooser.over();
      if (candidate.expiresAtMs > expiryMs && !over.all && over.scripts.length === 0) return;
      yield candidate;
      after = candidate;
    }
    if (page.length < PAGE_ROWS) return;
    const over = chooser.over();
    scripts = over.all || (after?.expiresAtMs ?? 0) <= expiryMs ? undefined : over.scripts;
    await otherWork();
  }
}
