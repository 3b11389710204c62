/** Whatever hostile code does to the kernel's own folder harms neither the server nor the machine's files. */
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createBench, say } from './fixture.ts';
import { created, take, taken } from './snapshot-fixture.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

it('removes what a run leaves in its temporary folder, however deep and whatever its modes', async () => {
  const leftovers: unknown[] = [];
  const bench = await createBench({ onLeftover: (folder, error) => leftovers.push([folder, error]) });
  const kernel = await bench.take();
  const { status, text } = await say(kernel, program('deep-folder'));
  expect(status).toBe('ok');
  const folder = dirname(text.trim());
  expect(existsSync(folder)).toBe(true);
  await kernel.kill();
  await vi.waitFor(() => expect(existsSync(folder)).toBe(false), { timeout: 20_000 });
  expect(leftovers).toEqual([]);
});

it('writes the values of a run through no link that the first cells have planted', async () => {
  const outside = mkdtempSync(join(tmpdir(), 'planted-'));
  onTestFinished(() => rm(outside, { recursive: true }));
  const target = join(outside, 'target.txt');
  writeFileSync(target, 'untouched');
  const bench = await created();
  const prefix = await taken(bench, [
    `
import os
from script_runner_kernel import kernel
initialize = kernel.initialize
def hostile(app, arguments):
    folder = os.path.dirname(arguments[arguments.index("-f") + 1])
    os.symlink(${JSON.stringify(target)}, folder + "/params.json")
    initialize(app, arguments)
kernel.initialize = hostile
`,
  ]);
  const kernel = await take(bench, prefix, { params: { word: 'secret' } });
  expect(kernel.snapshot).toBeDefined();
  const { text } = await say(
    kernel,
    'import os\npath = os.environ["SCRIPT_RUNNER_PARAMS_FILE"]\nprint(os.path.islink(path), open(path).read())',
  );
  expect(text).toBe('False {"word":"secret"}\n');
  expect(readFileSync(target, 'utf8')).toBe('untouched');
});
