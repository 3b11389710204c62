/**
 * The fonts that matplotlib has found for the server's user are known to every kernel, and no run can change what
 * others get.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { readFontLists } from '../../../src/kernel/sandbox/font-list.ts';
import { testPython } from '../../python.ts';
import { createBench, say } from '../fixture.ts';

const KNOWS =
  'import os, matplotlib.font_manager as fonts; print("Marked" in {font.name for font in fonts.fontManager.ttflist})';

async function home(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'home-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test('a kernel begins with the list of its server’s user', async () => {
  const folder = await home();
  const environment = { PATH: process.env['PATH'], HOME: folder };
  await promisify(execFile)(testPython(), ['-c', 'import matplotlib.font_manager'], { env: environment });
  const cache = join(folder, '.cache/matplotlib');
  const path = join(cache, (await readdir(cache)).find((name) => name.startsWith('fontlist-')) ?? '');
  const list = JSON.parse(await readFile(path, 'utf8')) as { ttflist: object[] };
  const marked = JSON.stringify({ ...list, ttflist: [...list.ttflist, { ...list.ttflist[0], name: 'Marked' }] });
  await writeFile(path, marked);

  const bench = await createBench({ environment });
  const spoils =
    'import glob; [open(path, "w").write("{}") for path in glob.glob(os.path.expanduser("~/.cache/matplotlib/fontlist-*"))]';
  expect((await say(await bench.take(), `${KNOWS}\n${spoils};`)).text).toBe('True\n');
  expect((await say(await bench.take(), KNOWS)).text).toBe('True\n');
  expect(await readFile(path, 'utf8')).toBe(marked);
});

test('without one, and with what is none, kernels begin with an empty HOME', async () => {
  const folder = await home();
  expect(await readFontLists({ HOME: folder })).toEqual([]);
  await mkdir(join(folder, 'fontlist-v1.json'));
  await writeFile(join(folder, 'fontlist-v2.json'), '');
  await truncate(join(folder, 'fontlist-v2.json'), 5_000_000);
  await writeFile(join(folder, 'other.json'), '{}');
  expect(await readFontLists({ MPLCONFIGDIR: folder })).toEqual([]);
});
