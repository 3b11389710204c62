/** The state of the server, for the operator: kernels and their sources, running and waiting runs, recent failures. */
import type { Actor } from '../domain/access/access.ts';
import { authorize } from '../domain/access/access.ts';
import type { KernelStatus, SnapshotProblem } from '../domain/kernel/kernel.ts';
import type { ScriptProblem } from '../domain/problem.ts';
import type { Run, RunStatus } from '../domain/run/run.ts';
import type { AppContext } from './context.ts';
import type { InterestState } from './script/script-interest.ts';

/** Limit of the running runs, and of the waiting ones. */
const ACTIVE = 100;
const FAILED = 10;
const FAILURES: readonly RunStatus[] = ['failed', 'timed-out', 'kernel-died', 'lost'];
const NO_KERNELS: KernelStatus = { running: 0, waiting: 0, parents: [] };

export interface ServerStatus {
  /** A kernel has answered. */
  readonly ready: boolean;
  /** Why no run can start, and how to fix it. */
  readonly problem?: string | undefined;
  /** Why saved scripts are noticed only after some seconds. */
  readonly watchProblem?: ScriptProblem | undefined;
  readonly kernels: KernelStatus;
  /** Absent: no kernels wait for open pages. */
  readonly interest?: InterestState | undefined;
  /** Memory of the runs' kernels, by run id; absent if unknown. */
  readonly memory: ReadonlyMap<string, number>;
  /** Waiting runs, then running ones, the newest first: at most a hundred of each. */
  readonly active: readonly Run[];
  /** The last failed runs, the newest first. */
  readonly failures: readonly Run[];
  /** Scripts whose first cells could not be run in advance at the last attempt. */
  readonly withoutSnapshot: readonly {
    readonly script: string;
    readonly problem: SnapshotProblem;
    readonly atMs: number;
  }[];
}

/** Throws `forbidden` for everybody but operators. */
export async function readStatus(ctx: AppContext, actor: Actor): Promise<ServerStatus> {
  authorize(actor, { type: 'administer' });
  const list = async (status: readonly RunStatus[], limit: number) => (await ctx.runs.list({ status, limit })).items;
  const [kernels, memory, queued, running, failures, scripts] = await Promise.all([
    ctx.kernels.status?.() ?? NO_KERNELS,
    ctx.kernels.memory?.() ?? new Map<string, number>(),
    list(['queued'], ACTIVE),
    list(['starting', 'running'], ACTIVE),
    list(FAILURES, FAILED),
    ctx.scripts.list(),
  ]);
  const withoutSnapshot = scripts.flatMap(({ name: script }) => {
    const state = ctx.kernels.snapshot?.(script);
    return state?.type === 'refused' ? [{ script, problem: state.problem, atMs: state.atMs }] : [];
  });
  return {
    ready: ctx.kernels.ready(),
    problem: ctx.kernels.problem?.(),
    watchProblem: ctx.scripts.watchProblem?.(),
    kernels,
    interest: ctx.interests?.state(),
    memory,
    active: [...queued, ...running],
    failures,
    withoutSnapshot,
  };
}
