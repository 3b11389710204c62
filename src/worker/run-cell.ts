/** Executes the code cells of a run, one after the other, until the last one, a failure or a reason to end. */
import type { ExecuteReply, Kernel, RecordedCell } from '../domain/kernel/kernel.ts';
import { moduleHint } from '../domain/kernel/module-hint.ts';
import type { Cell } from '../domain/notebook/notebook.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import type { Outcome } from '../domain/run/run.ts';
import type { AppContext } from '../app/context.ts';
import type { ArtifactCollector } from './run-artifact.ts';
import type { Ending } from './run-stop-reason.ts';
import { problemOutcome, type Reached } from './run-outcome.ts';
import type { CellEnd, RunOutput } from './run-output.ts';
import type { RunPlan } from './run-plan.ts';

/** A kernel at work for a run. */
export interface RunSession {
  readonly kernel: Kernel;
  readonly ending: Ending;
  readonly output: RunOutput;
  readonly artifacts: ArtifactCollector;
  readonly write: (event: RunEvent) => Promise<void>;
}

/** Rejects with `KernelDiedError`; `at` then says where. */
export async function executeCells(
  ctx: AppContext,
  session: RunSession,
  { cells, started }: Pick<RunPlan, 'cells' | 'started'>,
  at: Reached,
): Promise<Outcome> {
  for (const [index, cell] of cells.entries()) {
    if (cell.type !== 'code') continue;
    const early = session.ending.outcome();
    if (early !== undefined) return early;
    const isInjected = started.injected?.at === index;
    at.cell = index;
    at.step = (at.step ?? 0) + (isInjected ? 0 : 1);
    const outcome = await executeCell(ctx, session, { cell, index, isInjected });
    if (outcome !== undefined) return session.ending.outcome() ?? outcome;
  }
  return session.ending.outcome() ?? { type: 'succeeded' };
}

type CellFinished = Extract<RunEvent, { type: 'cell-finished' }>;

interface Place {
  readonly cell: Cell;
  readonly index: number;
  /** Carries the values: none of the author's steps. */
  readonly isInjected: boolean;
}

/** Undefined: go on. */
async function executeCell(
  ctx: AppContext,
  session: RunSession,
  { cell, index, isInjected }: Place,
): Promise<Outcome | undefined> {
  const { write, artifacts } = session;
  const finish = (end: Pick<CellFinished, 'status' | 'ms' | 'executionCount'>) =>
    write({ type: 'cell-finished', cell: index, ...end, ...(isInjected ? { injected: true } : {}) });
  if (cell.tags.includes('skip-execution')) {
    await finish({ status: 'skipped', ms: 0 });
    return undefined;
  }
  const recorded = session.kernel.snapshot?.cells.get(index);
  await write({
    type: 'cell-started',
    cell: index,
    ...(recorded === undefined ? {} : { fromSnapshot: true as const }),
  });
  if (cell.source.trim() === '') {
    await finish({ status: 'ok', ms: 0 });
    return undefined;
  }
  const startMs = performance.now();
  const { reply, end } = await timed(ctx, session, index, (heard) =>
    recorded === undefined ? speak(session, cell.source, index, heard) : replay(session, recorded, index),
  );
  const isGood = reply.status === 'ok' || end.stop !== undefined;
  await finish({
    status: isGood ? 'ok' : 'error',
    ms: recorded?.ms ?? Math.round(performance.now() - startMs),
    ...(reply.executionCount === undefined ? {} : { executionCount: reply.executionCount }),
  });
  await artifacts.scan({ changed: false });
  if (end.stop !== undefined)
    return { type: 'succeeded', message: end.stop || 'The report ended early, as its author planned.' };
  if (isGood) return undefined;
  await hint(session, index, end);
  return cell.tags.includes('raises-exception') && session.ending.outcome() === undefined
    ? undefined
    : { type: 'failed', cell: index, ...(end.exception === undefined ? {} : { exception: end.exception }) };
}

/** Executes the code; a message that cannot be stored ends the run, and the kernel is heard to its end all the same. */
export async function speak(
  { kernel, output, ending }: RunSession,
  code: string,
  cell: number,
  heard = () => {},
): Promise<{ readonly reply: ExecuteReply; readonly end: CellEnd }> {
  let isDeaf = false;
  const reply = await kernel.execute(code, {
    onMessage: async (message) => {
      heard();
      if (isDeaf) return;
      await output.hear(cell, message).catch((error: unknown) => {
        isDeaf = true;
        ending.end(problemOutcome(error));
      });
    },
  });
  return { reply, end: await output.endCell(cell, reply) };
}

async function timed<T>(
  ctx: AppContext,
  { ending }: RunSession,
  cell: number,
  work: (heard: () => void) => Promise<T>,
): Promise<T> {
  const clock = (limit: 'cell' | 'idle', limitMs: number) =>
    setTimeout(() => ending.end({ type: 'timed-out', limit, limitMs, cell }), limitMs);
  const clocks = [
    clock('cell', ctx.limits.cellMs),
    ...(ctx.limits.idleMs === undefined ? [] : [clock('idle', ctx.limits.idleMs)]),
  ];
  return work(() => clocks[1]?.refresh()).finally(() => clocks.forEach(clearTimeout));
}

/** Says again what the cell said when the snapshot was taken. */
async function replay(
  { output, ending }: RunSession,
  { messages, status, executionCount }: RecordedCell,
  cell: number,
) {
  try {
    for (const message of messages) await output.hear(cell, message);
  } catch (error) {
    ending.end(problemOutcome(error));
  }
  const reply = { status, executionCount };
  return { reply, end: await output.endCell(cell, reply) };
}

async function hint({ kernel, write }: RunSession, cell: number, { exception }: CellEnd): Promise<void> {
  const text =
    exception === undefined || kernel.interpreter === undefined ? undefined : moduleHint(exception, kernel.interpreter);
  if (text !== undefined) await write({ type: 'notice', cell, text });
}
