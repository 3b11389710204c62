import { describe, expect, it } from 'vitest';
import { foldReport, startReport } from '../../src/domain/report/report-fold.ts';
import { documentText } from './document-text.ts';
import { failingLine, failureText } from '../../src/render/failure.ts';
import { log } from '../domain/event-log.ts';
import { cell, notebook } from '../domain/notebook.ts';
import { OPTIONS } from './options.ts';

const SOURCE = 'x = {}\nf(1)\nx["<b>"]\nlast()';

describe('the line that failed', () => {
  it.each([
    [
      'IPython 8 and 9',
      [
        '\u001b[36mCell\u001b[39m\u001b[36m \u001b[39m\u001b[32mIn[3]\u001b[39m\u001b[32m, line 2\u001b[39m',
        'Cell In[1], line 4',
      ],
      2,
    ],
    ['IPython 8.0', ['Input \u001b[0;32mIn [3]\u001b[0m, in \u001b[0;36m<cell line: 3>\u001b[0;34m()\u001b[0m'], 3],
    ['IPython 7', ['<ipython-input-3-0a> in <module>\n      1 x = {}\n----> 2 f(1)'], 2],
    ['a syntax error', ['  Cell In[3], line 4\n    last(\n        ^'], 4],
    ['Deno', ['Error: x\n    at <anonymous>:3:7'], 3],
    ['a line that the code does not have', ['Cell In[3], line 40'], undefined],
    ['no place', ['Error in f(1): x'], undefined],
    ['nothing', [], undefined],
  ])('is named by %s', (_kernel, traceback, line) => {
    expect(failingLine(SOURCE, traceback)).toBe(line);
  });
});

function failed(tags: readonly string[], traceback = ['Cell In[3], line 3', '\u001b[31mKeyError\u001b[39m: <b>']) {
  const start = startReport(notebook(cell('code', SOURCE, { tags: [...tags] })), { title: 'T', showCode: false });
  return foldReport(
    start,
    log([
      { type: 'output-added', cell: 0, output: { type: 'error', name: 'KeyError', value: "'<b>'", traceback } },
      { type: 'run-finished', outcome: { type: 'failed', cell: 0, exception: { name: 'KeyError', value: "'<b>'" } } },
    ]),
  );
}

it('is marked in the code, which is folded with the traceback', () => {
  const html = documentText(failed([]), OPTIONS);
  expect(html).toContain('<mark class="failing"><span class="line-number">3</span>x[&quot;&lt;b&gt;&quot;]\n</mark>');
  expect(html).toMatch(
    /<details class="traceback"><summary>Details for the author<\/summary><pre class="code-block failed-code">/,
  );
});

it('is text for the author', () => {
  expect(failureText(failed([]))).toBe(
    [
      'The report stopped in step 1: there is no “<b>” (KeyError).',
      '',
      '  1 | x = {}',
      '  2 | f(1)',
      '> 3 | x["<b>"]',
      '  4 | last()',
      '',
      'Cell In[3], line 3',
      'KeyError: <b>',
    ].join('\n'),
  );
  expect(failureText(failed([], []))).toContain(SOURCE);
});

it.each(['remove-input', 'remove-cell'])('is left out with the code and the traceback of a cell tagged %s', (tag) => {
  const html = documentText(failed([tag]), OPTIONS) + String(failureText(failed([tag])));
  expect(html).not.toMatch(/f\(1\)|Cell In|traceback/);
  expect(html).toContain('there is no');
});

it('is nothing where nothing failed', () => {
  const start = startReport(notebook(), { title: 'T', showCode: false });
  const end = log([{ type: 'run-finished', outcome: { type: 'succeeded' } }]);
  expect(failureText(foldReport(start, end))).toBeUndefined();
});
