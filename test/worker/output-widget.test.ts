import { describe, expect, it } from 'vitest';
import type { KernelMessage } from '../../src/domain/kernel/kernel.ts';
import type { JsonObject } from '../../src/domain/text/json.ts';
import { createTestApp } from '../app/test-app.ts';
import type { FakeCell } from '../app/fake-kernel.ts';
import { foldReport, startReport } from '../../src/domain/report/report-fold.ts';
import type { ReportOutput } from '../../src/domain/report/report.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { log } from '../domain/event-log.ts';
import { cell, notebook } from '../domain/notebook.ts';

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
  return texts(folded(events));
}

function folded(events: readonly RunEvent[]): readonly ReportOutput[] {
  const start = startReport(notebook(cell('code', 'cell')), { title: 'Test', showCode: false });
  const whole = foldReport(start, log(events));
  expect(log(events).reduce((report, event) => foldReport(report, [event]), start)).toEqual(whole);
  return whole.cells.flatMap(({ outputs }) => outputs);
}

function texts(outputs: readonly ReportOutput[]): string[] {
  return outputs.map((output) => {
    if (output.type === 'error') return output.name;
    if (output.type !== 'display') return output.text;
    const inside = output.inside === undefined ? '' : `[${texts(output.inside).join('')}]`;
    return `${String(output.data['text/plain'])}${inside}`;
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
  it('is shown in place of the first', async () => {
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
    expect(shown).toEqual(['FINAL & last', '|██████████| 10/10', 'pick: y']);
  });

  it('keeps the text of widgets that it does not know', async () => {
    const shown = await shownBy(async ({ say }) => {
      await say(changed('chart', { _model_name: 'FigureModel', _model_module: 'jupyterlab-plotly', data: [] }));
      await say(view('chart'));
      await say(view('unknown'));
    });
    expect(shown).toEqual(['chart()', 'unknown()']);
  });

  it('is bounded, and says so', async () => {
    const testApp = await createTestApp(['cell'], {
      async cell({ say }) {
        for (let count = 0; count < 2001; count += 1) await say(made(`w${count}`, 'HTML', { value: 'x' }));
        await say(changed('w0', { value: 'x'.repeat(6_000_000) }));
      },
    });
    const { events } = await testApp.run();
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
    expect(notices).toEqual([expect.stringContaining('The state of some widgets is not kept')]);
  });

  it.each<[string, (fakeCell: FakeCell) => Promise<void>]>([
    [
      'Only the first 100 controls of a run show their last state.',
      async ({ say }) => {
        await say(made('slider', 'IntSlider', { value: 3 }));
        for (let count = 0; count < 101; count += 1) await say(view('slider'));
      },
    ],
    [
      'A control shows the outputs of 100 Output widgets.',
      async ({ say }) => {
        const ids = Array.from({ length: 101 }, (_, at) => `out${at}`);
        for (const id of ids) await say(made(id, 'Output'));
        await say(view('box'));
        await say(made('box', 'VBox', { children: ids.map((id) => `IPY_MODEL_${id}`) }));
      },
    ],
    ['The state of some widgets is not kept: their ids', async ({ say }) => say(made('x'.repeat(65), 'Output'))],
    [
      'The text of a control is cut:',
      async ({ say }) => {
        await say(made('long', 'HTML', { value: 'x'.repeat(9_000), description: 'y'.repeat(2_000) }));
        await say(view('long'));
      },
    ],
    [
      'The text of a control is cut:',
      async ({ say }) => {
        await say(made('self', 'VBox', { children: ['IPY_MODEL_self'] }));
        await say(view('self'));
      },
    ],
  ])('%s', async (notice, does) => {
    const testApp = await createTestApp(['cell'], { cell: does });
    const { events } = await testApp.run();
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.text] : []));
    expect(notices).toEqual([expect.stringContaining(notice)]);
  });
});
