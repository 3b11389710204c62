import { execFileSync } from 'node:child_process';
import { link, mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createMask } from '../../src/domain/mask/mask.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { openBlobFolder } from '../../src/store/blob/blob-disk.ts';
import { keepFiles } from '../../src/worker/file-kept.ts';
import { cell } from '../domain/notebook.ts';

/** A script in `scripts/sales` with a few files beside it. */
async function createKept(secrets: readonly string[] = [], data = 'data') {
  const base = await mkdtemp(join(tmpdir(), 'kept-'));
  onTestFinished(() => rm(base, { recursive: true }));
  const root = join(base, 'scripts');
  const beside = join(root, 'sales');
  await mkdir(join(beside, 'pic'), { recursive: true });
  await writeFile(join(base, 'token.png'), 'secret');
  await writeFile(join(root, 'up.png'), 'up');
  await writeFile(join(beside, 'pic', 'a b.png'), 'picture');
  await writeFile(join(beside, 'data.csv'), 'key\nhunter2-hunter2\n');
  if (data === 'data') await mkdir(join(base, data));
  const blobs = await openBlobFolder(join(base, 'blobs'));
  const events: RunEvent[] = [];
  const write = async (event: RunEvent) => void events.push(event);
  const kept = keepFiles(
    { blobs },
    { place: { root, names: ['sales'] }, hidden: join(base, data), mask: createMask(secrets), write },
  );
  return {
    base,
    root,
    beside,
    kept,
    keep: (...texts: string[]) => kept.keepNamed(texts.map((text) => cell('markdown', text))),
    found: async () => {
      const named = events.flatMap((event) => (event.type === 'file-kept' ? [event] : []));
      return Promise.all(
        named.map(async ({ path, mime, file }) => [path, mime, Buffer.from((await blobs.get(file.$blob))!).toString()]),
      );
    },
    notices: () => events.flatMap((event) => (event.type === 'notice' ? [event.text] : [])),
  };
}

test('what the text names is kept, each state of it once', async () => {
  const { beside, keep, kept, found, notices } = await createKept();
  const text = '![x](<pic/a b.png>) <img src="../up.png"> [d](data.csv) [n](none.csv) [o](other.ipynb) `a[0](b)`';
  await keep(text, text);
  const first = [
    ['data.csv', 'text/csv', 'key\nhunter2-hunter2\n'],
    ['pic/a b.png', 'image/png', 'picture'],
    ['../up.png', 'image/png', 'up'],
  ];
  expect((await found()).sort()).toEqual(first.sort());
  await writeFile(join(beside, 'data.csv'), 'changed');
  await keep(text);
  expect((await found()).slice(3)).toEqual([['data.csv', 'text/csv', 'changed']]);
  await kept.tell();
  expect(notices()).toEqual([]);
});

test('of what outputs name only that is kept which a page shows', async () => {
  const { kept, found } = await createKept();
  await kept.keepShown({ 'text/html': '<a href="data.csv"><img src="pic/a b.png">', 'text/plain': '../up.png' });
  await kept.keepShown({ 'text/markdown': '![x](../up.png)' });
  expect((await found()).map(([path]) => path)).toEqual(['pic/a b.png', '../up.png']);
});

test('what the kernel has written beside the script comes first', async () => {
  const { base, keep, kept, found } = await createKept();
  const upper = join(base, 'kernel', 'overlay', 'upper');
  await mkdir(join(upper, 'sales'), { recursive: true });
  await writeFile(join(upper, 'sales', 'plot.png'), 'plot');
  await writeFile(join(upper, 'up.png'), 'own');
  kept.lookInto({ folder: join(base, 'kernel'), path: ['overlay', 'upper'] });
  await keep('![](plot.png) ![](../up.png) ![](<pic/a b.png>)');
  expect((await found()).map(([, , text]) => text)).toEqual(['plot', 'own', 'picture']);
});

test('nothing is read through links, out of the folder of scripts, or where it is hidden, and nothing is waited for', async () => {
  const { base, root, beside, keep, kept, found, notices } = await createKept();
  await symlink(join(base, 'token.png'), join(beside, 'link.png'));
  await symlink(base, join(beside, 'folder'));
  await link(join(base, 'token.png'), join(beside, 'hard.png'));
  execFileSync('mkfifo', [join(beside, 'pipe.png')]);
  await writeFile(join(beside, '.hidden.png'), 'secret');
  await writeFile(join(root, 'script-runner.toml'), 'secret');
  for (const path of 'link.png folder/token.png hard.png pipe.png .hidden.png ../script-runner.toml'.split(' '))
    await keep(`<img src="${path}">`);
  for (const path of '../../token.png ../../../../../../etc/passwd pic %2e%2e/%2e%2e/token.png a%00b.png'.split(' '))
    await keep(`<img src="${path}">`);
  expect(await found()).toEqual([]);
  await kept.tell();
  expect(notices()).toHaveLength(1);
  expect(notices()[0]).toMatch(/^These files are not offered: “link.png” \(it is a link\), .* more\.$/);
});

test('the data of the server are not read, also where they lie beside the scripts', async () => {
  const { root, beside, found, notices, kept, keep } = await createKept([], 'scripts/sales/data');
  await mkdir(join(beside, 'data'));
  await writeFile(join(beside, 'data', 'operator-token'), 'secret');
  await writeFile(join(beside, 'data.png'), 'x');
  await symlink(root, join(root, 'again'));
  await keep(
    '[x](data/operator-token) [y](./pic/../data/operator-token) ![](data.png) [z](../again/sales/data/operator-token)',
  );
  expect((await found()).map(([path]) => path)).toEqual(['data.png']);
  await kept.tell();
  expect(notices()[0]).toContain('“data-operator-token” (it is hidden)');
});

test('a kernel that leads elsewhere from its own folder gains nothing', async () => {
  const { base, keep, kept, found } = await createKept();
  await mkdir(join(base, 'kernel'));
  await symlink(base, join(base, 'kernel', 'overlay'));
  await mkdir(join(base, 'upper', 'sales'), { recursive: true });
  await writeFile(join(base, 'upper', 'sales', 'x.png'), 'secret');
  kept.lookInto({ folder: join(base, 'kernel'), path: ['overlay', 'upper'] });
  await keep('![](x.png)');
  expect(await found()).toEqual([]);
});

test('size and number are bounded, and the report says so', async () => {
  const { beside, keep, kept, found, notices } = await createKept();
  await writeFile(join(beside, 'large.png'), '');
  await truncate(join(beside, 'large.png'), 9_000_000);
  await keep('![](large.png)');
  for (let at = 0; at < 101; at += 1) await writeFile(join(beside, `${at}.png`), 'x');
  await keep(Array.from({ length: 101 }, (_, at) => `![](${at}.png)`).join(' '));
  expect((await found()).length).toBe(99);
  await kept.tell();
  expect(notices()).toEqual([
    expect.stringMatching(/^The file “large.png” is not offered: it has 9 MB; .* 8 MB each and 24 MB together\.$/),
    expect.stringMatching(/^Only 100 files/),
  ]);
});

test('passwords are hidden in what is kept, and files are not looked for by them', async () => {
  const { beside, keep, found } = await createKept(['hunter2-hunter2']);
  await writeFile(join(beside, 'hunter2-hunter2.png'), 'x');
  await keep('[d](data.csv) ![](hunter2-hunter2.png)');
  expect((await found()).map(([path, , text]) => [path, text?.includes('hunter2')])).toEqual([['data.csv', false]]);
});
