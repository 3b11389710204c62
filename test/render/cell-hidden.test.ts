/** What an author hides of a cell is left out, or folded until a reader opens it. */
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { foldReport, startReport } from '../../src/domain/report/report-fold.ts';
import { documentText } from './document-text.ts';
import { renderPatches } from '../../src/render/patch.ts';
import { log } from '../domain/event-log.ts';
import { cell, notebook } from '../domain/notebook.ts';
import { OPTIONS } from './options.ts';

/** The report of a cell with these tags that has printed to both streams and perhaps failed. */
function page(
  tags: readonly string[],
  { type = 'code', fails = false }: { type?: 'code' | 'markdown'; fails?: boolean } = {},
) {
  const start = startReport(notebook(cell(type, 'source', { tags: [...tags] })), { title: 'T', showCode: true });
  const report = foldReport(
    start,
    log([
      { type: 'stream-appended', cell: 0, name: 'stdout', text: 'out' },
      { type: 'stream-appended', cell: 0, name: 'stderr', text: 'err' },
      ...(fails
        ? ([
            { type: 'output-added', cell: 0, output: { type: 'error', name: 'E', value: 'why', traceback: [] } },
          ] as const)
        : []),
      {
        type: 'run-finished',
        outcome: fails ? { type: 'failed', cell: 0, exception: { name: 'E', value: 'why' } } : { type: 'succeeded' },
      },
    ]),
  );
  const { document } = parseHTML(documentText(report, OPTIONS));
  const part = (selector: string) => {
    const found = document.querySelector(selector);
    if (found === null) return 'removed';
    return found.closest('details.folded') === null ? 'shown' : 'folded';
  };
  return { part, end: document.querySelector('#report-end')?.textContent ?? '', document };
}

describe('of a cell with the tag', () => {
  it.each([
    ['none', 'shown', 'shown', 'shown'],
    ['hide-input', 'folded', 'shown', 'shown'],
    ['hide_output', 'shown', 'folded', 'folded'],
    ['hide-cell', 'folded', 'folded', 'folded'],
    ['remove-input', 'removed', 'shown', 'shown'],
    ['remove_output', 'shown', 'removed', 'removed'],
    ['remove-cell', 'removed', 'removed', 'removed'],
    ['remove_all_outputs', 'shown', 'removed', 'removed'],
    ['remove-stdout', 'shown', 'removed', 'shown'],
    ['remove-stderr', 'shown', 'shown', 'removed'],
  ])('%s, the code is %s, the output %s, the messages %s', (tag, code, stdout, stderr) => {
    const { part } = page([tag]);
    expect([part('.code-block'), part('.stdout'), part('.stderr')]).toEqual([code, stdout, stderr]);
  });

  it.each([
    ['hide-input', 'folded'],
    ['remove-cell', 'removed'],
  ])('%s, a text is %s', (tag, expected) => {
    expect(page([tag], { type: 'markdown' }).part('.prose')).toBe(expected);
  });

  it.each(['hide-output', 'remove-output', 'remove-cell'])('%s, the end says why it failed', (tag) => {
    expect(page([tag], { fails: true }).end).toContain('E: why');
    expect(page([], { fails: true }).end).not.toContain('E: why');
  });
});

it('offers to show code only where there is some', () => {
  expect(page(['remove-input']).document.querySelector('#code-shown')).toBeNull();
  expect(page(['hide-input']).document.querySelector('#code-shown')).not.toBeNull();
});

it('leaves what is removed out of the document and of all patches', () => {
  const tags = ['remove-cell'];
  const secret = cell('code', 'hidden_code = 1', { tags });
  const start = startReport(notebook(secret, cell('markdown', 'hidden text', { tags })), {
    title: 'T',
    showCode: true,
  });
  const events = [
    { type: 'cell-started', cell: 0 },
    { type: 'stream-appended', cell: 0, name: 'stdout', text: 'hidden out' },
    {
      type: 'output-added',
      cell: 0,
      output: { type: 'display', data: { 'text/plain': 'hidden value' }, metadata: {} },
    },
  ] as const;
  const end = foldReport(start, log([...events]));
  expect(documentText(end, OPTIONS)).not.toContain('hidden_code');
  expect(documentText(end, OPTIONS)).not.toMatch(/hidden (?:text|out|value)/);
  expect(JSON.stringify(renderPatches(start, end, OPTIONS))).not.toContain('hidden');
});

it('leaves out single outputs that say so', () => {
  const display = (text: string, tags: string[]) =>
    ({
      type: 'output-added',
      cell: 0,
      output: { type: 'display', data: { 'text/plain': text }, metadata: { tags } },
    }) as const;
  const start = startReport(notebook(cell('code', 'a')), { title: 'T', showCode: true });
  const html = documentText(
    foldReport(start, log([display('first', ['remove_output']), display('second', [])])),
    OPTIONS,
  );
  expect([html.includes('first'), html.includes('second')]).toEqual([false, true]);
});

describe('options in the code', () => {
  const shown = (source: string, tags: readonly string[] = []) => {
    const start = startReport(notebook(cell('code', source, { tags: [...tags] })), { title: 'T', showCode: false });
    const out = log([{ type: 'stream-appended', cell: 0, name: 'stdout', text: 'out' }]);
    return parseHTML(documentText(foldReport(start, out), OPTIONS)).document;
  };

  it('are not shown as code', () => {
    expect(shown('#| label: fig-a\n#| echo: true\n\nplot()').querySelector('.code')?.textContent).toBe('plot()');
    expect(shown('#| label: a').querySelector('.code, #code-shown')).toBeNull();
  });

  it('give outputs a caption and a place to which links lead', () => {
    const figure = shown('#| label: fig-a\n#| fig-cap: "Sales *by* week"\nplot()').querySelector('figure');
    expect(figure?.id).toBe('fig-a');
    expect(figure?.querySelector(':scope > .outputs + figcaption')?.innerHTML).toContain('Sales <em>by</em> week');
    expect(shown('#| label: a\n#| fig-cap: b\nx', ['remove-output']).querySelector('figure')).toBeNull();
  });

  it('say how code is folded', () => {
    const fold = shown('#| code-fold: show\n#| code-summary: "<Look>"\nx', ['hide-input']).querySelector(
      '.code details',
    );
    expect([fold?.hasAttribute('open'), fold?.querySelector('summary')?.textContent]).toEqual([true, '<Look>']);
  });
});

it.each([
  [[], 'until-found', 'outputs'],
  [['show-input'], undefined, 'outputs'],
  [['scroll-output'], 'until-found', 'outputs scrolled'],
  [['whole-output'], 'until-found', 'outputs whole'],
])('with the tags %j, code is hidden: %s, and outputs are %s', (tags, hidden, outputs) => {
  const { document } = page(tags);
  expect(document.querySelector('.code')?.getAttribute('hidden') ?? undefined).toBe(hidden);
  expect(document.querySelector('.outputs')?.className).toBe(outputs);
});
