/** Turns the messages of a kernel that executes the cells of a run into events of the run. */
import type { ExecuteReply, KernelMessage } from '../domain/kernel/kernel.ts';
import type { Mask } from '../domain/mask/mask.ts';
import { sizeWords } from '../domain/text/size.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import type { Exception } from '../domain/run/run.ts';
import { isStop, readAnnouncement, STOP_EXCEPTION } from './announcement.ts';
import type { RunContext } from './context.ts';
import type { KeptFiles } from './file-kept.ts';
import { createAnnouncer } from './output/output-announcement.ts';
import { createOutputBudget } from './output/output-limit.ts';
import type { Display } from './output/output-display.ts';
import { createErrorDisplay, readSentence } from './output/output-error.ts';
import { noticeCut, noticeLeft, type OutputSink } from './output/output-sink.ts';
import { createOutputStreams } from './output/output-stream.ts';
import { createWidgets, type OutputPlace } from './output/output-widget.ts';
import type { WidgetMessage } from './widget/widget-room.ts';
import type { ArtifactCollector } from './run-artifact.ts';
import type { TableKeeper } from './run-table.ts';

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
  /** After the last message of the kernel. */
  end(): Promise<void>;
}

interface Target {
  readonly mask: Mask;
  readonly artifacts: ArtifactCollector;
  readonly files: KeptFiles;
  readonly tables: Pick<TableKeeper, 'take'>;
  readonly write: (event: RunEvent) => Promise<void>;
}

export function createRunOutput(ctx: RunContext, target: Target): RunOutput {
  const sink: OutputSink = {
    ...target,
    blobs: ctx.blobs,
    budget: createOutputBudget(ctx.limits.outputBytes, ctx.limits.outputCount),
    told: new Map(),
  };
  const own: OutputPlace = { sink, streams: createOutputStreams(sink) };
  const widgets = createWidgets(sink);
  const announce = createAnnouncer(sink);
  const showError = createErrorDisplay(sink);
  let end: CellEnd = {};

  async function show(place: OutputPlace, cell: number, message: Display): Promise<void> {
    const said = readAnnouncement(message.data);
    if (said !== undefined) return announce(cell, said);
    // a message that shows nothing new does not separate the text printed before it from the text after it
    if (message.type === 'display') await place.streams.settle(cell);
    await widgets.show(place, cell, message);
  }

  async function clear({ sink: to, streams }: OutputPlace, cell: number, wait: boolean): Promise<void> {
    await streams.settle(cell);
    return sink.budget.takePiece(0) ? to.write({ type: 'outputs-cleared', cell, wait }) : noticeCut(sink, cell);
  }

  /** Any message but those about widgets, in the cell or in an Output widget. */
  async function onOutput(
    place: OutputPlace,
    cell: number,
    message: Exclude<KernelMessage, WidgetMessage>,
  ): Promise<void> {
    switch (message.type) {
      case 'stream':
        return place.streams.print(cell, message.name, message.text);
      case 'display':
      case 'update-display':
        return show(place, cell, message);
      case 'clear-output':
        return clear(place, cell, message.wait);
      case 'lost':
        return noticeLeft(sink, cell, 'message', lostText(message));
      case 'error': {
        await place.streams.settle(cell);
        end = isStop(message)
          ? { stop: message.name === STOP_EXCEPTION ? await readSentence(sink.mask, message.value) : '' }
          : { exception: await showError(cell, message, place.sink.write) };
      }
    }
  }

  return {
    async onMessage(cell, message) {
      const place = widgets.placeOf(cell) ?? own;
      if (isOutput(message)) return onOutput(place, cell, message);
      // nothing is settled here: text that continues in the same place may complete a secret
      const put = await widgets.onMessage(cell, message);
      if (put === undefined) return;
      if (put.isCleared) await clear(put.place, cell, false);
      for (const output of put.outputs.filter(isOutput)) await onOutput(put.place, cell, output);
    },
    async endCell(cell, reply) {
      await own.streams.settle(cell);
      await widgets.endCell(cell);
      const ended = end;
      end = {};
      if (reply.asksExit === true && ended.exception === undefined) return { stop: '' };
      return reply.status === 'ok' ? {} : ended;
    },
    end: () => widgets.end(),
  };
}

function isOutput(message: KernelMessage): message is Exclude<KernelMessage, WidgetMessage> {
  return message.type !== 'widget-changed' && message.type !== 'widget-closed';
}

function lostText({ reason, sizeBytes, isBegun }: KernelMessage & { readonly type: 'lost' }): string {
  if (reason === 'depth') return 'An output is not shown: its value is nested too deeply.';
  if (reason === 'link')
    return 'The connection to the kernel was lost for a time and is restored; outputs of that time may be missing.';
  if (reason === 'files') return 'Further files are not fetched from the kernel: the limit of downloads is reached.';
  if (sizeBytes === 0)
    return 'An output is not shown: a single output may not exceed the limit of the whole report (setting output_limit).';
  if (reason === 'effort')
    return `An output of ${sizeWords(sizeBytes)} is not shown: it has too many values to be read.`;
  const extent = isBegun ? 'is not shown completely' : 'is not shown';
  return `An output of ${sizeWords(sizeBytes)} ${extent}: a single output may not exceed the limit of the whole report (setting output_limit).`;
}
