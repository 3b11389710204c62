import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { notebookBytes } from '../app/notebook-bytes.ts';

const NOBODY = 65534;
const sources = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);

/**
 * A server that may not read everything. Root may, so a server of root gives up that right once the program is loaded.
 */
function catalogue(folder: string): unknown {
  const code = `
    const { createScriptSource } = await import(${sources('files/script-source.ts')});
    const { languages } = await import(${sources('language/all.ts')});
    if (process.getuid() === 0) { process.setgroups([]); process.setgid(${NOBODY}); process.setuid(${NOBODY}); }
    const directory = ${JSON.stringify(folder)};
    const source = await createScriptSource({ directory, languages: languages(), watch: false });
    const scripts = await source.list();
    const refused = await source.read('secret').catch(({ code, message }) => ({ code, message }));
    console.log(JSON.stringify({ scripts: scripts.map(({ name, state, problem }) => [name, state, problem?.what, problem?.remedy]), refused }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

it('shows files that the server may not read as broken, as root too, and all others', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'unreadable-'));
  const write = async (name: string, content: string | Uint8Array, mode = 0o644) => {
    await writeFile(join(folder, name), content);
    await chmod(join(folder, name), mode);
  };
  try {
    await chmod(folder, 0o755);
    await write('good.ipynb', notebookBytes(['1']));
    await write('secret.ipynb', notebookBytes(['1']), 0);
    await write('beside.ipynb', notebookBytes(['1']));
    await write('beside.params.json', '{}', 0);
    await mkdir(join(folder, 'closed'));
    await write('closed/inside.ipynb', notebookBytes(['1']));
    await chmod(join(folder, 'closed'), 0);
    const remedy = 'Give the server’s user the right to read it.';
    expect(catalogue(folder)).toEqual({
      scripts: [
        ['beside', 'broken', 'The server may not read this file.', remedy],
        ['closed', 'broken', 'The server may not read this folder.', remedy],
        ['good', 'ready', null, null],
        ['secret', 'broken', 'The server may not read this file.', remedy],
      ],
      refused: { code: 'invalid', message: expect.stringContaining('The server may not read this file.') },
    });
  } finally {
    await chmod(join(folder, 'closed'), 0o755).catch(() => undefined);
    await rm(folder, { recursive: true });
  }
});
