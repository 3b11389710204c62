import { truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createScriptSource } from '../../src/files/script-source.ts';
import type { Known } from '../../src/files/script-known.ts';
import { readOne } from '../../src/files/script-known.ts';
import type { ScriptParser } from '../../src/files/script-memory.ts';
import { parseScript } from '../../src/files/script-parse.ts';
import { languages } from '../../src/language/all.ts';
import { folderWith, notebookText } from './folder.ts';

const spoken = languages();
const notebook = (title: string) =>
  notebookText([{ markdown: `# ${title}` }, { code: 'rows = 5', tags: ['parameters'] }, { code: 'print(rows)' }]);
const hint = 'If it is being saved just now, this disappears by itself.';
const hourAgo = new Date(Date.now() - 3_600_000);

async function watched(folder: string) {
  const source = await createScriptSource({ directory: folder, languages: spoken });
  onTestFinished(() => source.close());
  return source;
}

it('leaves a script as it was while its file is being written, and reads it by itself', async () => {
  const whole = notebook('First');
  const folder = await folderWith({ 'a.ipynb': whole, 'b.py': '# %%\nprint(1)\n', 'b.params.json': '{}' });
  const source = await watched(folder);
  const { revision } = (await source.read('a')).script;
  const saving = async (name: string) => (await source.find(name))?.saving?.remedy;
  for (const bytes of [0, 1, 200, whole.length - 1]) {
    await writeFile(join(folder, 'a.ipynb'), whole.slice(0, bytes));
    await expect.poll(() => saving('a'), { timeout: 30_000 }).toContain(hint);
    expect(await source.find('a')).toMatchObject({ title: 'First', state: 'ready', revision });
    const { script, bytes: read, notebook } = await source.read('a');
    expect([script.revision, Buffer.from(read).toString(), notebook.cells.length]).toEqual([revision, whole, 3]);
  }
  await writeFile(join(folder, 'a.ipynb'), notebook('Second'));
  await expect.poll(async () => (await source.find('a'))?.title, { timeout: 30_000 }).toBe('Second');
  expect(await source.find('a')).not.toHaveProperty('saving');
  // a text that was emptied is no module, and its sidecar may be cut
  for (const [file, text] of [
    ['b.py', ''],
    ['b.params.json', '{"rows": {"ti'],
  ] as const) {
    const before = await source.read('b');
    await writeFile(join(folder, file), text);
    await expect.poll(() => saving('b'), { timeout: 30_000 }).toContain(hint);
    expect((await source.read('b')).bytes).toEqual(before.bytes);
    await writeFile(join(folder, file), file === 'b.py' ? '# %%\nprint(2)\n' : '{}');
    await expect.poll(() => saving('b'), { timeout: 30_000 }).toBeUndefined();
  }
});

it('calls a script broken once its file has not been written for some seconds, or is written for a minute', async () => {
  const folder = await folderWith({ 'a.ipynb': notebook('A'), 'old.ipynb': '{"cells": [', 'wrong.ipynb': '{}' });
  await utimes(join(folder, 'old.ipynb'), hourAgo, hourAgo);
  const source = await watched(folder);
  const broken = async (name: string) => {
    const script = await source.find(name);
    return script?.state === 'broken' && script.problem?.remedy?.includes(hint) !== true;
  };
  expect([await broken('old'), await broken('wrong')]).toEqual([true, true]);
  await truncate(join(folder, 'a.ipynb'), 100);
  await expect.poll(async () => (await source.find('a'))?.saving, { timeout: 30_000 }).toBeDefined();
  await utimes(join(folder, 'a.ipynb'), hourAgo, hourAgo);
  await expect.poll(() => broken('a'), { timeout: 30_000 }).toBe(true);
  await expect(source.read('a')).rejects.toMatchObject({ code: 'invalid' });

  const path = join(folder, 'long.ipynb');
  const entry = { name: 'long', file: 'long.ipynb', path };
  const parse: ScriptParser = async (...file) => parseScript(...file, spoken);
  const load = { parse, maxBytes: 1e6 };
  await writeFile(path, notebook('Long'));
  const whole = await readOne(entry, undefined, load);
  await truncate(path, 100);
  const since = async (ms: number) => {
    const before: Known = { ...whole, keptSinceMs: Date.now() - ms };
    return (await readOne(entry, before, load)).script?.state;
  };
  expect([await since(50_000), await since(61_000)]).toEqual(['ready', 'broken']);
});

it('asks for patience where it does not know what the file was before', async () => {
  const large = notebookText([{ markdown: '# Large' }, { code: `x = "${'x'.repeat(1_100_000)}"` }]);
  const folder = await folderWith({ 'a.ipynb': large });
  const source = await watched(folder);
  await truncate(join(folder, 'a.ipynb'), 500_000);
  await expect(source.read('a')).rejects.toMatchObject({
    code: 'unavailable',
    message: 'The file of “Large” is being saved. Try again in a moment.',
    retryAfterS: 2,
  });
});
