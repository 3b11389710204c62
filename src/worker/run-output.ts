/** Turns the messages of a kernel that executes the cells of a run into events of the run. */
import type { ExecuteReply, KernelMessage } from '../domain/kernel/kernel.ts';
import type { Mask } from '../domain/mask/mask.ts';
import { sizeWords } from '../domain/text/size.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import type { Exception } from '../domain/run/run.ts';
import { isStop, readAnnouncement, STOP_EXCEPTION } from './announcement.ts';
import type { RunContext } from './context.ts';
import { createAnnouncer } from './output-announcement.ts';
import { createOutputBudget } from './output-budget.ts';
import { showDisplay, type Display } from './output-display.ts';
import { createErrorDisplay, readSentence } from './output-error.ts';
import { noticeCut, noticeLeft, type OutputSink } from './output-sink.ts';
import { createOutputStreams } from './output-stream.ts';
import type { ArtifactCollector } from './run-artifact.ts';

/** How a cell that failed ended. */
export interface CellEnd {
  readonly exception?: Exception;
  /** The run succeeds here: the message of `script_runner.stop`, or "" for `sys.exit()` and the like. */
  readonly stop?: string;
}

export interface RunOutput {
  /** Must be awaited before the next message. Throws `unavailable` when the disk is full. */
  onMessage(cell: number, message: KernelMessage): Promise<void>;
  /** After the cell's last message. */
  endCell(cell: number, reply: ExecuteReply): Promise<CellEnd>;
}

interface Target {
  readonly mask: Mask;
  readonly artifacts: ArtifactCollector;
  readonly write: (event: RunEvent) => Promise<void>;
}

export function createRunOutput(ctx: RunContext, target: Target): RunOutput {
  const sink: OutputSink = {
    ...target,
    blobs: ctx.blobs,
    budget: createOutputBudget(ctx.limits.outputBytes, ctx.limits.outputCount),
    told: new Map(),
  };
  const streams = createOutputStreams(sink);
  const announce = createAnnouncer(sink);
  const showError = createErrorDisplay(sink);
  let end: CellEnd = {};

  async function show(cell: number, message: Display): Promise<void> {
    const said = readAnnouncement(message.data);
    if (said !== undefined) return announce(cell, said);
    // a message that shows nothing new does not separate the text printed before it from the text after it
    if (message.type === 'display') await streams.settle(cell);
    await showDisplay(sink, cell, message);
  }

  return {
    async onMessage(cell, message) {
      switch (message.type) {
        case 'stream':
          return streams.print(cell, message.name, message.text);
        case 'display':
        case 'update-display':
          return show(cell, message);
        case 'clear-output':
          await streams.settle(cell);
          return sink.budget.takePiece(0)
            ? sink.write({ type: 'outputs-cleared', cell, wait: message.wait })
            : noticeCut(sink, cell);
        case 'lost':
          return noticeLeft(sink, cell, 'message', lostText(message));
        case 'error':
          await streams.settle(cell);
          end = isStop(message)
            ? { stop: message.name === STOP_EXCEPTION ? await readSentence(sink.mask, message.value) : '' }
            : { exception: await showError(cell, message) };
      }
    },
    async endCell(cell, reply) {
      await streams.settle(cell);
      const ended = end;
      end = {};
      if (reply.asksExit === true && ended.exception === undefined) return { stop: '' };
      return reply.status === 'ok' ? {} : ended;
    },
  };
}

function lostText({ reason, sizeBytes, isBegun }: KernelMessage & { readonly type: 'lost' }): string {
  if (reason === 'depth') return 'An output is not shown: its value is nested too deeply.';
  const extent = isBegun ? 'is not shown completely' : 'is not shown';
  return `An output of ${sizeWords(sizeBytes)} ${extent}: a single output may not exceed the limit of the whole report (setting output_limit).`;
}
