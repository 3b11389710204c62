/** The run store over one database engine, put together from its parts. */
import { quotaStore } from '../quota.ts';
import type { RunStore } from '../../domain/run/run-store.ts';
import { bundleStore } from '../bundle-owner.ts';
import { migrate } from '../migrate.ts';
import { runCleanup } from './run-cleanup.ts';
import { runClock } from './run-clock.ts';
import { runCreate } from './run-create.ts';
import { runFind } from './run-find.ts';
import { runHolding } from './run-holding.ts';
import { runList } from './run-list.ts';
import { runLog } from './run-log.ts';
import { runPlace } from './run-place.ts';
import { runPlacement } from './run-placement.ts';
import { runRecover } from './run-recover.ts';
import { runRetain } from './run-retain.ts';
import { runShare } from './run-share.ts';
import { runStep } from './run-step.ts';
import { createLogTails } from './run-tail.ts';
import { runUsage } from './run-usage.ts';
import { runWork } from './run-work.ts';
import { orUnavailable } from '../store-context.ts';
import type { StoreContext } from '../store-context.ts';

/** Migrates the database first, after `keep` has saved a copy; throws `conflict` when a newer version wrote it. */
export async function createRunStore(context: StoreContext, keep?: (step: string) => Promise<void>): Promise<RunStore> {
  await migrate(context.engine, keep);
  const { holdings, forgetHoldings } = runHolding(context);
  const tails = createLogTails();
  const onRetained = () => {
    forgetHoldings();
    tails.forgetAll();
  };
  return {
    ...runCreate(context),
    ...quotaStore(context),
    ...runFind(context),
    ...runList(context),
    ...runPlace(context),
    ...runWork(context, tails),
    ...runRecover(context),
    ...runLog(context),
    ...runRetain(context, onRetained),
    ...runShare(context),
    ...runUsage(context),
    ...runStep(context),
    holdings,
    ...runCleanup(context),
    ...bundleStore(context),
    ...runPlacement(context),
    ...runClock(context),
    checkWritable: () => orUnavailable(context, () => context.engine.touch()),
    close: () => context.engine.close(),
  };
}
