/** The FigureWidgets of a run: their own values are taken out of the states, and given back once for many changes. */
import { isFigureState } from '../../domain/report/widget-model.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import { createFigure, isFigureKey, type Figure, type FigureValues } from './widget-figure.ts';
import { sizeOf, STATES_BYTES, type Buffers } from './widget-room.ts';

export interface FigureStates {
  /** The values that are not the figure's own; of another widget all of them. `isFull`: the figure is too large. */
  take(widget: string, state: JsonObject, buffers: Buffers): FigureValues & { readonly isFull: boolean };
  /** The figure's own values, if they have changed since they were given last. */
  takeValues(widget: string): FigureValues | undefined;
  close(widget: string): void;
}

interface Followed {
  readonly figure: Figure;
  isChanged: boolean;
  /** What it had when it was measured, and what has been added since: at least its size. */
  bytes: number;
}

export function createFigureStates(): FigureStates {
  const figures = new Map<string, Followed>();

  /** A loop may set the same values again and again: figures are measured when all together would be too much. */
  function hasRoom(added: number): boolean {
    const total = () => [...figures.values()].reduce((sum, { bytes }) => sum + bytes, added);
    if (total() <= STATES_BYTES) return true;
    for (const each of figures.values()) {
      const { state, buffers } = each.figure.values();
      each.bytes = sizeOf(state, buffers);
    }
    return total() <= STATES_BYTES;
  }

  return {
    take(widget, state, buffers) {
      const known =
        figures.get(widget) ??
        (isFigureState(state) ? { figure: createFigure(), isChanged: false, bytes: 0 } : undefined);
      if (known === undefined) return { state, buffers, isFull: false };
      figures.set(widget, known);
      const own = Object.fromEntries(Object.entries(state).filter(([key]) => isFigureKey(key)));
      const isOwn = (key: unknown) => isFigureKey(String(key));
      const added = sizeOf(
        own,
        buffers.filter(({ path }) => isOwn(path[0])),
      );
      const isFull = !hasRoom(added);
      if (!isFull) known.bytes += added;
      if (!isFull && known.figure.take(state, buffers)) known.isChanged = true;
      return {
        state: Object.fromEntries(Object.entries(state).filter(([key]) => !isOwn(key))),
        buffers: buffers.filter(({ path }) => !isOwn(path[0])),
        isFull,
      };
    },
    close: (widget) => void figures.delete(widget),
    takeValues(widget) {
      const known = figures.get(widget);
      if (known?.isChanged !== true) return undefined;
      known.isChanged = false;
      return known.figure.values();
    },
  };
}
