import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderWith, notebookText } from './folder.ts';

const sources = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href);
const LIMITED = 'echo 3 > /proc/sys/user/max_inotify_watches && exec "$@"';
const limited = (...command: string[]) =>
  spawnSync('unshare', ['--user', '--map-root-user', 'sh', '-c', LIMITED, 'sh', ...command], { encoding: 'utf8' });
const canLimit = limited('true').status === 0;

it.skipIf(!canLimit)('polls where the system has no watches left (needs user namespaces)', async () => {
  const text = notebookText([{ markdown: '# Before' }]);
  const names = Array.from({ length: 6 }, (_, n) => `folder-${n}/a.ipynb`);
  const folder = await folderWith(Object.fromEntries(names.map((name) => [name, text])));
  const last = join(folder, names.at(-1) ?? '');
  const program = `
    const { createScriptSource } = await import(${sources('files/script-source.ts')});
    const { languages } = await import(${sources('language/all.ts')});
    const { writeFile } = await import('node:fs/promises');
    const said = [];
    const source = await createScriptSource({
      directory: ${JSON.stringify(folder)},
      languages: languages(),
      watching: { onProblem: (problem) => said.push(problem?.what) },
    });
    const found = [source.watchProblem()?.remedy, (await source.find('folder-5/a')).title];
    const alive = setInterval(() => {}, 1000);
    await new Promise((resolve) => {
      source.onChange(async () => (await source.find('folder-5/a')).title === 'After' && resolve());
      writeFile(${JSON.stringify(last)}, ${JSON.stringify(notebookText([{ markdown: '# After' }]))});
    });
    clearInterval(alive);
    await source.close();
    console.log(JSON.stringify({ found, said }));`;
  await writeFile(join(folder, '_watch.mjs'), program);
  const { stdout, stderr } = limited(process.execPath, join(folder, '_watch.mjs'));
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({
    found: [expect.stringContaining('fs.inotify.max_user_watches'), 'Before'],
    said: [expect.stringContaining('ENOSPC')],
  });
});
