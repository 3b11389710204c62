/** Plans runs that start together with their submission, where the worker has a place for them. */
import { defined } from '../domain/defined.ts';
import type { Claim, NewRun, StartAtOnce } from '../domain/run/run-store.ts';
import type { RunStarter } from '../app/run/run-start.ts';
import type { WorkerContext } from './context.ts';
import type { Begun } from './run-execute.ts';
import type { Place } from './run-place.ts';
import { planRun } from './run-plan.ts';

/** What a worker has for them. */
export interface StartingWorker {
  /** It may go on under another one. */
  name(): string;
  /** Undefined: there is none. */
  takePlace(): Place | undefined;
  execute(claim: Claim, place: Place, begun: Begun): Promise<void>;
}

export function createRunStarter(ctx: WorkerContext, worker: StartingWorker): RunStarter {
  return {
    async plan({ bundle, needs, secrets, person, ...run }: NewRun) {
      // packages may have to be installed first; where several processes share the store, none starts them at once
      if (ctx.offers !== undefined || bundle !== undefined || needs?.packages !== undefined) return undefined;
      const place = worker.takePlace();
      if (place === undefined) return undefined;
      const name = worker.name();
      const plan = await planRun(ctx, { run, attempt: 1, secrets, ...defined({ person }) }, name).catch(
        () => undefined,
      );
      // when its turn comes, it fails and says why
      if (plan === undefined) return void place.leave();
      let release = place.leave;
      const onStart: StartAtOnce['onStart'] = (claim, durable) => {
        // it is recovered, as what else that name has left
        if (name !== worker.name()) return;
        release = () => {};
        void worker.execute(claim, place, { plan, durable });
      };
      const { atOnce: limits = {} } = ctx.limits;
      return { atOnce: { worker: name, limits, started: plan.started, onStart }, release: () => release() };
    },
  };
}
