import { describe, expect, it } from 'vitest';
import type { KernelMessage } from '../../../src/domain/kernel/kernel.ts';
import type { JsonObject } from '../../../src/domain/text/json.ts';
import { createTestApp } from '../../app/test-app.ts';
import type { FakeCell } from '../../app/fake-kernel.ts';
import { foldReport, startReport } from '../../../src/domain/report/report-fold.ts';
import type { Report, ReportOutput } from '../../../src/domain/report/report.ts';
import { viewedWidget } from '../../../src/domain/report/widget-model.ts';
import { widgetText } from '../../../src/domain/report/widget-text.ts';
import type { RunEvent } from '../../../src/domain/run/run-event.ts';
import { log } from '../../domain/event-log.ts';
import { cell, notebook } from '../../domain/notebook.ts';

const VIEW = 'application/vnd.jupyter.widget-view+json';
const changed = (widget: string, state: JsonObject): KernelMessage => ({ type: 'widget-changed', widget, state });
const made = (widget: string, name: string, state: JsonObject = {}): KernelMessage =>
  changed(widget, {
    _model_name: `${name}Model`,
    _model_module: name === 'Output' ? '@jupyter-widgets/output' : '@jupyter-widgets/controls',
    ...state,
  });
const view = (widget: string): KernelMessage => ({
  type: 'display',
  data: { 'text/plain': `${widget}()`, [VIEW]: { version_major: 2, version_minor: 0, model_id: widget } },
  metadata: {},
});
const given = (widget: string, ...texts: string[]): KernelMessage => ({
  type: 'widget-changed',
  widget,
  state: {},
  outputs: texts.map((text) => ({ type: 'stream', name: 'stdout', text })),
});

/** What a report shows of a cell with these messages; `[…]` is the content of a widget's view. */
async function shownBy(cellScript: (fakeCell: FakeCell) => Promise<void>): Promise<string[]> {
  const testApp = await createTestApp(['cell'], { cell: cellScript });
  const { events } = await testApp.run();
  const report = folded(events);
  return texts(
    report.cells.flatMap(({ outputs }) => outputs),
    report,
  );
}

function folded(events: readonly RunEvent[]): Report {
  const start = startReport(notebook(cell('code', 'cell')), { title: 'Test', showCode: false });
  const whole = foldReport(start, log(events));
  expect(log(events).reduce((report, event) => foldReport(report, [event]), start)).toEqual(whole);
  return whole;
}

function texts(outputs: readonly ReportOutput[], report: Report): string[] {
  return outputs.map((output) => {
    if (output.type === 'error') return output.name;
    if (output.type !== 'display') return output.text;
    const parts = (output.inside ?? []).flatMap((each) => texts(each.outputs, report));
    const inside = parts.length === 0 ? '' : `[${parts.join('')}]`;
    const id = viewedWidget(output.data) ?? '';
    if (report.models?.get(id)?.isClosed === true) return 'closed';
    return `${widgetText(id, report.models ?? new Map()).text ?? String(output.data['text/plain'])}${inside}`;
  });
}

describe('Output widgets', () => {
  it('clears what the widget took, and keeps what the cell printed beside it', async () => {
    const shown = await shownBy(async ({ say, print }) => {
      await print('TOTAL 5\n');
      await say(made('out', 'Output', { msg_id: '' }));
      await say(view('out'));
      await say(changed('out', { msg_id: 'cell' }));
      await print('old\n');
      await say(changed('out', { msg_id: '' }));
      await say(changed('out', { msg_id: 'cell' }));
      await say({ type: 'clear-output', wait: true });
      await print('new\n');
      await say(changed('out', { msg_id: '' }));
      await print('after\n');
    });
    expect(shown).toEqual(['TOTAL 5\n', '[new\n]', 'after\n']);
  });

  it('shows in a view what was taken before it was displayed, also through a box, and errors', async () => {
    const shown = await shownBy(async ({ say, print, raise }) => {
      await say(made('out', 'Output'));
      await say(made('slider', 'IntSlider', { value: 3, description: 'x' }));
      await say(made('box', 'VBox', { children: ['IPY_MODEL_slider', 'IPY_MODEL_out'] }));
      await say(changed('out', { msg_id: 'cell' }));
      await print('6\n');
      await raise('ValueError', 'bad');
      await say(changed('out', { msg_id: '' }));
      await say(view('box'));
    });
    expect(shown).toEqual(['x: 3[6\nValueError]']);
  });

  it('adds what the kernel appends, and replaces what it sets', async () => {
    const appended = async ({ say }: FakeCell) => {
      await say(made('out', 'Output'));
      await say(view('out'));
      await say(given('out', 'a'));
      await say(given('out', 'a', 'b'));
    };
    expect(await shownBy(appended)).toEqual(['[ab]']);
    const replaced = async (fakeCell: FakeCell) => {
      await appended(fakeCell);
      await fakeCell.say(given('out', 'c'));
    };
    expect(await shownBy(replaced)).toEqual(['[c]']);
  });

  it('gives nested widgets their own outputs, and ends although a widget contains itself', async () => {
    const shown = await shownBy(async ({ say, print }) => {
      await say(made('a', 'Output', { msg_id: 'cell' }));
      await print('in a, ');
      await say(made('b', 'Output', { msg_id: 'cell' }));
      await print('in b');
      await say(changed('b', { msg_id: '' }));
      await say(view('b'));
      await say(changed('a', { msg_id: '' }));
      await say(view('a'));
    });
    expect(shown).toEqual(['[in a, [in b]]']);
    const endless = await shownBy(async ({ say }) => {
      await say(made('a', 'Output', { msg_id: 'cell' }));
      for (let count = 0; count < 50; count += 1) await say(view('a'));
      await say(changed('a', { msg_id: '' }));
      await say(view('a'));
    });
    expect(endless.join('')).toContain('The rest of this widget is not shown');
    const deep = await shownBy(async ({ say }) => {
      await say(made('a', 'Output', { msg_id: 'cell' }));
      await say(view('a'));
      await say(changed('a', { msg_id: '' }));
      await say(view('a'));
    });
    expect(deep.join('')).toContain('What a widget contains more than 5 levels deep is not shown.');
  });
});

it('masks a secret that is printed in pieces, with widgets between', async () => {
  const testApp = await createTestApp(
    [{ source: 'key: str = ""', tags: ['parameters'] }, 'cell'],
    {
      async cell({ say, print }) {
        await print('correct-');
        await say(made('out', 'Output', { msg_id: 'cell' }));
        await print('correct-');
        await say(changed('out', { msg_id: '' }));
        await print('horse-7');
        await say(changed('out', { msg_id: 'cell' }));
        await print('horse-7');
        await say(changed('out', { msg_id: '' }));
        await say(view('out'));
      },
    },
    { metadata: { script_runner: { parameters: { properties: { key: { type: 'string', format: 'password' } } } } } },
  );
  const { events } = await testApp.run({ key: 'correct-horse-7' });
  const printed = events.flatMap((event) => (event.type === 'stream-appended' && event.cell > 1 ? [event.text] : []));
  expect(printed).toEqual(['•••', '•••']);
});

describe('the last state of a widget', () => {
  it('is shown in place of the first, until it is closed', async () => {
    const shown = await shownBy(async ({ say }) => {
      await say(made('html', 'HTML', { value: 'start' }));
      await say(view('html'));
      await say(changed('html', { value: '<b>FINAL &amp; last</b>' }));
      await say(made('bar', 'FloatProgress', { value: 0, min: 0, max: 10 }));
      await say(view('bar'));
      await say(changed('bar', { value: 10 }));
      await say(made('choice', 'Dropdown', { _options_labels: ['x', 'y'], index: 1, description: 'pick' }));
      await say(view('choice'));
      await say({ type: 'widget-closed', widget: 'bar' });
    });
    expect(shown).toEqual(['FINAL & last', 'closed', 'pick: y']);
  });

  it('keeps the text of widgets that it does not know', async () => {
    const shown = await shownBy(async ({ say }) => {
      await say(changed('chart', { _model_name: 'FigureModel', _model_module: 'jupyterlab-plotly', data: [] }));
      await say(view('chart'));
      await say(view('unknown'));
    });
    expect(shown).toEqual(['chart()', 'unknown()']);
  });

  it.each<[string, (fakeCell: FakeCell) => Promise<void>]>([
    [
      'a run may have 10000 widgets, and 20 MB in total',
      async ({ say }) => {
        for (let count = 0; count < 10_001; count += 1) await say(made(`w${count}`, 'HTML', { value: 'x' }));
      },
    ],
    [
      'a run may have 10000 widgets, and 20 MB in total',
      async ({ say }) =>
        say({
          ...made('w', 'Image'),
          buffers: [{ path: ['value'], bytes: new Uint8Array(20_000_001) }],
        } as KernelMessage),
    ],
    ['The state of some widgets is not kept: their ids', async ({ say }) => say(made('x'.repeat(65), 'Output'))],
  ])('is bounded: %s', async (notice, does) => {
    const testApp = await createTestApp(['cell'], { cell: does }, { limits: { outputBytes: 50_000_000 } });
    const { events } = await testApp.run();
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
    expect(notices).toEqual([expect.stringContaining(notice)]);
  });

  it('is written in few events, however often it changes, without what no view shows', async () => {
    const testApp = await createTestApp(['cell'], {
      async cell({ say }) {
        await say(made('bar', 'FloatProgress', { value: 0, max: 10_000 }));
        await say(view('bar'));
        for (let value = 1; value <= 10_000; value += 1) await say(changed('bar', { value }));
        await say(changed('layout', { _model_name: 'LayoutModel', width: null, height: '3px' }));
        await say(changed('pass', { _model_name: 'PasswordModel', value: 'open-sesame' }));
        await say(
          changed('figure', { _model_name: 'AnyModel', _anywidget_id: 'plotly.x.FigureWidget', _esm: 'plotly' }),
        );
      },
    });
    const { events } = await testApp.run();
    const changes = events.flatMap((event) => (event.type === 'widgets-changed' ? [event.changes] : []));
    expect(changes.length).toBeLessThan(20);
    const { models } = folded(events);
    expect(models?.get('bar')?.state['value']).toBe(10_000);
    expect(models?.get('layout')?.state).toEqual({ _model_name: 'LayoutModel', height: '3px' });
    expect(models?.get('figure')?.state['_esm']).toBe('');
    expect(JSON.stringify(events)).not.toContain('sesame');
  });

  it('has its binary values, without secrets in them', async () => {
    const testApp = await createTestApp(
      [{ source: 'key: str = ""', tags: ['parameters'] }, 'cell'],
      {
        async cell({ say }) {
          const bytes = (text: string) => Buffer.from(text);
          const made = {
            type: 'widget-changed',
            widget: 'w',
            state: { value: 'is correct-horse-7', $blob: 1 },
          } as const;
          const buffers = [
            { path: ['picture'], bytes: bytes('PNG') },
            { path: ['data', 0, 'x'], bytes: bytes('a correct-horse-7') },
          ];
          await say({ ...made, buffers });
        },
      },
      { metadata: { script_runner: { parameters: { properties: { key: { type: 'string', format: 'password' } } } } } },
    );
    const { events } = await testApp.run({ key: 'correct-horse-7' });
    expect(events.filter(({ type }) => type === 'widgets-changed')).toEqual([
      {
        type: 'widgets-changed',
        changes: [
          {
            widget: 'w',
            state: { value: 'is •••', $blob: 1 },
            buffers: [{ path: ['picture'], data: Buffer.from('PNG').toString('base64') }],
          },
        ],
      },
    ]);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'notice',
        text: expect.stringContaining('A binary value of a widget') as string,
      }),
    );
  });
});
