/** The notebook that we write, validated by nbformat. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseNotebook } from '../../../src/domain/notebook/notebook-parse.ts';
import { foldReport, startReport } from '../../../src/domain/report/report-fold.ts';
import type { RunEvent } from '../../../src/domain/run/run-event.ts';
import { exportNotebook } from '../../../src/render/export/ipynb.ts';
import { log } from '../../domain/event-log.ts';
import { cell, notebook } from '../../domain/notebook.ts';
import { testPython } from '../../python.ts';

const NOTEBOOK = {
  ...notebook(
    cell('markdown', '![x](attachment:x.png)', { attachments: { 'x.png': { 'image/png': 'AAAA' } } }),
    cell('code', 'n = 1', { tags: ['parameters'], metadata: { tags: ['parameters'] } }),
    cell('code', 'work()'),
    cell('raw', 'raw'),
  ),
  metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
};

const EVENTS: RunEvent[] = [
  {
    type: 'run-started',
    attempt: 1,
    worker: 'w',
    cells: 3,
    injected: { at: 2, source: '# Parameters\nn = 5', replaces: false },
  },
  { type: 'cell-started', cell: 3 },
  { type: 'stream-appended', cell: 3, name: 'stdout', text: 'line\n'.repeat(8000) },
  { type: 'stream-appended', cell: 3, name: 'stderr', text: '\u001b[31mhal\rhalf\r\u001b[0m' },
  { type: 'notice', cell: 3, text: 'cut' },
  {
    type: 'output-added',
    cell: 3,
    output: {
      type: 'display',
      data: { 'text/plain': { $blob: 'big', sizeBytes: 3, encoding: 'text' }, 'application/json': { a: [1] } },
      metadata: {},
      executionCount: 4,
    },
  },
  { type: 'output-added', cell: 3, output: { type: 'display', data: { 'text/html': '<b>x</b>' }, metadata: {} } },
  { type: 'output-added', cell: 3, output: { type: 'error', name: 'E', value: 'v', traceback: ['t'] } },
  { type: 'cell-finished', cell: 3, status: 'error', ms: 1, executionCount: 4 },
  { type: 'run-finished', outcome: { type: 'failed', cell: 3 } },
];

const VALIDATE =
  'import nbformat, sys; notebook = nbformat.reads(sys.stdin.read(), as_version=4); nbformat.validate(notebook, relax_add_props=False); print(notebook.nbformat, notebook.nbformat_minor)';

describe('exportNotebook', () => {
  const start = { ...startReport(NOTEBOOK, { title: 'x', showCode: false }), asPrinted: true as const };
  const report = foldReport(start, log(EVENTS));
  const text = [...exportNotebook(report, NOTEBOOK, { blob: () => 'from the store' })].join('');

  it('is valid for nbformat', () => {
    const { stdout, stderr } = spawnSync(testPython(), ['-W', 'error', '-c', VALIDATE], {
      input: text,
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout.trim()).toBe('4 5');
  });

  it('holds what was run and what came out', () => {
    const read = parseNotebook(text);
    expect(read.cells.map(({ id, source, tags }) => [id, source, tags])).toEqual([
      ['cell-0', '![x](attachment:x.png)', []],
      ['cell-1', 'n = 1', ['parameters']],
      ['injected-parameters', '# Parameters\nn = 5', ['injected-parameters']],
      ['cell-2', 'work()', []],
      ['cell-3', 'raw', []],
    ]);
    expect(read.cells[0]?.attachments).toEqual({ 'x.png': { 'image/png': 'AAAA' } });
    expect(read.cells[3]?.outputs).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'line\n'.repeat(8000) },
      { output_type: 'stream', name: 'stderr', text: '\u001b[31mhal\rhalf\r\u001b[0m' },
      { output_type: 'display_data', data: { 'text/plain': 'cut' }, metadata: { script_runner: { notice: true } } },
      {
        output_type: 'execute_result',
        execution_count: 4,
        data: { 'text/plain': 'from the store', 'application/json': { a: [1] } },
        metadata: {},
      },
      { output_type: 'display_data', data: { 'text/html': '<b>x</b>' }, metadata: {} },
      { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] },
    ]);
  });

  it('has the count of a cell in which the kernel died', () => {
    const died = foldReport(
      start,
      log([
        ...EVENTS.slice(0, 1),
        { type: 'cell-started', cell: 1 },
        { type: 'cell-finished', cell: 1, status: 'ok', ms: 1, executionCount: 1 },
        { type: 'cell-started', cell: 2 },
        { type: 'run-finished', outcome: { type: 'kernel-died', cell: 2 } },
      ]),
    );
    const { cells } = parseNotebook([...exportNotebook(died, NOTEBOOK, { blob: () => undefined })].join(''));
    expect(cells.map(({ executionCount }) => executionCount)).toEqual([null, 1, 2, null, null]);
  });
});

const OLD = {
  nbformat: 3,
  nbformat_minor: 0,
  metadata: { name: 'old', signature: 'sha256:0', celltoolbar: 'Edit Metadata', kernelspec: { name: 'python3' } },
  worksheets: [
    {
      metadata: { sheet: 1 },
      cells: [
        { cell_type: 'heading', level: 2, metadata: { slide: 1 }, source: ['Old\n', 'one'] },
        { cell_type: 'markdown', metadata: { trusted: true, tags: ['t'] }, source: ['text'] },
        {
          cell_type: 'code',
          collapsed: true,
          language: 'python',
          metadata: { own: 1 },
          input: ['1'],
          prompt_number: 2,
          outputs: [
            {
              output_type: 'pyout',
              prompt_number: 2,
              text: ['1'],
              json: '{"a": [1]}',
              metadata: { png: { width: 1 } },
            },
            { output_type: 'display_data', metadata: {}, svg: ['<svg/>'], 'application/x-own': 'own' },
            { output_type: 'stream', stream: 'stderr', text: ['w'] },
            { output_type: 'pyerr', ename: 'E', evalue: 'v', traceback: ['t'] },
          ],
        },
      ],
    },
  ],
};

const UPGRADE =
  'import json, logging, nbformat, sys; logging.disable(); notebook = nbformat.reads(sys.stdin.read(), as_version=4); [cell.pop("id", None) for cell in notebook.cells]; print(json.dumps(notebook))';

it('keeps of a notebook of format 3 what the upgrade of nbformat keeps', () => {
  const { stdout } = spawnSync(testPython(), ['-c', UPGRADE], { input: JSON.stringify(OLD), encoding: 'utf8' });
  const theirs = parseNotebook(stdout);
  const { cells, metadata } = parseNotebook(JSON.stringify(OLD));
  expect({ cells, metadata }).toEqual({ cells: theirs.cells, metadata: theirs.metadata });
  expect(JSON.parse(stdout)).toMatchObject({
    metadata,
    cells: cells.map(({ type, ...cell }) => ({ cell_type: type, source: cell.source, metadata: cell.metadata })),
  });
});
