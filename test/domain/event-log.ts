/** Event logs for tests: written by hand, and random. */
import fc from 'fast-check';
import type { RunEvent, StoredEvent } from '../../src/domain/run/run-event.ts';

export function log(events: readonly RunEvent[], from = 1): StoredEvent[] {
  return events.map((event, index) => ({ seq: from + index, atMs: 0, event }));
}

/** Pieces of text with control characters, and plain and long ones. */
const streamText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '\r',
        '\n',
        '\b',
        '\r\n',
        '\x1b[31m',
        '\x1b[0m',
        '\x1b[1;38;5;9m',
        '\x1b[K',
        '\x1b[2K',
        '\x1b[',
        '3',
        '2m',
        '\x1b]8;;x\x07',
        'é',
        '😀',
        '\t',
      ),
      fc.string({ maxLength: 12 }),
      fc.integer({ min: 1, max: 9000 }).map((count) => 'long text '.repeat(count / 4)),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const cellIndex = fc.integer({ min: 0, max: 4 });
const displayId = fc.constantFrom('a', 'b');
const data = fc.string({ maxLength: 5 }).map((text) => ({ 'text/plain': text }));

const widgetId = fc.constantFrom('w1', 'w2', 'w3');
const widgetState = fc.record(
  {
    _model_name: fc.constantFrom('OutputModel', 'VBoxModel', 'IntSliderModel'),
    _model_module: fc.constantFrom('@jupyter-widgets/controls', 'elsewhere'),
    children: fc.array(
      widgetId.map((id) => `IPY_MODEL_${id}`),
      { maxLength: 2 },
    ),
    value: fc.integer(),
    disabled: fc.constant(false),
  },
  { requiredKeys: [] },
);
const WIDGET_VIEW = 'application/vnd.jupyter.widget-view+json';

/** Changes of widgets, their views, and what Output widgets take; widgets may contain themselves. */
export const widgetEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  fc.record({
    type: fc.constant('widgets-changed' as const),
    changes: fc.array(fc.record({ widget: widgetId, state: widgetState }), { minLength: 1, maxLength: 3 }),
  }),
  widgetId.map((widget) => ({
    type: 'widgets-changed' as const,
    changes: [{ widget, state: {}, isClosed: true as const }],
  })),
  fc.record({
    type: fc.constant('output-added' as const),
    cell: cellIndex,
    output: widgetId.map((id) => ({
      type: 'display' as const,
      data: { 'text/plain': id, [WIDGET_VIEW]: { model_id: id } },
      metadata: {},
    })),
  }),
  fc.record({
    type: fc.constant('stream-appended' as const),
    cell: cellIndex,
    name: fc.constantFrom('stdout' as const, 'stderr' as const),
    text: fc.string({ maxLength: 5 }),
    widget: widgetId,
  }),
  fc.record({
    type: fc.constant('output-added' as const),
    cell: cellIndex,
    widget: widgetId,
    output: widgetId.map((id) => ({
      type: 'display' as const,
      data: { [WIDGET_VIEW]: { model_id: id } },
      metadata: {},
    })),
  }),
  fc.record({
    type: fc.constant('outputs-cleared' as const),
    cell: cellIndex,
    wait: fc.boolean(),
    widget: widgetId,
  }),
);

export const runEvent: fc.Arbitrary<RunEvent> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('stream-appended' as const),
      cell: fc.constantFrom(1, 2),
      name: fc.constantFrom('stdout' as const, 'stderr' as const),
      text: streamText,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('output-added' as const),
      cell: cellIndex,
      output: fc.record(
        {
          type: fc.constant('display' as const),
          data,
          metadata: fc.constant({}),
          displayId,
          tableKey: fc.constant('t1'),
        },
        { requiredKeys: ['type', 'data', 'metadata', 'displayId'] },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('output-updated' as const), displayId, data, metadata: fc.constant({}) }),
  },
  fc.record({
    type: fc.constant('output-added' as const),
    cell: cellIndex,
    output: fc.constant({ type: 'error' as const, name: 'E', value: 'v', traceback: ['t'] }),
  }),
  fc.record({ type: fc.constant('outputs-cleared' as const), cell: cellIndex, wait: fc.boolean() }),
  fc.record({ type: fc.constant('cell-started' as const), cell: cellIndex }),
  fc.record({
    type: fc.constant('cell-finished' as const),
    cell: cellIndex,
    status: fc.constantFrom('ok' as const, 'error' as const, 'skipped' as const),
    ms: fc.nat(),
  }),
  fc.record({ type: fc.constant('notice' as const), text: fc.string() }),
  fc.record({ type: fc.constant('notice' as const), cell: cellIndex, text: fc.string() }),
  fc.record({ type: fc.constant('progress' as const), fraction: fc.constant(0.5), text: fc.string() }),
  fc.record({ type: fc.constant('result-published' as const), name: fc.constantFrom('x', 'y'), value: fc.nat() }),
  fc.constantFrom<RunEvent>(
    { type: 'table-kept', key: 't1', problem: 'it is too large' },
    {
      type: 'table-kept',
      key: 't1',
      table: {
        key: 't1',
        name: '<sales>',
        columns: [{ name: 'a', type: 'text' }],
        index: 0,
        rows: 10,
        total: { rows: 1000, columns: 1 },
        cut: ['rows', 'cells'],
        hash: 'f'.repeat(64),
        sizeBytes: 5,
      },
    },
    { type: 'run-started', attempt: 1, worker: 'w', cells: 5, injected: { at: 1, source: 'x = 1', replaces: false } },
    { type: 'kernel-ready', supply: 'cold', ms: 1, environment: 'Python 3' },
    { type: 'run-finished', outcome: { type: 'succeeded' } },
    { type: 'run-finished', outcome: { type: 'failed', cell: 1 } },
  ),
);
