/** How much of the state of its Jupyter widgets a run may keep. */
import type { KernelMessage } from '../../domain/kernel/kernel.ts';
import type { JsonObject } from '../../domain/text/json.ts';

/** Widgets of a run, their layouts and styles among them, and the size of all their states: JSON and binary values. */
export const WIDGETS = 10_000;
export const STATES_BYTES = 20_000_000;

export type WidgetMessage = Extract<KernelMessage, { type: 'widget-changed' | 'widget-closed' }>;
export type Buffers = NonNullable<Extract<WidgetMessage, { type: 'widget-changed' }>['buffers']>;

export interface WidgetRoom {
  /** Counts new values, which replace those of the same keys; false if there is no room. Linear in their size. */
  take(widget: string, state: JsonObject, buffers: Buffers): boolean;
  knows(widget: string): boolean;
}

export function createWidgetRoom(): WidgetRoom {
  /** Bytes of each value, by widget and key. */
  const sizes = new Map<string, Map<string, number>>();
  let bytes = 0;
  return {
    take(widget, state, buffers) {
      const fresh = sizesOf(state, buffers);
      const known = sizes.get(widget) ?? new Map<string, number>();
      const more = [...fresh].reduce((sum, [key, size]) => sum + size - (known.get(key) ?? 0), 0);
      if (bytes + more > STATES_BYTES || (!sizes.has(widget) && sizes.size >= WIDGETS)) return false;
      sizes.set(widget, known);
      for (const [key, size] of fresh) known.set(key, size);
      bytes += more;
      return true;
    },
    knows: (widget) => sizes.has(widget),
  };
}

/** Bytes, approximately. */
export function sizeOf(state: JsonObject, buffers: Buffers): number {
  return [...sizesOf(state, buffers).values()].reduce((sum, size) => sum + size, 0);
}

function sizesOf(state: JsonObject, buffers: Buffers): Map<string, number> {
  const sizes = new Map(Object.entries(state).map(([key, value]) => [key, key.length + JSON.stringify(value).length]));
  for (const { path, bytes } of buffers) {
    const key = String(path[0]);
    sizes.set(key, (sizes.get(key) ?? 0) + bytes.length + JSON.stringify(path).length);
  }
  return sizes;
}
