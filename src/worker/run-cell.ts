/** Executes the code cells of a run one after the other, until the last one, a failure or a reason to stop. */
import { defined } from '../domain/defined.ts';
import {
  KernelDiedError,
  type ExecuteReply,
  type Kernel,
  type KernelMessage,
  type RecordedCell,
} from '../domain/kernel/kernel.ts';
import type { Mask } from '../domain/mask/mask.ts';
import { moduleHint } from '../domain/kernel/module-hint.ts';
import { renameHint } from '../domain/kernel/rename-hint.ts';
import type { Cell } from '../domain/notebook/notebook.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import type { Outcome } from '../domain/run/run.ts';
import type { RunContext } from './context.ts';
import type { ArtifactCollector } from './run-artifact.ts';
import type { StopReason } from './run-stop-reason.ts';
import { deathOutcome, type RunEnd, type RunPosition } from './run-outcome.ts';
import type { CellEnd, RunOutput } from './run-output.ts';
import type { RunPlan } from './run-plan.ts';
import { isExecuted } from './run-first-cell.ts';
import { createRequests, type CellClock, type CellRequests } from './run-request.ts';

/** A kernel at work for a run. */
export interface RunSession {
  readonly kernel: Kernel;
  readonly stopReason: StopReason;
  readonly output: RunOutput;
  readonly artifacts: ArtifactCollector;
  readonly mask: Mask;
  readonly write: (event: RunEvent) => Promise<void>;
  /** A server error as an outcome; the operator finds it in the log. */
  readonly failed: (error: unknown) => Outcome;
}

/**
 * A kernel's death and a server error are outcomes, too. Cells left out because of a reason to stop are not a failure:
 * the caller that knows the reason sets the outcome.
 */
export async function executeCells(session: RunSession, requests: CellRequests, plan: RunPlan): Promise<RunEnd> {
  const { signal } = session.stopReason;
  let position: RunPosition = {};
  try {
    if (plan.preparation !== undefined) await prepare(session, plan.preparation);
    for (const [index, cell] of plan.cells.entries()) {
      if (cell.type !== 'code') continue;
      if (signal.aborted) return { outcome: { type: 'succeeded' }, position };
      const isInjected = plan.started.injected?.at === index;
      position = { cell: index, step: (position.step ?? 0) + (isInjected ? 0 : 1) };
      const outcome = await executeCell(session, requests, { cell, index, isInjected });
      if (outcome !== undefined) return { outcome, position };
    }
    if (!signal.aborted) await offerVariables(session, plan);
    return { outcome: { type: 'succeeded' }, position };
  } catch (error) {
    return { outcome: await thrownOutcome(session, position, error), position };
  }
}

/** Whatever it prints is not the notebook's. */
async function prepare({ kernel }: RunSession, source: string): Promise<void> {
  await kernel.execute(source, { silent: true, onMessage: () => undefined });
}

async function thrownOutcome(
  { stopReason, mask, write, failed }: RunSession,
  { cell }: RunPosition,
  error: unknown,
): Promise<Outcome> {
  if (!(error instanceof KernelDiedError)) return failed(error);
  const { reason, tail } = error.death;
  const words = mask.text(tail).trim();
  if (reason !== undefined && !stopReason.signal.aborted)
    await write({ type: 'notice', ...defined({ cell }), text: mask.text(reason) });
  if (words !== '' && !stopReason.signal.aborted)
    await write({
      type: 'notice',
      ...defined({ cell }),
      text: `Last output of the program:\n${words}`,
    });
  return deathOutcome(error.death, cell);
}

type CellFinished = Extract<RunEvent, { type: 'cell-finished' }>;

interface Place {
  readonly cell: Cell;
  readonly index: number;
  /** Carries the values: not a step of the author's. */
  readonly isInjected: boolean;
}

/** Undefined: continue. */
async function executeCell(
  session: RunSession,
  requests: CellRequests,
  { cell, index, isInjected }: Place,
): Promise<Outcome | undefined> {
  const { write, artifacts } = session;
  const finish = (end: Pick<CellFinished, 'status' | 'ms' | 'executionCount'>) =>
    write({ type: 'cell-finished', cell: index, ...end, ...(isInjected ? { injected: true } : {}) });
  if (cell.tags.includes('skip-execution')) {
    await finish({ status: 'skipped', ms: 0 });
    return undefined;
  }
  const isOfSnapshot = session.kernel.snapshot?.cells.has(index) === true;
  await write({ type: 'cell-started', cell: index, ...(isOfSnapshot ? { fromSnapshot: true } : {}) });
  if (!isExecuted(cell)) {
    await finish({ status: 'ok', ms: 0 });
    return undefined;
  }
  const recorded = recordedCell(session.kernel, index);
  const { reply, end, ms } =
    recorded === undefined
      ? await executeSource(session, requests, cell.source, index)
      : await replay(session, recorded, index);
  const isGood = reply.status === 'ok' || end.stop !== undefined;
  await finish({
    status: isGood ? 'ok' : 'error',
    ms,
    ...defined({ executionCount: reply.executionCount }),
  });
  // a file that the next cell is writing would be offered incomplete
  if (!requests.areAhead()) await artifacts.scan({ changed: false });
  if (end.stop !== undefined)
    return { type: 'succeeded', message: end.stop || 'The report ended early, as its author planned.' };
  if (isGood) return undefined;
  await hint(session, index, end);
  return cell.tags.includes('raises-exception')
    ? undefined
    : { type: 'failed', cell: index, ...defined({ exception: end.exception }) };
}

interface Executed {
  readonly reply: ExecuteReply;
  readonly end: CellEnd;
  readonly ms: number;
}

/** Executes the cell to its end. */
async function executeSource(
  { output }: RunSession,
  requests: CellRequests,
  source: string,
  cell: number,
): Promise<Executed> {
  if (!source.isWellFormed()) return refuseCode(output, source, cell);
  const { reply: replied, clock } = requests.begin(cell);
  try {
    const reply = await replied;
    return { reply, end: await output.endCell(cell, reply), ms: Math.round(clock.passedMs()) };
  } finally {
    clock.stop();
  }
}

/** `onLast`: called when the request of the last cell is sent and no further one will be, at most once. */
export function requestsOf(ctx: RunContext, session: RunSession, plan: RunPlan, onLast: () => void): CellRequests {
  const { kernel } = session;
  const { cells, started, isPlain, downloads } = plan;
  return createRequests({
    kernel,
    cells,
    isPlain: (cell) => started.injected?.at === cell || isPlain(cells[cell]!),
    isSent: (index) => isExecuted(cells[index]!) && recordedCell(kernel, index) === undefined,
    clockOf: (cell) => createClock(ctx, session, cell),
    onMessageOf: (cell, { refresh }) => receiverOf(session, cell, refresh),
    onLast: () => {
      if (downloads === undefined) onLast();
    },
  });
}

function recordedCell({ snapshot, executed }: Kernel, index: number): RecordedCell | undefined {
  return snapshot?.cells.get(index) ?? executed?.get(index);
}

/** Takes the messages of a cell. One that cannot be stored stops the run; the kernel is still listened to. */
export function receiverOf({ output, stopReason, failed }: RunSession, cell: number, onProgress = () => {}) {
  let hasFailed = false;
  return async (message: KernelMessage): Promise<void> => {
    onProgress();
    if (hasFailed) return;
    await output.onMessage(cell, message).catch((error: unknown) => {
      hasFailed = true;
      stopReason.give(failed(error));
    });
  };
}

/** Refuses source that cannot be encoded: kernels would fail with an internal error, or hang. */
async function refuseCode(output: RunOutput, code: string, cell: number): Promise<Executed> {
  const before = code.slice(0, code.search(/\p{Surrogate}/u)).split('\n');
  const value = `Line ${before.length}, column ${(before.at(-1) ?? '').length + 1} has half of a character, which cannot be encoded (a lone surrogate). Type the character again.`;
  await output.onMessage(cell, { type: 'error', name: 'SyntaxError', value, traceback: [`SyntaxError: ${value}`] });
  const reply: ExecuteReply = { status: 'error' };
  return { reply, end: await output.endCell(cell, reply), ms: 0 };
}

/** Limits the time of one cell: in total, and without new output. */
function createClock({ limits }: RunContext, { stopReason }: RunSession, cell: number): CellClock {
  let startMs: number | undefined;
  let timers: readonly (NodeJS.Timeout | undefined)[] = [];
  const start = (limit: 'cell' | 'idle', limitMs: number | undefined) =>
    limitMs === undefined
      ? undefined
      : setTimeout(() => stopReason.give({ type: 'timed-out', limit, limitMs, cell }), limitMs);
  return {
    begin() {
      if (startMs !== undefined) return;
      startMs = performance.now();
      timers = [start('cell', limits.cellMs), start('idle', limits.idleMs)];
    },
    refresh: () => void timers[1]?.refresh(),
    passedMs: () => (startMs === undefined ? 0 : performance.now() - startMs),
    stop: () => timers.forEach(clearTimeout),
  };
}

/** The classic `download|VAR`: a missing variable is reported, and has no other effect. */
async function offerVariables(session: RunSession, { cells, downloads }: RunPlan): Promise<void> {
  if (downloads === undefined) return;
  const cell = cells.length - 1;
  const reply = await session.kernel.execute(downloads, { onMessage: receiverOf(session, cell) });
  const end = await session.output.endCell(cell, reply);
  if (end.exception === undefined) return;
  const text = `A download could not be made: ${end.exception.name}: ${end.exception.value}`;
  await session.write({ type: 'notice', text });
}

/** Replays the messages of the cell from when it was executed. */
async function replay(
  { output, stopReason, failed }: RunSession,
  { messages, status, executionCount, ms }: RecordedCell,
  cell: number,
): Promise<Executed> {
  try {
    for (const message of messages) await output.onMessage(cell, message);
  } catch (error) {
    stopReason.give(failed(error));
  }
  const reply = { status, executionCount };
  return { reply, end: await output.endCell(cell, reply), ms };
}

async function hint({ kernel, write }: RunSession, cell: number, { exception }: CellEnd): Promise<void> {
  const text =
    exception === undefined || kernel.interpreter === undefined
      ? undefined
      : (moduleHint(exception, kernel.interpreter) ?? renameHint(exception));
  if (text !== undefined) await write({ type: 'notice', cell, text });
}
