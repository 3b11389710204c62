/** Lets the program of a run end as programs end, before its kernel is killed. */
import { durationWords } from '../domain/run/run-message.ts';
import type { RunContext } from './context.ts';
import { receiverOf, type RunSession } from './run-cell.ts';
import type { RunEnd } from './run-outcome.ts';

/**
 * Waits until the threads and exit handlers of the program have ended and its open files are complete, at most
 * `limits.endMs`; a notice says when that was too short. Does nothing where a run did not end by its own code. Never
 * throws: how the cells ended remains the outcome.
 */
export async function endProgram(
  { limits }: RunContext,
  session: RunSession,
  { outcome, position }: RunEnd,
): Promise<void> {
  const { kernel, output, stopReason, write } = session;
  const isOwnEnd = outcome.type === 'succeeded' || (outcome.type === 'failed' && outcome.cell !== undefined);
  if (!isOwnEnd || stopReason.signal.aborted || kernel.endProgram === undefined || limits.endMs === 0) return;
  const late = Promise.withResolvers<'late'>();
  const timer = setTimeout(() => late.resolve('late'), limits.endMs);
  const cell = position.cell ?? 0;
  const receive = receiverOf(session, cell);
  const ending = kernel
    // libraries close what they have shown when the program ends; the report keeps it
    .endProgram({
      limitMs: limits.endMs,
      onMessage: (message) => (message.type === 'widget-closed' ? undefined : receive(message)),
    })
    .then((reply) => output.endCell(cell, reply))
    .catch(() => undefined); // the kernel is gone
  const end = await Promise.race([ending, late.promise]);
  clearTimeout(timer);
  if (end === 'late' && !stopReason.signal.aborted)
    await write({
      type: 'notice',
      text: `The program was still busy ${durationWords(limits.endMs)} after its last step (threads, exit handlers) and was stopped; files may be incomplete. The setting end_limit gives it more time.`,
    }).catch(() => undefined); // the writer tells the run
}
