/**
 * Jupyter widgets of a run: what Output widgets take from a cell, and the state of controls, which a report shows as it
 * was last. As in Jupyter, an Output widget takes what a cell shows from when its `msg_id` is set until it is empty.
 */
import type { Json, JsonObject } from '../domain/text/json.ts';
import type { KernelMessage } from '../domain/kernel/kernel.ts';
import type { Display } from './output-display.ts';
import { noticeLeft, type OutputSink } from './output-sink.ts';
import { createOutputStreams, type OutputStreams } from './output-stream.ts';
import { createWidgetViews } from './widget-view.ts';

/** Widgets whose state is known at the same time, and the total size of their states as JSON. */
const WIDGETS = 2000;
const STATES_CHARS = 5_000_000;
/** Jupyter's have 32. Others are no widgets of a report. */
const ID_CHARS = 64;

export type WidgetMessage = Extract<KernelMessage, { type: 'widget-changed' | 'widget-closed' }>;

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
  /** Settles all widgets' texts, and updates the views of what has changed. */
  endCell(cell: number): Promise<void>;
}

/** Outputs that the kernel puts into an Output widget. */
export interface PutIn {
  readonly place: OutputPlace;
  readonly isCleared: boolean;
  readonly outputs: readonly KernelMessage[];
}

export function createWidgets(sink: OutputSink): Widgets {
  const states = new Map<string, Record<string, Json>>();
  let chars = 0;
  const places = new Map<string, OutputPlace>();
  /** The widgets that take each cell's outputs: the last one does. */
  const taking = new Map<number, string[]>();
  const views = createWidgetViews(sink, states);

  function place(widget: string): OutputPlace {
    const known = places.get(widget);
    if (known !== undefined) return known;
    const own = sinkOf(sink, widget);
    const made = { sink: own, streams: createOutputStreams(own) };
    places.set(widget, made);
    return made;
  }

  /** False, with a notice, for what is beyond the bounds. Its time is linear in the size of the change. */
  async function keep(cell: number, widget: string, change: JsonObject): Promise<boolean> {
    const state = states.get(widget) ?? (Object.create(null) as Record<string, Json>);
    const all = Object.entries(change).reduce((sum, [key, value]) => sum + sizeOf(value) - sizeOf(state[key]), chars);
    if (all > STATES_CHARS || (!states.has(widget) && states.size >= WIDGETS)) {
      const text = `The state of some widgets is not kept: a run may have ${WIDGETS} widgets, and 5 MB in total.`;
      await noticeLeft(sink, cell, 'widget', text);
      return false;
    }
    states.set(widget, Object.assign(state, change));
    chars = all;
    return true;
  }

  function take(cell: number, widget: string, id: unknown): void {
    const others = (taking.get(cell) ?? []).filter((other) => other !== widget);
    taking.set(cell, typeof id === 'string' && id !== '' ? [...others, widget] : others);
  }

  function putIn(widget: string, before: Json | undefined, outputs: readonly KernelMessage[]): PutIn | undefined {
    const given = Array.isArray(before) ? (before as Json[]) : [];
    // what `append_stdout` adds comes as the whole list
    const goesOn = given.length <= outputs.length && given.every((output, at) => isSame(output, outputs[at]));
    if (goesOn && given.length === outputs.length) return undefined;
    return { place: place(widget), isCleared: !goesOn, outputs: goesOn ? outputs.slice(given.length) : outputs };
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
        // its last state stays: views of it are not removed from a report
        take(cell, widget, '');
        return undefined;
      }
      const { msg_id: id, ...state } = message.state;
      const { outputs } = message;
      const before = states.get(widget)?.['outputs'];
      const change = outputs === undefined ? state : { ...state, outputs: outputs as unknown as Json };
      if (!(await keep(cell, widget, change))) return undefined;
      if (id !== undefined) take(cell, widget, id);
      if (Object.keys(state).length > 0) await views.onChange();
      return outputs === undefined ? undefined : putIn(widget, before, outputs);
    },
    show: ({ sink: to }, cell, message) => views.show(to, cell, message),
    async endCell(cell) {
      for (const { streams } of places.values()) await streams.settle(cell);
      await views.endCell();
    },
  };
}

function sizeOf(value: Json | undefined): number {
  return value === undefined ? 0 : JSON.stringify(value).length;
}

function isSame(one: Json, other: KernelMessage | undefined): boolean {
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
