/**
 * `script-runner clean [folder]`: deletes old reports, or lists what would be deleted. Needs no Python, but exclusive
 * use of the data folder.
 */
import { doubtedJump, trustClock } from '../app/retention/retention-clock.ts';
import { planRetention, type RetentionPlan } from '../app/retention/retention-plan.ts';
import { sweep, type SweepContext } from '../app/retention/retention-sweep.ts';
import { auditPorts } from '../compose/compose-audit.ts';
import { createWorkFolders, retainTimes, storeOptions } from '../compose/compose.ts';
import { readConfig } from '../config/config.ts';
import type { ConfigSources } from '../config/config.ts';
import { LOCAL } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import { clockDoubt } from '../domain/run/run-message.ts';
import { sizeWords } from '../domain/text/size.ts';
import { countReasons, type Cleanup } from '../domain/retention/retention.ts';
import { createScriptSource } from '../files/script-source.ts';
import { languages } from '../language/all.ts';
import { openStore } from '../store/open.ts';
import { createLog } from './log.ts';

/** How many reports a dry run names. */
const NAMED = 10_000;

/** Throws `conflict` while a server uses the folder: the server does this by itself, and `/admin` shows it. */
export async function clean(
  folder: string,
  flags: NonNullable<ConfigSources['flags']>,
  options: { readonly dryRun: boolean; readonly trustClock: boolean; readonly json: boolean },
): Promise<void> {
  const config = readConfig({ target: folder, flags });
  const times = retainTimes(() => config);
  const store = await openStore(config.data, times, storeOptions(config, 'clean', createLog(), true)).catch(
    (error: unknown) => {
      if (!(error instanceof AppError) || !/ (uses|in use) /.test(error.message)) throw error;
      throw new AppError(
        'conflict',
        `${error.message} A running server deletes old reports by itself; its page /admin shows which.`,
        { cause: error },
      );
    },
  );
  const scripts = await createScriptSource({
    directory: config.project.published,
    languages: languages(),
    followLinks: config.followLinks,
    watch: false,
  });
  const log = createLog();
  const folders = createWorkFolders(log);
  try {
    const ctx: SweepContext = {
      ...store,
      scripts,
      folders,
      retention: config.retention,
      now: Date.now,
      log,
      ...auditPorts(store, config.audit),
    };
    if (options.trustClock) await trustClock(ctx, LOCAL);
    const jump = await doubtedJump(ctx);
    if (jump !== undefined) console.error(`${clockDoubt(jump)} If the clock is right, add --trust-clock.`);
    if (options.dryRun) tellPlan(await planRetention(ctx, NAMED), options.json);
    else tellFreed(await sweepAll(ctx), options.json);
  } finally {
    await scripts.close();
    await folders.close();
    await store.close();
  }
}

async function sweepAll(ctx: SweepContext): Promise<Omit<Cleanup, 'atMs'>> {
  const freed = { age: 0, count: 0, size: 0, bytes: 0 };
  for (let more = true; more;) {
    const done = await sweep(ctx, { by: LOCAL });
    for (const reason of ['age', 'count', 'size'] as const) freed[reason] += done.reports[reason];
    freed.bytes += done.bytes;
    more = done.more;
  }
  const { bytes, ...reports } = freed;
  return { reports, bytes };
}

function tellPlan({ expired, more }: RetentionPlan, json: boolean): void {
  const bytes = expired.reduce((sum, expiry) => sum + expiry.bytes, 0);
  if (json) return console.log(JSON.stringify({ reports: expired, bytes, more }, null, 2));
  for (const { id, script, reason } of expired) console.log(`${reason.padEnd(5)} ${id} ${script}`);
  console.log(
    `${summary(countReasons(expired), more ? 'and more would be deleted' : 'would be deleted')}; this frees ${sizeWords(bytes)}.`,
  );
}

function tellFreed({ reports, bytes }: Omit<Cleanup, 'atMs'>, json: boolean): void {
  console.log(
    json
      ? JSON.stringify({ reports, bytes }, null, 2)
      : `${summary(reports, 'deleted')}; this freed ${sizeWords(bytes)}.`,
  );
}

/** `6 reports deleted (1 for age, 5 for number)`; reasons without reports are not named. */
function summary(reports: Cleanup['reports'], verb: string): string {
  const reasons = [
    [reports.age, 'age'],
    [reports.count, 'number'],
    [reports.size, 'size'],
  ] as const;
  const total = reports.age + reports.count + reports.size;
  if (total === 0) return `No report ${verb}`;
  const why = reasons
    .filter(([count]) => count > 0)
    .map(([count, reason]) => `${count} for ${reason}`)
    .join(', ');
  return `${total === 1 ? '1 report' : `${total} reports`} ${verb} (${why})`;
}
