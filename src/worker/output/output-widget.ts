/**
 * Jupyter widgets of a run: what Output widgets take from a cell, and the state of controls, which a report shows as it
 * was last. As in Jupyter, an Output widget takes what a cell shows from when its `msg_id` is set until it is empty.
 */
import type { KernelMessage } from '../../domain/kernel/kernel.ts';
import { viewedWidget } from '../../domain/report/widget-model.ts';
import type { StoredBundle } from '../../domain/run/run-event.ts';
import { showDisplay, type Display } from './output-display.ts';
import { noticeLeft, type OutputSink } from './output-sink.ts';
import { createOutputStreams, type OutputStreams } from './output-stream.ts';
import type { WidgetMessage } from '../widget/widget-room.ts';
import { createWidgetStates } from '../widget/widget-state.ts';

/** Jupyter's have 32. Others are no widgets of a report. */
const ID_CHARS = 64;

/** Where outputs go: the cell itself, or a widget. */
export interface OutputPlace {
  readonly sink: OutputSink;
  readonly streams: OutputStreams;
}

export interface Widgets {
  /** The Output widget that takes the outputs of the cell now; undefined if there is none. */
  placeOf(cell: number): OutputPlace | undefined;
  /** Returns what the kernel itself puts into an Output widget. */
  onMessage(cell: number, message: WidgetMessage): Promise<PutIn | undefined>;
  /** Shows a view of a widget. */
  show(place: OutputPlace, cell: number, message: Display): Promise<void>;
  /** Settles all widgets' texts, and writes what has changed. */
  endCell(cell: number): Promise<void>;
  /** After the last message: writes what has changed. */
  end(): Promise<void>;
}

/** Outputs that the kernel puts into an Output widget. */
export interface PutIn {
  readonly place: OutputPlace;
  readonly isCleared: boolean;
  readonly outputs: readonly KernelMessage[];
}

export function createWidgets(sink: OutputSink): Widgets {
  const states = createWidgetStates(sink);
  /** What the kernel itself has given to Output widgets. */
  const given = new Map<string, readonly KernelMessage[]>();
  const places = new Map<string, OutputPlace>();
  /** The widgets that take each cell's outputs: the last one does. */
  const taking = new Map<number, string[]>();

  function place(widget: string): OutputPlace {
    const known = places.get(widget);
    if (known !== undefined) return known;
    const own = sinkOf(sink, widget);
    const made = { sink: own, streams: createOutputStreams(own) };
    places.set(widget, made);
    return made;
  }

  function take(cell: number, widget: string, id: unknown): void {
    const others = (taking.get(cell) ?? []).filter((other) => other !== widget);
    taking.set(cell, typeof id === 'string' && id !== '' ? [...others, widget] : others);
  }

  function putIn(widget: string, outputs: readonly KernelMessage[]): PutIn | undefined {
    const before = given.get(widget) ?? [];
    given.set(widget, outputs);
    // what `append_stdout` adds comes as the whole list
    const goesOn = before.length <= outputs.length && before.every((output, at) => isSame(output, outputs[at]));
    if (goesOn && before.length === outputs.length) return undefined;
    return { place: place(widget), isCleared: !goesOn, outputs: goesOn ? outputs.slice(before.length) : outputs };
  }

  return {
    placeOf(cell) {
      const widget = taking.get(cell)?.at(-1);
      return widget === undefined ? undefined : place(widget);
    },
    async onMessage(cell, message) {
      const { widget } = message;
      if (widget.length > ID_CHARS) {
        const text = `The state of some widgets is not kept: their ids have more than ${ID_CHARS} characters.`;
        await noticeLeft(sink, cell, 'widget', text);
        return undefined;
      }
      if (message.type === 'widget-closed') {
        take(cell, widget, '');
        states.close(cell, widget);
        return undefined;
      }
      const { outputs, buffers = [] } = message;
      const { msg_id: id, ...state } = message.state;
      if (!(await states.change(cell, widget, state, { buffers, outputs }))) return undefined;
      if (id !== undefined) take(cell, widget, id);
      return outputs === undefined ? undefined : putIn(widget, outputs);
    },
    async show({ sink: to }, cell, message) {
      if (viewedWidget(message.data as StoredBundle) !== undefined) await states.flush();
      return showDisplay(to, cell, message);
    },
    async endCell(cell) {
      for (const { streams } of places.values()) await streams.settle(cell);
      await states.flush();
    },
    end: () => states.flush(),
  };
}

function isSame(one: KernelMessage, other: KernelMessage | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function sinkOf(sink: OutputSink, id: string): OutputSink {
  const widget = sink.mask.text(id);
  return {
    ...sink,
    write: (event) =>
      sink.write(
        event.type === 'output-added' || event.type === 'stream-appended' || event.type === 'outputs-cleared'
          ? { ...event, widget }
          : event,
      ),
  };
}
