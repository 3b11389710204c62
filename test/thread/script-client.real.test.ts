/** Large notebooks are read on a thread of their own. */
import { afterEach, expect, it } from 'vitest';
import { problemOf } from '../../src/domain/problem.ts';
import type { SourceFile } from '../../src/files/source-file.ts';
import { createScriptClient, type ScriptClient } from '../../src/thread/script-client.ts';

let client: ScriptClient;
afterEach(() => client.close());

function file(source: string, megabytes: number): SourceFile {
  const output = { output_type: 'stream', name: 'stdout', text: 'x'.repeat(megabytes * 1_000_000) };
  const cell = { cell_type: 'code', metadata: { tags: ['parameters'] }, source, outputs: [output], execution_count: 1 };
  const text = JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { title: 'Large' }, cells: [cell] });
  return { file: 'a.ipynb', bytes: new TextEncoder().encode(text), modifiedAtMs: 5 };
}

it('answers what the notebook is, without what it was saved with', async () => {
  client = createScriptClient();
  const { script, notebook } = await client.parse('a', file('rows: int = 5', 3), undefined);
  expect(script).toMatchObject({
    title: 'Large',
    updatedAtMs: 5,
    schema: { properties: { rows: { type: 'integer' } } },
  });
  expect(script.findings?.()).toEqual([]);
  expect(notebook.cells).toMatchObject([{ source: 'rows: int = 5', outputs: [] }]);
});

it('hands the bytes of the file to the thread and back, instead of copying them', async () => {
  client = createScriptClient();
  const given = file('rows = 5', 3);
  const before = given.bytes.slice();
  const { source } = await client.parse('a', given, undefined);
  expect(given.bytes).toHaveLength(0);
  expect(Buffer.compare(source!.bytes, before)).toBe(0);
});

it('names what is wrong, as on one thread', async () => {
  client = createScriptClient();
  const broken = { file: 'a.ipynb', bytes: new TextEncoder().encode('{"cells": ['), modifiedAtMs: 1 };
  const error = await client.parse('a', broken, undefined).catch((caught: unknown) => caught);
  expect(problemOf(error)?.what).toMatch(/not valid JSON/);
});

it('refuses what takes too long, and reads the next', async () => {
  client = createScriptClient(5000);
  const tooLong = createScriptClient(1);
  const error = await tooLong.parse('a', file('rows = 5', 20), undefined).catch((caught: unknown) => caught);
  expect(problemOf(error)?.what).toMatch(/takes too long/);
  await tooLong.close();
  expect((await client.parse('b', file('rows = 6', 1), undefined)).script.name).toBe('b');
});
