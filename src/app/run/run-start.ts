/** Where this process executes runs, a run for which there is a place starts together with its submission. */
import type { NewRun, StartAtOnce } from '../../domain/run/run-store.ts';

export interface RunStarter {
  /** Undefined: it waits in the queue for its turn. Never rejects. */
  plan(run: NewRun): Promise<PlannedStart | undefined>;
}

export interface PlannedStart {
  readonly atOnce: StartAtOnce;
  /** After the submission, whatever has become of it: a run that has not started leaves its place. */
  release(): void;
}

export interface RunStarts extends RunStarter {
  /** For a worker, which plans them from now on. Returns a function that ends that. */
  serve(starter: RunStarter): () => void;
}

export function createRunStarts(): RunStarts {
  let serving: RunStarter | undefined;
  return {
    plan: async (run) => serving?.plan(run),
    serve(starter) {
      serving = starter;
      return () => {
        serving = undefined;
      };
    },
  };
}
