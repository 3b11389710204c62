/** Lets the program of a run end as programs end, before its kernel is killed. */
import { durationWords } from '../domain/run/run-message.ts';
import type { ExecuteReply, KernelMessage, RequestAhead } from '../domain/kernel/kernel.ts';
import type { RunContext } from './context.ts';
import { receiverOf, type RunSession } from './run-cell.ts';
import type { RunEnd } from './run-outcome.ts';

export interface ProgramEnd {
  /** Sends the end behind the last cell, where kernels promise that it takes place only if nobody could notice. */
  sendAhead(): void;
  /**
   * Waits until the threads and exit handlers of the program have ended and its open files are complete, at most
   * `limits.endMs`; a notice says when that was too short. Does nothing where a run did not end by its own code. Never
   * throws: how the cells ended remains the outcome.
   */
  finish(end: RunEnd): Promise<void>;
}

export function createProgramEnd({ limits }: RunContext, session: RunSession): ProgramEnd {
  const { kernel, output, stopReason, write } = session;
  const isWanted = kernel.endProgram !== undefined && limits.endMs > 0;
  let ahead: RequestAhead | undefined;
  let receive: (message: KernelMessage) => Promise<void> = () => Promise.resolve();
  // libraries close what they have shown when the program ends; the report keeps it
  const onMessage = (message: KernelMessage) => (message.type === 'widget-closed' ? undefined : receive(message));

  async function endNow(): Promise<ExecuteReply | undefined> {
    ahead?.open();
    const reply = await ahead?.reply;
    return reply === undefined || reply.status === 'aborted'
      ? kernel.endProgram?.({ limitMs: limits.endMs, onMessage })
      : reply;
  }

  return {
    sendAhead() {
      if (isWanted) ahead = kernel.endProgramAfter?.({ onMessage });
    },
    async finish({ outcome, position }) {
      const isOwnEnd = outcome.type === 'succeeded' || (outcome.type === 'failed' && outcome.cell !== undefined);
      if (!isWanted || !isOwnEnd || stopReason.signal.aborted) return;
      const late = Promise.withResolvers<'late'>();
      const timer = setTimeout(() => late.resolve('late'), limits.endMs);
      const cell = position.cell ?? 0;
      receive = receiverOf(session, cell);
      const ending = endNow()
        .then((reply) => reply && output.endCell(cell, reply))
        .catch(() => undefined); // the kernel is gone
      const end = await Promise.race([ending, late.promise]);
      clearTimeout(timer);
      if (end === 'late' && !stopReason.signal.aborted)
        await write({
          type: 'notice',
          text: `The program was still busy ${durationWords(limits.endMs)} after its last step (threads, exit handlers) and was stopped; files may be incomplete. The setting end_limit gives it more time.`,
        }).catch(() => undefined); // the writer tells the run
    },
  };
}
