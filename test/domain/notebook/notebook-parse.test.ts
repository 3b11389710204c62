import { describe, expect, it } from 'vitest';
import { parseNotebook, parseNotebookBytes } from '../../../src/domain/notebook/notebook-parse.ts';
import { problemOf } from '../../../src/domain/problem.ts';

const problem = (text: string): unknown => {
  try {
    parseNotebook(text);
  } catch (error) {
    return problemOf(error);
  }
};
const parse = (file: object): ReturnType<typeof parseNotebook> => parseNotebook(JSON.stringify(file));

describe('a notebook of format 4', () => {
  it('has its cells with joined text, tags, attachments, outputs and unique ids', () => {
    const notebook = parse({
      nbformat: 4,
      nbformat_minor: 0,
      metadata: { kernelspec: { name: 'python3' }, language_info: { name: 'Python' } },
      cells: [
        {
          cell_type: 'markdown',
          source: ['# A\n', 'b'],
          metadata: { tags: ['x', 1] },
          attachments: { 'a.png': { 'image/png': ['QU', 'JD'] } },
        },
        {
          cell_type: 'code',
          id: 'same',
          source: 'x',
          metadata: {},
          execution_count: 3,
          outputs: [
            {
              output_type: 'display_data',
              metadata: {},
              data: { 'text/plain': ['a', 'b'], 'application/json': ['a', 'b'] },
            },
            { output_type: 'stream', name: 'stdout', text: ['c\n', 'd'] },
          ],
        },
        { cell_type: 'raw', id: 'same', source: 'r', metadata: {} },
        { cell_type: 'raw', id: 'cell-2', source: '' },
      ],
    });
    expect(notebook).toMatchObject({ kernelName: 'python3', language: 'python' });
    expect(notebook.cells).toMatchObject([
      {
        id: 'cell-0',
        type: 'markdown',
        source: '# A\nb',
        tags: ['x'],
        attachments: { 'a.png': { 'image/png': 'QUJD' } },
        outputs: [],
      },
      {
        id: 'cell-1',
        type: 'code',
        executionCount: 3,
        outputs: [{ data: { 'text/plain': 'ab', 'application/json': ['a', 'b'] } }, { text: 'c\nd' }],
      },
      { id: 'cell-2x', type: 'raw', source: 'r' },
      { id: 'cell-2', type: 'raw' },
    ]);
  });

  it.each([
    [{}, 'python'],
    [{ kernelspec: { name: 'ir' } }, 'r'],
    [{ kernelspec: { name: 'bash' } }, 'bash'],
    [{ kernelspec: { name: 'julia-1.9' } }, 'julia'],
    [{ kernelspec: { name: 'my-env', language: 'R' } }, 'r'],
    [{ language_info: { name: 'scala' } }, 'scala'],
  ])('with metadata %j is in %s', (metadata, language) => {
    expect(parse({ nbformat: 4, cells: [], metadata }).language).toBe(language);
  });
});

describe('a notebook of format 3', () => {
  it('is upgraded', () => {
    const notebook = parse({
      nbformat: 3,
      metadata: { name: 'old' },
      worksheets: [
        {
          cells: [
            { cell_type: 'heading', level: 2, source: ['Old\n', 'one'] },
            { cell_type: 'markdown', source: 'text', metadata: { tags: ['t'] } },
            {
              cell_type: 'code',
              input: ['a = 1\n', 'a'],
              prompt_number: 2,
              collapsed: false,
              language: 'python',
              outputs: [
                { output_type: 'pyout', prompt_number: 2, text: ['1'], png: 'AAAA', metadata: {} },
                { output_type: 'stream', stream: 'stderr', text: ['w'] },
                { output_type: 'pyerr', ename: 'E', evalue: 'v', traceback: ['t'] },
                { output_type: 'display_data', svg: ['<svg', '/>'] },
              ],
            },
          ],
        },
      ],
    });
    expect(notebook.cells).toMatchObject([
      { type: 'markdown', source: '## Old one' },
      { type: 'markdown', source: 'text', tags: ['t'] },
      {
        type: 'code',
        source: 'a = 1\na',
        executionCount: 2,
        outputs: [
          { output_type: 'execute_result', execution_count: 2, data: { 'text/plain': '1', 'image/png': 'AAAA' } },
          { output_type: 'stream', name: 'stderr', text: 'w' },
          { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t'] },
          { output_type: 'display_data', data: { 'image/svg+xml': '<svg/>' } },
        ],
      },
    ]);
  });
});

describe('a broken notebook', () => {
  it.each([
    ['  \n', 'The file is empty.', undefined],
    ['{"cells": [\n  1\n  2]}', 'The file is not valid JSON: a comma or ] is expected.', 'line 3, column 3'],
    ['[]', 'The file contains JSON, but not a notebook.', 'top level'],
    ['{}', 'The file does not say which notebook format it has.', 'nbformat'],
    ['{"nbformat": 5}', 'The notebook format 5 is not supported.', 'nbformat'],
    ['{"nbformat": 1}', 'The notebook format 1 is not supported.', 'nbformat'],
    ['{"nbformat": 4}', 'The notebook has no list of cells.', 'cells'],
    ['{"nbformat": 4, "cells": [1]}', 'Cell 1 is not an object.', 'cells[0]'],
    ['{"nbformat": 4, "cells": [{"cell_type": "code"}]}', 'Cell 1 has no text.', 'cells[0].source'],
    [
      '{"nbformat": 3, "worksheets": [{"cells": [{"cell_type": "odd"}]}]}',
      'Cell 1 is neither code, markdown nor raw.',
      'cells[0].cell_type',
    ],
  ])('%j: %s', (text, what, where) => {
    expect(problem(text)).toMatchObject({
      what,
      ...(where === undefined ? {} : { where }),
      remedy: expect.stringMatching(/\.$/),
    });
  });

  it('with more names than programs write is refused, wherever they are, unless they are in saved outputs', () => {
    const names = (count: number) => `{"list":[${String.raw`{"a\"":":{\":\""},`.repeat(count)}0]}`;
    const cell = (metadata: string, output = '{}') =>
      `{"cell_type":"code","source":"a = {\\"b\\": 1}","metadata":${metadata},"outputs":[${output}]}`;
    const read = (metadata: string, ...cells: string[]) => {
      const text = `{"nbformat":4,"nbformat_minor":5,"metadata":${metadata},"cells":[${cells.join()}]}`;
      try {
        const options = { decode: (from: Uint8Array) => new TextDecoder().decode(from), outputs: false };
        return parseNotebookBytes(new TextEncoder().encode(text), options).cells.length;
      } catch (error) {
        return problemOf(error)?.what;
      }
    };
    const tooMany = 'The file has more than 300,000 names, without its saved outputs.';
    expect(read(names(1_000), cell(names(1_000), names(300_001)))).toBe(1);
    expect(read(names(300_001))).toBe(tooMany);
    expect(read('{}', cell(names(150_000)), cell(names(150_000)))).toBe(tooMany);
    expect(read('{}', cell(names(150_000)), cell(names(149_000)))).toBe(2);
  });

  it('with a merge conflict says so', () => {
    expect(problem('{\n<<<<<<< HEAD\n"a": 1\n=======\n')).toMatchObject({
      where: 'line 2, column 1',
      remedy: expect.stringContaining('merge conflict'),
    });
  });
});
