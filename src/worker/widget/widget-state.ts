/**
 * The state of a run's Jupyter widgets as events: changes are gathered, so that a loop that sets a progress bar a
 * thousand times a second makes a few events, and the more rarely the more the widgets of the run have written.
 */
import { sizeWords } from '../../domain/text/size.ts';
import { isFigureState } from '../../domain/report/widget-model.ts';
import type { Json, JsonObject } from '../../domain/text/json.ts';
import type { WidgetBuffer, WidgetChange } from '../../domain/run/run-event.ts';
import { storeBundle } from '../output/output-bundle.ts';
import { isSecretFree, maskValue } from '../output/output-mask.ts';
import { noticeCut, noticeLeft, type OutputSink } from '../output/output-sink.ts';
import { createFigureStates } from './widget-figure-state.ts';
import { createWidgetRoom, sizeOf, STATES_BYTES, WIDGETS, type Buffers, type WidgetMessage } from './widget-room.ts';

/** Shortest time between two events, and longest. */
const SOON_MS = 80;
const LATE_MS = 60_000;
/** What is added to that time for each byte that was written: the total grows as the root of the time. */
const MS_PER_BYTE = 0.002;
/** Longer lists of changes are several events. */
const EVENT_BYTES = 250_000;

/** Shown in place of what a password field holds. */
const HIDDEN = '••••••••';
const BINARY = 'application/octet-stream';

const LEFT = {
  bounds: `The state of some widgets is not kept: a run may have ${WIDGETS} widgets, and ${sizeWords(STATES_BYTES)} in total.`,
  secret: 'A binary value of a widget is not kept: it contains the value of a password or a connection.',
} as const;

/** What is not a JSON value of the state. */
interface Beside {
  readonly buffers: Buffers;
  readonly outputs: Extract<WidgetMessage, { type: 'widget-changed' }>['outputs'];
}

interface Pending {
  readonly cell: number;
  /** It has values that there is no room for. */
  isCut?: true;
  state: JsonObject;
  buffers: Buffers;
  isClosed: boolean;
}

export interface WidgetStates {
  /** False, with a notice, for what is beyond the bounds. */
  change(cell: number, widget: string, state: JsonObject, beside: Beside): Promise<boolean>;
  close(cell: number, widget: string): void;
  /** Writes what has changed; before a view is shown, and when a cell ends. Throws what an earlier write threw. */
  flush(): Promise<void>;
}

export function createWidgetStates(sink: OutputSink): WidgetStates {
  const room = createWidgetRoom();
  const passwords = new Set<string>();
  const figures = createFigureStates();
  let written = 0;
  let pending = new Map<string, Pending>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let failure: { readonly error: unknown } | undefined;

  function waiting(cell: number, widget: string): Pending {
    const known = pending.get(widget) ?? { cell, state: {}, buffers: [], isClosed: false };
    pending.set(widget, known);
    timer ??= setTimeout(() => void write(), Math.min(LATE_MS, SOON_MS + written * MS_PER_BYTE));
    timer.unref();
    return known;
  }

  function write(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const changes = pending;
    pending = new Map();
    for (const [widget, change] of changes) addFigure(widget, change);
    if (changes.size > 0)
      writing = writing
        .then(async () => {
          written += await writeChanges(sink, changes);
        })
        .catch((error: unknown) => {
          failure ??= { error };
        });
    return writing;
  }

  /** What many messages have changed is taken once. */
  function addFigure(widget: string, change: Pending): void {
    const values = figures.takeValues(widget);
    if (values === undefined) return;
    if (room.take(widget, values.state, values.buffers)) gather(change, values.state, values.buffers);
    else change.isCut = true;
  }

  async function flush(): Promise<void> {
    await write();
    const failed = failure;
    failure = undefined;
    if (failed !== undefined) throw failed.error;
  }

  return {
    async change(cell, widget, all, { buffers: binary, outputs }) {
      if (all['_model_name'] === 'PasswordModel') passwords.add(widget);
      const { state: given, buffers, isFull } = figures.take(widget, all, binary);
      if (isFull) await noticeLeft(sink, cell, 'widget', LEFT.bounds);
      const state = shownState(given, passwords.has(widget));
      const counted = outputs === undefined ? state : { ...state, outputs: outputs as unknown as Json };
      if (!room.take(widget, counted, buffers)) {
        await noticeLeft(sink, cell, 'widget', LEFT.bounds);
        return false;
      }
      const to = waiting(cell, widget);
      gather(to, state, buffers);
      return true;
    },
    close(cell, widget) {
      figures.close(widget);
      if (room.knows(widget)) waiting(cell, widget).isClosed = true;
    },
    flush,
  };
}

/** Returns how many bytes there was room for. */
async function writeChanges(sink: OutputSink, all: ReadonlyMap<string, Pending>): Promise<number> {
  let written = 0;
  let changes: WidgetChange[] = [];
  let size = 0;
  for (const [widget, change] of all) {
    if (change.isCut) await noticeLeft(sink, change.cell, 'widget', LEFT.bounds);
    const own = sizeOf(change.state, change.buffers);
    if (!sink.budget.takeEntry(own)) {
      await noticeCut(sink, change.cell);
      continue;
    }
    changes.push(await stored(sink, widget, change));
    written += own;
    size += own;
    if (size < EVENT_BYTES) continue;
    await sink.write({ type: 'widgets-changed', changes });
    changes = [];
    size = 0;
  }
  if (changes.length > 0) await sink.write({ type: 'widgets-changed', changes });
  return written;
}

/** Later values of the same keys replace the earlier ones. */
function gather(to: Pending, state: JsonObject, buffers: Buffers): void {
  const fresh = new Set<string | number | undefined>([...Object.keys(state), ...buffers.map(({ path }) => path[0])]);
  to.state = { ...Object.fromEntries(Object.entries(to.state).filter(([key]) => !fresh.has(key))), ...state };
  to.buffers = [...to.buffers.filter(({ path }) => !fresh.has(path[0])), ...buffers];
}

async function stored(sink: OutputSink, widget: string, change: Pending): Promise<WidgetChange> {
  const id = sink.mask.text(widget);
  if (change.isClosed) return { widget: id, state: {}, isClosed: true };
  const { mask, blobs } = sink;
  const state: Record<string, Json> = {};
  for (const [key, value] of Object.entries(change.state)) state[mask.text(key)] = await maskValue(mask, value, true);
  const buffers: WidgetBuffer[] = [];
  for (const { path, bytes } of change.buffers) {
    if (await isSecretFree(mask, bytes)) {
      const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
      const { [BINARY]: value } = await storeBundle(blobs, { [BINARY]: data });
      buffers.push({ path: mask.json([...path]), data: value as WidgetBuffer['data'] });
    } else await noticeLeft(sink, change.cell, 'secret', LEFT.secret);
  }
  const data = await storeBundle(blobs, state);
  return buffers.length === 0 ? { widget: id, state: data } : { widget: id, state: data, buffers };
}

/** Without what no view shows: what a password field holds, and the values of layouts and styles that are not set. */
function shownState(state: JsonObject, isPassword: boolean): JsonObject {
  if (isPassword && typeof state['value'] === 'string' && state['value'] !== '') return { ...state, value: HIDDEN };
  // plotly itself: reports have their own
  if (isFigureState(state)) return { ...state, _esm: '' };
  if (!/(?:Layout|Style)Model$/.test(String(state['_model_name']))) return state;
  return Object.fromEntries(Object.entries(state).filter(([, value]) => value !== null));
}
